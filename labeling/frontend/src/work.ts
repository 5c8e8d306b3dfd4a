import { ActiveTime } from "./activity.ts";
import { unasked, without } from "./conditions.ts";
import { h, icon } from "./dom.ts";
import type { Frame } from "./frame.ts";
import { History } from "./history.ts";
import { t } from "./messages.ts";
import type { PictureView } from "./pictures.ts";
import { goneClasses, refitted } from "./refit.ts";
import { editors } from "./registry.ts";
import type { SoundPlayer } from "./sound.ts";
import type { Answers, Binding, Editor, EditorModule, Item, Json, Part, Question, ShownText, Task } from "./types.ts";

export interface WorkOptions {
  readonly task: Task;
  readonly questions: readonly Question[];
  readonly classKeys: ReadonlyMap<string, ReadonlyMap<number, string>>;
  readonly modules: ReadonlyMap<string, EditorModule | null>;
  readonly first: Answers;
  readonly active_ms: number;
  readonly person: string;
  announce(text: string): void;
  tell(text: string): void;
  inHand(question: Question, code: number | null): void;
  changed(): void;
}

/** The editors of these questions, loaded once; an unknown type is null. */
export async function loadEditors(questions: readonly Question[]): Promise<Map<string, EditorModule | null>> {
  const names = [...new Set(questions.map((question) => question.label_type))];
  const loaded = await Promise.all(names.map(async (name): Promise<[string, EditorModule | null]> => [name, (await editors[name]?.()) ?? null]));
  if (loaded.some(([, module]) => module?.draws === "image")) await loadPictures();
  return new Map(loaded);
}

let pictureView: typeof PictureView | null = null;

/** What shows pictures is fetched with the first of them: a page of texts does without. */
export async function loadPictures(): Promise<void> {
  pictureView ??= (await import("./pictures.ts")).PictureView;
}

export function canShow(item: Item): boolean {
  return pictureView !== null || !item.parts.some((part) => part.kind === "image");
}

/** One item on the desk: its view, its editors, its history. */
export class Work {
  readonly task: Task;
  readonly time: ActiveTime;
  /** What was begun does not fit the questions any more: the keys of those to look at, and of those not asked now. */
  readonly changed: { readonly about: readonly string[]; readonly left: readonly string[] };
  readonly #options: WorkOptions;
  /** What the page shows; the rest is shown by an editor. */
  readonly #parts: readonly Part[];
  readonly #history: History<Answers>;
  readonly #editors = new Map<string, Editor>();
  readonly #places = new Map<string, HTMLElement>();
  #pictures: PictureView | null = null;
  #texts: readonly ShownText[] = [];
  #sounds: readonly SoundPlayer[] = [];
  /** The players are fetched; who waits for them is told. */
  #heard: (sounds: readonly SoundPlayer[]) => void = () => undefined;
  readonly #players = new Promise<readonly SoundPlayer[]>((resolve) => (this.#heard = resolve));
  #gone = false;
  #active: string | null = null;
  /** Questions that are not asked after the answers so far. */
  #left: ReadonlySet<string> = new Set();

  constructor(options: WorkOptions) {
    this.#options = options;
    this.task = options.task;
    this.time = new ActiveTime(options.active_ms);
    const { answers, ...changed } = refitted(options.questions, options.first, (question) => options.modules.get(question.label_type));
    this.changed = changed;
    this.#history = new History({ ...blanks(options), ...answers });
    this.#left = this.#unasked();
    this.#active = this.#firstDrawn();
    const elsewhere = new Set(options.questions.flatMap((question) => options.modules.get(question.label_type)?.shows?.(question, options.task.item) ?? []));
    this.#parts = options.task.item.parts.filter((part) => !elsewhere.has(part));
  }

  get answers(): Answers {
    return without(this.#history.state, this.#left);
  }

  #unasked(): ReadonlySet<string> {
    return unasked(this.#options.questions, this.#history.state, (question, value) => this.#options.modules.get(question.label_type)?.classesIn?.(value) ?? []);
  }

  /** Of the questions asked, the first that is drawn or marked. */
  #firstDrawn(): string | null {
    return this.#options.questions.find(({ key, label_type }) => !this.#left.has(key) && this.#options.modules.get(label_type)?.draws)?.key ?? null;
  }

