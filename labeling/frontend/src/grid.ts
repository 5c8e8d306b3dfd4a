import { ActiveTime } from "./activity.ts";
import { announcer } from "./announcer.ts";
import { claimPage, getJson, postJson, send, type ClaimedPage } from "./api.ts";
import { h, icon, kbd } from "./dom.ts";
import { GridState } from "./grid_state.ts";
import { assignClassKeys, Hotkeys } from "./hotkeys.ts";
import { newId } from "./ids.ts";
import { readKeymap, useKeymap } from "./keymap.ts";
import { t } from "./messages.ts";
import { Outbox, type Parcel, type Refusal } from "./outbox.ts";
import { RENEW_EVERY_MS } from "./kept.ts";
import type { DeviceShelf } from "./device_shelf.ts";
import { outPrefix, outShelf, readConfig, shelf, wholePage } from "./page.ts";
import { editors } from "./registry.ts";
import { holdDesk } from "./tabs.ts";
import type { ClassSpec, DeskConfig, EditorModule, Question, Task } from "./types.ts";

interface GridConfig extends DeskConfig {
  readonly claims_url: string;
  readonly thumbnails_url: string;
  readonly label_url: string;
}

const SIZES = [60, 120, 200];
const AT_ONCE = 50;
const MOST_HELD = 200;
const SIZE_KEPT = "concord.grid.size";
const RESERVED: ReadonlySet<string> = new Set([..."zyae?+-=[,./"]);