  /** Shows what is asked after these answers, and nothing else. */
  #ask(): void {
    const before = this.#left;
    this.#left = this.#unasked();
    for (const [key, editor] of this.#editors) {
      const left = this.#left.has(key);
      const place = this.#places.get(key);
      if (place) place.hidden = left;
      if (left !== before.has(key)) editor.show(left ? undefined : this.#history.state[key]);
    }
    if (this.#active === null || this.#left.has(this.#active)) this.#activate(this.#firstDrawn());
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  get bindings(): readonly Binding[] {
    const own = [...this.#editors].flatMap(([key, editor]) => editor.bindings.map((binding) => ({ ...binding, run: (event: KeyboardEvent) => (this.#left.has(key) ? false : binding.run(event)) })));
    return [...own, ...(this.#pictures?.bindings ?? []), ...this.#soundBindings()];
  }

  mount(frame: Frame): void {
    const { item } = this.task;
    const { modules } = this.#options;
    const pictures = this.#parts.filter((part) => part.kind === "image");
    frame.clear(pictures.length === 0);
    const draws = this.#options.questions.some((question) => modules.get(question.label_type)?.draws === "image");
    this.#texts = this.#parts.filter((part) => part.kind === "text").map(shownText);
    if (pictures.length > 0 && pictureView) this.#pictures = new pictureView(frame.stage, pictures, draws, this.#options.announce);
    const reading = this.#pictures ? frame.left : frame.stage;
    if (!this.#pictures) this.#mountReading(reading, item);
    for (const question of this.#options.questions) this.#mountQuestion(frame, question, modules.get(question.label_type) ?? null);
    if (this.#pictures) this.#mountReading(reading, item);
    for (const [key, editor] of this.#editors) editor.show(this.answers[key]);
    this.#ask();
    frame.showLeft();
    for (const key of this.changed.about) this.showProblem(key, t("class_gone"));
  }

  /** The classes an answer names that its question no longer has. */
  #goneFrom(question: Question, value: Json | undefined): readonly number[] {
    return goneClasses(question, value, ({ label_type }) => this.#options.modules.get(label_type));
  }

  /** The player is a part of its own, fetched where there is something to hear. */
  async #mountSounds(place: HTMLElement, parts: readonly Part[]): Promise<void> {
    const { SoundPlayer } = await import("./sound.ts");
    if (this.#gone) return;
    this.#sounds = parts.map((part) => new SoundPlayer(place, part, this.#options.announce));
    this.#heard(this.#sounds);
  }

  #soundBindings(): Binding[] {
    if (!this.#parts.some((part) => part.kind === "audio")) return [];
    const group = t("sound");
    const first = (act: (sound: SoundPlayer) => void) => (): void => void this.#sounds.slice(0, 1).forEach(act);
    const speed = (by: 1 | -1) => first((sound) => this.#options.announce(sound.faster(by)));
    const free: Binding[] = this.#pictures ? [] : [{ chord: "Space", says: t("play_pause"), run: first((sound) => sound.toggle()) }];
    return [
      ...free,
      { chord: "Ctrl+Space", says: t("play_pause"), group, shows: ["Ctrl", "Space"], whileTyping: true, run: first((sound) => sound.toggle()) },
      { chord: "Alt+ArrowLeft", says: t("back_2"), group, shows: ["Alt", "←"], whileTyping: true, run: first((sound) => sound.seek(-2)) },
      { chord: "Alt+ArrowRight", says: t("on_2"), group, shows: ["Alt", "→"], whileTyping: true, run: first((sound) => sound.seek(2)) },
      { chord: "Alt+ArrowUp", says: t("slower_faster"), group, shows: ["Alt", "↓", "↑"], whileTyping: true, run: speed(1) },
      { chord: "Alt+ArrowDown", says: t("slower_faster"), whileTyping: true, run: speed(-1) },
      { chord: "Alt+l", says: t("loop"), group, shows: ["Alt", "L"], whileTyping: true, run: first((sound) => sound.toggleLoop()) },
    ];
  }

  #mountReading(place: HTMLElement, item: Item): void {
    const beside = this.#pictures !== null;
    const sounds = this.#parts.filter((part) => part.kind === "audio");
    if (sounds.length > 0) void this.#mountSounds(place.appendChild(h("div", { class: "clips" })), sounds);
    for (const { body } of this.#texts) place.append(beside ? sidePanel(t("text"), body) : h("article", { class: "msg" }, body));
    const entries = Object.entries(item.fields);
    if (entries.length === 0) return;
    const list = h("dl", { class: beside ? "dl" : "dl fields" });
    for (const [name, value] of entries) list.append(h("dt", {}, name), h("dd", {}, plain(value)));
    place.append(beside ? h("section", { class: "panel" }, list) : list);
  }

  #mountQuestion(frame: Frame, question: Question, module: EditorModule | null): void {
    const beside = this.#pictures !== null;
    const form = h("section", { class: beside ? "question form" : "question form q" });
    const side = h("div", { class: "question side-tools" });
    if (module) {
      const editor = module.create({
        question,
        item: this.task.item,
        person: this.#options.person,
        classKeys: this.#options.classKeys.get(question.key) ?? new Map(),
        form,
        side,
        pictures: this.#pictures,
        sounds: this.#players,
        texts: this.#texts,
        isActive: () => this.#active === question.key,
        activate: () => this.#activate(question.key),
        tell: this.#options.tell,
        commit: (value, amends) => this.#commit(question.key, value, amends),
        announce: this.#options.announce,
        inHand: (code) => this.#options.inHand(question, code),
      });
      this.#editors.set(question.key, editor);
    } else {
      form.append(h("p", { class: "problem", role: "alert" }, icon("warning"), t("not_known", { name: question.prompt })));
    }
    if (beside && form.childElementCount > 0) form.classList.add("panel");
    if (form.childElementCount > 0) (beside ? frame.left : frame.stage).append(form);
    if (side.childElementCount > 0) frame.left.append(side);
    this.#places.set(question.key, form.childElementCount > 0 ? form : side);
  }

  #activate(key: string | null): void {
    if (this.#active === key) return;
    const before = this.#active === null ? undefined : this.#editors.get(this.#active);
    this.#active = key;
    before?.rest?.();
  }

  #commit(key: string, value: Json | undefined, amends = false): void {
    const { [key]: _replaced, ...others } = this.#history.state;
    const next = value === undefined ? others : { ...others, [key]: value };
    if (amends) this.#history.amend(next);
    else this.#history.push(next);
    this.#editors.get(key)?.show(value);
    this.#ask();
    this.clearProblem(key);
    this.#options.changed();
  }

  undo(): boolean {
    return this.#travel(this.#history.undo());
  }

  redo(): boolean {
    return this.#travel(this.#history.redo());
  }

  #travel(state: Answers | null): boolean {
    if (!state) return false;
    this.#left = this.#unasked();
    for (const [key, editor] of this.#editors) editor.show(this.answers[key]);
    this.#ask();
    this.#options.changed();
    return true;
  }

  focus(): void {
    const first = this.#editors.values().next().value;
    const writes = this.#active === null && first?.writes;
    if (this.#pictures && !writes) this.#pictures.surface.focus({ preventScroll: true });
    else first?.focus();
  }

  /** What keeps this from being sent, by question; each is shown at its place. */
  check(): boolean {
    let first: string | null = null;
    for (const question of this.#options.questions) {
      if (this.#left.has(question.key)) continue;
      const value = this.answers[question.key];
      const missing = question.required && value === undefined ? t("answer_needed") : null;
      const [gone] = this.#goneFrom(question, value);
      const problem = missing ?? (gone === undefined ? null : t("class_gone")) ?? this.#editors.get(question.key)?.problem(value) ?? null;
      if (gone !== undefined) this.#editors.get(question.key)?.pointAt?.(this.#options.modules.get(question.label_type)?.classesIn?.(value).indexOf(gone) ?? -1);
      if (problem) this.showProblem(question.key, problem);
      else this.clearProblem(question.key);
      if (problem) first ??= question.key;
    }
    if (first !== null) this.#editors.get(first)?.focus();
    return first === null;
  }

  /** `at`: which element of the answer it is about. */
  showProblem(key: string, message: string, at: number | null = null): void {
    this.clearProblem(key);
    if (at !== null) this.#editors.get(key)?.pointAt?.(at);
    const place = this.#places.get(key);
    if (!place) return;
    place.dataset["problem"] = "";
    const line = h("p", { class: "problem", role: "alert" }, icon("warning"), h("span", {}, message));
    if (place.classList.contains("side-tools")) place.firstElementChild?.append(line);
    else place.append(line);
    line.scrollIntoView({ block: "nearest" });
  }

  clearProblem(key: string): void {
    const place = this.#places.get(key);
    if (!place) return;
    delete place.dataset["problem"];
    for (const line of place.querySelectorAll(".problem")) line.remove();
  }

  destroy(): void {
    this.#gone = true;
    for (const editor of this.#editors.values()) editor.destroy();
    for (const sound of this.#sounds) sound.destroy();
    this.#pictures?.destroy();
  }
}

/** What the questions say before anybody touched them. */
function blanks({ questions, modules, task }: WorkOptions): Answers {
  return Object.fromEntries(questions.flatMap((question): [string, Json][] => {
    const module = modules.get(question.label_type);
    if (module?.blank === undefined || !task.item.parts.some((part) => part.kind === module.draws)) return [];
    return [[question.key, module.blank]];
  }));
}

function shownText(part: Part): ShownText {
  const text = part.text ?? "";
  const node = document.createTextNode(text);
  return { part, text, node, body: h("p", { class: "body", dir: "auto" }, node) };
}

function sidePanel(title: string, ...children: HTMLElement[]): HTMLElement {
  return h("section", { class: "panel" }, h("h2", {}, title), ...children);
}

function plain(value: Json): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "–");
}