function place<T extends HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}.`);
  return found as T;
}

/** Many easy items on one page: classes are painted by key or brush; each tile is an ordinary task with its own answer. */
class Grid {
  readonly #config: GridConfig;
  readonly #question: Question;
  readonly #module: EditorModule;
  readonly #keys: ReadonlyMap<number, string>;
  readonly #state = new GridState();
  readonly #outbox: Outbox;
  readonly #hotkeys = new Hotkeys(() => false);
  readonly #say = announcer(document.getElementById("status"));
  readonly #list = place("tiles");
  readonly #submit = place<HTMLButtonElement>("grid-submit");
  readonly #undo = place<HTMLButtonElement>("grid-undo");
  readonly #rest = place<HTMLButtonElement>("grid-rest");
  readonly #size = place<HTMLSelectElement>("grid-size");
  readonly #note = place("grid-note");
  readonly #tasks = new Map<number, Task>();
  readonly #tiles = new Map<number, HTMLElement>();
  readonly #pictures = new Map<number, string>();
  /** Tasks whose answers are on their way, to come back if one is refused. */
  readonly #sent = new Map<number, Task>();
  readonly #refused = new Map<number, string>();
  readonly #brushes = new Map<number, HTMLButtonElement>();
  readonly #time = new ActiveTime();
  /** The first tiles, asked for before the page stood. */
  #begun: Promise<ClaimedPage | null> | null;
  #brush: number | null = null;
  #loading = false;
  /** More was asked for while tiles were on their way. */
  #again = false;
  /** Whether answers left since the page was last found empty: once they arrived, it is asked why nothing is left. */
  #sentAny = false;
  #stirred = false;
  #done: number;
  #wake: () => void = () => undefined;

  constructor(config: GridConfig, question: Question, module: EditorModule, shelf: Storage | null, out: DeviceShelf, begun: Promise<ClaimedPage | null>) {
    this.#config = config;
    this.#begun = begun;
    this.#question = question;
    this.#module = module;
    this.#done = config.progress.done;
    place("grid-prompt").textContent = question.prompt;
    useKeymap(readKeymap(shelf, `concord.${config.agent ?? ""}.keys`));
    this.#keys = assignClassKeys([question], RESERVED).get(question.key) ?? new Map<number, string>();
    out.onFull = (n) => this.#tell(`${t("device_full")}. ${t("device_full_text", { n })}`);
    this.#outbox = new Outbox({
      shelf: out,
      prefix: outPrefix(config),
      send: async (parcel) => (await send(parcel)).outcome,
      wait: (ms) => this.#wait(ms),
      onState: (state) => this.#tellState(state.phase, state.waiting),
      onRefused: (parcel, refusal) => this.#comesBack(parcel, refusal),
      onSent: (parcel) => void this.#sent.delete(parcel.task),
    });
    this.#mountBrushes();
  }

  async start(): Promise<void> {
    this.#listen();
    void this.#outbox.flush();
    await this.#fill();
  }

  /* -- which tiles ---------------------------------------------------------------------------------------- */

  async #fill(): Promise<void> {
    this.#again = this.#loading;
    if (this.#loading) return;
    this.#loading = true;
    this.#list.setAttribute("aria-busy", "true");
    try {
      do {
        this.#again = false;
        // Few at first, so that something is seen soon.
        while (await this.#claim(Math.min(this.#tasks.size === 0 ? AT_ONCE : MOST_HELD, Number(this.#size.value) - this.#tasks.size)));
      } while (this.#again);
    } finally {
      this.#loading = false;
      this.#list.removeAttribute("aria-busy");
    }
    this.#show();
  }

  /** Some more tiles, whose pictures load while the next ones are asked for; whether there may be more still. */
  async #claim(wanted: number): Promise<boolean> {
    if (wanted <= 0) return false;
    const holding = [...new Set([...this.#tasks.keys(), ...this.#outbox.tasks()])].slice(0, MOST_HELD);
    const begun = holding.length === 0 ? await this.#begun : null;
    this.#begun = null;
    const page = begun ?? (await claimPage(this.#config.claims_url, wanted, holding));
    if (page.kind !== "page") {
      this.#tell(page.kind === "offline" ? t("offline_none") : page.message || t("session_text"));
      return false;
    }
    for (const task of page.tasks) this.#tasks.set(task.id, task);
    this.#state.setTasks([...this.#tasks.keys()]);
    for (const task of page.tasks) this.#mountTile(task);
    if (this.#tasks.size === 0) this.#tell(page.reason?.message || t("no_task_text"));
    else this.#tell("");
    const faces = page.tasks.filter((task) => pictured(task)).map((task) => task.id);
    for (let at = 0; at < faces.length; at += AT_ONCE) void this.#loadPictures(faces.slice(at, at + AT_ONCE));
    this.#show();
    return page.reason === null;
  }

  async #loadPictures(tasks: readonly number[]): Promise<void> {
    if (tasks.length === 0) return;
    const found = await getJson<{ pictures: Readonly<Record<string, string>> }>(`${this.#config.thumbnails_url}?tasks=${tasks.join(",")}`);
    for (const task of tasks) {
      const address = found?.pictures[String(task)];
      const tile = this.#tiles.get(task);
      if (!address || !tile) continue;
      this.#pictures.set(task, address);
      tile.querySelector("img")?.setAttribute("src", address);
    }
  }

  #mountTile(task: Task): void {
    if (this.#tiles.has(task.id)) return;
    const text = task.item.parts.find((part) => part.kind === "text")?.text ?? "";
    const face = pictured(task)
      ? h("img", { alt: "", draggable: "false", ...(this.#pictures.has(task.id) ? { src: this.#pictures.get(task.id) } : {}) })
      : h("span", { class: "tilewords" }, text.slice(0, 400) || t("grid_no_face"));
    const tile = h("div", { class: "gtile", role: "option", id: `tile-${task.id}`, "aria-selected": "false" }, face, h("span", { class: "gclass" }));
    tile.addEventListener("pointerdown", (event) => this.#press(event, task.id));
    tile.addEventListener("pointerenter", (event) => {
      if (event.buttons === 1 && event.pointerType === "mouse" && this.#brush !== null) this.#paint([task.id], this.#brush);
    });
    this.#tiles.set(task.id, tile);
    this.#list.append(tile);
  }

  #press(event: PointerEvent, task: number): void {
    if (event.button !== 0) return;
    const index = this.#state.tasks.indexOf(task);
    this.#list.focus({ preventScroll: true });
    if (event.pointerType === "mouse") event.preventDefault();
    if (event.shiftKey) this.#state.move(index, true);
    else if (event.ctrlKey || event.metaKey) this.#state.toggle(index);
    else {
      this.#state.move(index, false);
      if (this.#brush !== null) {
        const before = this.#state.painted.get(task);
        this.#paint([task], event.pointerType !== "mouse" && before === this.#brush ? null : this.#brush);
        return;
      }
    }
    this.#show();
  }

  /* -- painting ------------------------------------------------------------------------------------------- */

  get #classes(): readonly ClassSpec[] {
    return this.#question.spec.classes ?? [];
  }

  #mountBrushes(): void {
    const row = place("brushes");
    for (const cls of this.#classes) {
      const key = this.#keys.get(cls.code);
      const button = h("button", { type: "button", class: "btn brush", "aria-pressed": "false", title: cls.definition ?? "", click: () => this.#take(cls.code) }, h("span", { class: `swatch c${cls.color ?? ((cls.code - 1) % 12) + 1}` }), cls.name, kbd(key));
      this.#brushes.set(cls.code, button);
      row.append(button);
    }
  }

  /** A class button paints what is chosen; with nothing chosen it becomes the brush, until it is pressed again. */
  #take(code: number): void {
    if (this.#state.chosen.size > 0) {
      this.#paint(this.#state.meant, code);
      return;
    }
    this.#brush = this.#brush === code ? null : code;
    this.#say(this.#brush === null ? t("grid_no_brush") : t("grid_brush", { name: this.#nameOf(code) }));
    this.#show();
  }

  #nameOf(code: number): string {
    return this.#classes.find((cls) => cls.code === code)?.name ?? "";
  }

  #paint(tasks: readonly number[], code: number | null): void {
    if (!this.#state.paint(tasks, code)) return;
    for (const task of tasks) this.#refused.delete(task);
    this.#show();
  }

  #key(code: number): void {
    const several = this.#state.chosen.size > 0;
    const meant = this.#state.meant;
    this.#paint(meant, code);
    this.#say(several ? t("grid_painted", { n: meant.length, name: this.#nameOf(code) }) : this.#nameOf(code));
    if (several) this.#state.choose("none");
    else this.#state.advance();
    this.#show();
  }

  /** How many tiles stand side by side. */
  get #columns(): number {
    return Math.max(1, getComputedStyle(this.#list).gridTemplateColumns.split(" ").length);
  }

  #show(): void {
    const painted = this.#state.painted;
    const { chosen, current } = this.#state;
    this.#state.tasks.forEach((task, index) => {
      const tile = this.#tiles.get(task);
      if (!tile) return;
      const code = painted.get(task);
      const cls = this.#classes.find((one) => one.code === code);
      const name = cls?.name ?? "";
      const refused = this.#refused.get(task) ?? "";
      tile.classList.toggle("painted", cls !== undefined);
      tile.classList.toggle("at", task === current);
      tile.classList.toggle("bad", refused !== "");
      tile.setAttribute("aria-selected", String(chosen.has(task)));
      const words = tile.querySelector(".tilewords")?.textContent ?? "";
      tile.setAttribute("aria-label", [`${words} ${refused || name}`.trim(), name ? "" : t("grid_no_class"), t("grid_tile", { n: index + 1, total: this.#state.tasks.length })].filter(Boolean).join(". "));
      const strip = tile.querySelector(".gclass");
      const shown = refused || name;
      if (strip && strip.textContent !== shown) {
        strip.replaceChildren(...(cls && !refused ? [h("span", { class: `swatch c${cls.color ?? ((cls.code - 1) % 12) + 1}` }), h("span", { class: "clip" }, name)] : [h("span", { class: "clip" }, shown)]));
      }
    });
    if (current === undefined) this.#list.removeAttribute("aria-activedescendant");
    else this.#list.setAttribute("aria-activedescendant", `tile-${current}`);
    for (const [code, button] of this.#brushes) button.setAttribute("aria-pressed", String(code === this.#brush));
    this.#submit.disabled = painted.size === 0;
    this.#submit.querySelector("span")?.replaceChildren(t("grid_submit", { n: painted.size }));
    this.#undo.disabled = !this.#state.canUndo;
    this.#rest.disabled = painted.size === this.#state.tasks.length;
    const { total } = this.#config.progress;
    place("grid-count").textContent = t("grid_count", { done: this.#done, total: Math.max(total, this.#done) });
  }

  #reveal(): void {
    const current = this.#state.current;
    if (current !== undefined) this.#tiles.get(current)?.scrollIntoView({ block: "nearest" });
  }

  /* -- sending -------------------------------------------------------------------------------------------- */

  /** Every painted tile becomes an answer of its own, with a key of its own; the time is shared evenly. */
  #send(): void {
    const painted = [...this.#state.painted];
    const paints = this.#module.paints;
    if (painted.length === 0 || !paints) return;
    const active_ms = Math.round(this.#time.read(performance.now()) / painted.length);
    this.#time.pause(performance.now());
    const parcels: Parcel[] = [];
    for (const [id, code] of painted) {
      const task = this.#tasks.get(id);
      if (!task) continue;
      const body = { guideline_version: task.guideline_version, answers: { [this.#question.key]: paints(code) }, active_ms };
      parcels.push({ key: newId(), task: id, url: this.#config.annotations_url.replace("{task}", String(id)), body: JSON.stringify(body) });
      this.#sent.set(id, task);
      this.#drop(id);
    }
    this.#time.restart();
    this.#state.setTasks([...this.#tasks.keys()]);
    this.#done += parcels.length;
    this.#sentAny = true;
    this.#say(t("grid_sent", { n: parcels.length }));
    for (const parcel of parcels) this.#outbox.push(parcel);
    this.#show();
    void this.#fill();
  }

  #drop(task: number): void {
    this.#tasks.delete(task);
    this.#pictures.delete(task);
    this.#tiles.get(task)?.remove();
    this.#tiles.delete(task);
  }

  /** An answer that was not taken: its place went to somebody else, or it does not fit; then its tile comes back. */
  #comesBack(parcel: Parcel, refusal: Refusal): void {
    this.#done = Math.max(0, this.#done - 1);
    const task = this.#sent.get(parcel.task);
    this.#sent.delete(parcel.task);
    const because = refusal.code === "place_taken" ? t("place_taken") : `${t("answer_refused")} ${Object.values(refusal.fields)[0] ?? refusal.message}`;
    this.#note.append(h("p", { class: "problem" }, icon("warning"), h("span", {}, because)));
    this.#say(because);
    if (task && refusal.code !== "place_taken") {
      this.#refused.set(task.id, because);
      this.#tasks.set(task.id, task);
      this.#state.setTasks([...this.#tasks.keys()]);
      this.#mountTile(task);
      if (pictured(task)) void this.#loadPictures([task.id]);
    }
    this.#show();
  }

  #tellState(phase: string, waiting: number): void {
    const state = place("state");
    state.textContent = phase === "saved" ? t("saved") : phase === "offline" ? t("offline_text", { n: waiting }) : phase === "lapsed" ? t("session_ended") : t("sending");
    state.classList.toggle("good", phase === "saved");
    if (phase === "saved" && this.#tasks.size === 0 && this.#sentAny) {
      this.#sentAny = false;
      void this.#fill();
    }
    if (phase === "lapsed") this.#tell(t("session_text"), t("sign_in"), this.#config.sign_in_url ?? "");
  }

  #tell(text: string, words = "", address = ""): void {
    this.#note.replaceChildren(...(text ? [h("p", {}, text, " ", words ? h("a", { href: address }, words) : null)] : []));
    if (text) this.#say(text);
  }

  /** Another window works on the project now. */
  moveElsewhere(): void {
    this.#tasks.clear();
    this.#state.setTasks([]);
    this.#list.replaceChildren();
    this.#tiles.clear();
    this.#tell(`${t("open_elsewhere")}. ${t("open_elsewhere_text")}`);
    this.#show();
  }

  /* -- keys ----------------------------------------------------------------------------------------------- */

  #listen(): void {
    const go = (step: () => number, extend: boolean) => () => {
      this.#state.move(this.#state.at + step(), extend);
      this.#show();
      this.#reveal();
    };
    const arrows: readonly [string, () => number][] = [["ArrowLeft", () => -1], ["ArrowRight", () => 1], ["ArrowUp", () => -this.#columns], ["ArrowDown", () => this.#columns], ["Home", () => -1000], ["End", () => 1000]];
    const act = (run: () => void) => () => {
      run();
      this.#show();
      this.#reveal();
    };
    this.#hotkeys.set([
      ...this.#classes.flatMap((cls) => {
        const key = this.#keys.get(cls.code);
        return key ? [{ chord: key, says: cls.name, run: () => this.#key(cls.code) }] : [];
      }),
      ...arrows.flatMap(([chord, step]) => [
        { chord, says: chord, run: go(step, false) },
        { chord: `Shift+${chord}`, says: chord, run: go(step, true) },
      ]),
      { chord: "Space", says: t("grid_choose"), run: act(() => this.#state.toggle(this.#state.at)) },
      { chord: "Escape", says: t("cancel"), run: act(() => {
        this.#brush = null;
        this.#state.choose("none");
      }) },
      { chord: "Ctrl+a", says: t("grid_all"), run: act(() => this.#state.choose("all")) },
      { chord: "e", says: t("grid_rest"), run: act(() => this.#state.choose("rest")) },
      { chord: "Backspace", says: t("clear_answer"), run: act(() => this.#paint(this.#state.meant, null)) },
      { chord: "Delete", says: t("clear_answer"), run: act(() => this.#paint(this.#state.meant, null)) },
      { chord: "z", says: t("undo"), run: act(() => this.#state.undo()) },
      { chord: "Ctrl+z", says: t("undo"), run: act(() => this.#state.undo()) },
      { chord: "y", says: t("redo"), run: act(() => this.#state.redo()) },
      { chord: "Ctrl+y", says: t("redo"), run: act(() => this.#state.redo()) },
      { chord: "Enter", says: t("submit_next"), run: () => this.#send() },
    ]);
    this.#hotkeys.listen(document);
    this.#submit.addEventListener("click", () => this.#send());
    this.#undo.addEventListener("click", act(() => this.#state.undo()));
    this.#rest.addEventListener("click", act(() => this.#state.choose("rest")));
    this.#size.addEventListener("change", () => void this.#fill());
    for (const sign of ["pointermove", "pointerdown", "keydown", "wheel", "scroll"]) document.addEventListener(sign, () => {
      this.#stirred = true;
      this.#time.stir(performance.now());
    }, { capture: true, passive: true });
    document.addEventListener("visibilitychange", () => {
      if (document.hidden) this.#time.pause(performance.now());
      else this.#resume();
    });
    window.addEventListener("online", () => this.#resume());
    setInterval(() => void this.#renew(), 5 * RENEW_EVERY_MS);
  }

  /** Leases of a page in hand go on, one after the other. */
  async #renew(): Promise<void> {
    if (!this.#stirred || !this.#config.lease_url) return;
    this.#stirred = false;
    for (const task of [...this.#tasks.keys()]) await postJson(this.#config.lease_url.replace("{task}", String(task)), {});
  }

  #resume(): void {
    this.#wake();
    if (this.#outbox.waiting > 0) void this.#outbox.flush();
    if (this.#tasks.size === 0) void this.#fill();
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function keepSize(shelf: Storage | null, value: string): void {
  try {
    shelf?.setItem(SIZE_KEPT, value);
  } catch {
    // It is asked for again next time.
  }
}

function pictured(task: Task): boolean {
  return task.item.parts.some((part) => part.kind === "image");
}

/** The one question of a project whose answer is one class; null where a grid is no way to answer. */
async function painted(config: DeskConfig): Promise<{ question: Question; module: EditorModule } | null> {
  const [question, ...others] = config.questions;
  const module = question && others.length === 0 ? await editors[question.label_type]?.() : null;
  return question && module?.paints ? { question, module } : null;
}

/** The first tiles are asked for as soon as it is known that this window shows some, while styles are still on their way. */
async function begin(config: GridConfig): Promise<void> {
  const small = shelf();
  let lost = (): void => undefined;
  const found = painted(config);
  const held = found.then((one) => one !== null && holdDesk(`concord.desk.${config.agent ?? ""}.${config.project.id}`, false, () => lost()));
  const begun = held.then((here) => (here ? claimPage(config.claims_url, AT_ONCE, []) : null));
  const [asked, here, out] = await Promise.all([found, held, outShelf(config, small), wholePage(config)]);
  if (!asked) {
    place("grid-note").replaceChildren(h("p", {}, t("grid_not_here"), " ", h("a", { href: config.label_url }, t("grid_one_by_one"))));
    return;
  }
  const size = place<HTMLSelectElement>("grid-size");
  size.append(...SIZES.map((count) => h("option", { value: count }, String(count))));
  const wanted = new URLSearchParams(location.search).get("size") ?? small?.getItem(SIZE_KEPT) ?? "";
  if (SIZES.includes(Number(wanted))) size.value = wanted;
  size.addEventListener("change", () => keepSize(small, size.value));
  const grid = new Grid(config, asked.question, asked.module, small, out, begun);
  lost = () => grid.moveElsewhere();
  if (here) await grid.start();
  else lost();
}

const config = readConfig<GridConfig>();
if (config) void begin(config);
