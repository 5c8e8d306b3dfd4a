import { minutesLeft } from "./activity.ts";
import { claim, send, type Claimed, type Sent } from "./api.ts";
import { announcer } from "./announcer.ts";
import { h } from "./dom.ts";
import type { DeviceShelf } from "./device_shelf.ts";
import { Drafts } from "./drafts.ts";
import { Frame, type Action } from "./frame.ts";
import { GuidelinePanel } from "./guideline.ts";
import { HeldKeys } from "./held_keys.ts";
import { assignClassKeys, Hotkeys } from "./hotkeys.ts";
import { newId } from "./ids.ts";
import { chordFor, keepKeymap, readKeymap, settled, useKeymap, type Keymap } from "./keymap.ts";
import { t } from "./messages.ts";
import { backOff, Outbox, type Outcome, type Parcel, type Refusal, type Shelf } from "./outbox.ts";
import { outPrefix } from "./page.ts";
import { fetchPast, toCorrect, type PastAnswer } from "./past.ts";
import { Kept, ownDrafts, RENEW_EVERY_MS, type KeptDraft } from "./kept.ts";
import { elementOf, questionOf } from "./problems.ts";
import { holdDesk } from "./tabs.ts";
import { canShow, loadEditors, loadPictures, Work } from "./work.ts";
import type { Answers, Binding, DeskConfig, EditorModule, Json, Question, Task } from "./types.ts";

/** Keys the page itself and its views answer to; classes never get them. */
export const RESERVED: ReadonlySet<string> = new Set([..."0sfnbhjlzygvx?+-=[],./"]);
const DRAFT_AFTER_MS = 400;
/** Kept in the tab: the guideline's version that it was loaded anew for. */
const CHANGED = "concord.guideline";
/** Fetched once the first item stands, so that they are there when they are wanted, even without a network. */
const dialogs = () => import("./dialogs.ts");

const AHEAD_ON_A_BAD_LINE = 5;

/** Whether the browser says that the network is slow or is to be spared. */
function hasBadLine(): boolean {
  const line = (navigator as { connection?: { effectiveType?: string; saveData?: boolean } }).connection;
  return line?.saveData !== true && /2g|3g/.test(line?.effectiveType ?? "");
}

/** Work that is not on the desk now, as it was left. */
interface Sheet { readonly task: Task; readonly answers: Answers; readonly active_ms: number }
/** What was asked for before the page stood. */
export interface Begun { readonly claimed: Promise<Claimed> | null; readonly drafts: Promise<readonly KeptDraft[]> | null }
interface Returned extends Sheet { readonly refusal: Refusal }

/** The loop: claim, show, submit, next. The next task is claimed while this one is worked on; answers leave through the outbox. */
export class Desk {
  readonly #config: DeskConfig;
  readonly #frame: Frame;
  readonly #guideline: GuidelinePanel;
  readonly #hotkeys: Hotkeys;
  readonly #keys: HeldKeys;
  readonly #drafts: Drafts;
  readonly #outbox: Outbox;
  readonly #out: DeviceShelf;
  /** Answers that were not taken since their places went to others: told until their labeler has read it. */
  #taken = 0;
  /** Pictures of items ahead: what is held stays to be shown without a network. */
  readonly #pictures = new Map<number, readonly HTMLImageElement[]>();
  readonly #say: (text: string) => void;
  readonly #shelf: Shelf | null;
  readonly #keysName: string;
  /** The keys this person changed, on this device; some may not fit the page that is shown. */
  #keymap: Keymap;
  readonly #classKeys: Map<string, Map<number, string>>;
  readonly #sent = new Map<number, Sheet>();
  readonly #durations: number[] = [];
  #modules = new Map<string, EditorModule | null>();
  #work: Work | null = null;
  #ahead: Task[] = [];
  #begun: Begun;
  #claiming: Promise<Claimed> | null = null;
  #along: Promise<Sent> | null = null;
  /** Until when what was taken along is held; null where nothing was. */
  #heldUntil: string | null = null;
  #wasOffline = false;
  #returned: Returned[] = [];
  #past: readonly PastAnswer[] = [];
  #aside: Sheet | null = null;
  readonly #kept: Kept | null;
  #stirred = false;
  /** The guideline version the server spoke of last. */
  #newest = 0;
  #done: number;
  #draftTimer = 0;
  #moving = false;
  #wake: () => void = () => undefined;

  constructor(config: DeskConfig, shelf: Shelf | null, out: DeviceShelf, begun: Begun) {
    this.#config = config;
    this.#begun = begun;
    this.#done = config.progress.done;
    this.#frame = new Frame((action) => this.#run(action));
    this.#guideline = new GuidelinePanel(this.#frame.right, config);
    this.#say = announcer(this.#frame.status);
    this.#classKeys = assignClassKeys(config.questions, RESERVED);
    this.#keys = new HeldKeys(document, (event) => this.#hotkeys.wants(event));
    this.#hotkeys = new Hotkeys(() => document.querySelector("dialog[open]") !== null);
    this.#shelf = shelf;
    this.#keysName = `concord.${config.agent ?? ""}.keys`;
    this.#keymap = readKeymap(shelf, this.#keysName);
    useKeymap(this.#keymap);
    const owner = `concord.${config.agent ?? ""}.${config.project.id}`;
    this.#drafts = new Drafts(shelf, `${owner}.draft.`);
    const { draft_url, lease_url, drafts_url } = config;
    this.#kept = drafts_url && draft_url && lease_url && !config.preview && !config.review ? new Kept({ draft_url, lease_url, onElsewhere: (task) => this.#changedElsewhere(task), onGuideline: (version) => this.#tellOfNewer(version) }) : null;
    this.#out = out;
    out.onFull = () => this.#tellOfRoom();
    this.#outbox = new Outbox({
      shelf: out,
      prefix: outPrefix(config),
      send: (parcel) => this.#deliver(parcel),
      wait: (ms) => this.#wait(ms),
      onState: (state) => {
        this.#frame.state(state);
        if (state.phase === "lapsed") this.#lapse("");
        else if (state.phase === "offline") {
          this.#wasOffline = true;
          this.#frame.notice("offline", "warn", t("offline"), t("offline_text", { n: state.waiting }));
        } else if (state.phase === "saved") this.#frame.dismiss("offline");
        this.#tellOfRoom();
      },
      onRefused: (parcel, refusal) => this.#refused(parcel, refusal),
      onSent: (parcel) => {
        this.#sent.delete(parcel.task);
        this.#drafts.drop(parcel.task);
      },
    });
  }

  async start(): Promise<void> {
    this.#listen();
    this.#frame.reveal("flag", this.#mayFlag);
    this.#frame.reveal("past", this.#mayLookBack);
    this.#frame.enable("past", this.#mayLookBack);
    this.#frame.reveal("along", this.#mayTakeAlong);
    this.#frame.reveal("skip", !this.#config.preview && this.#config.skip_reasons.length > 0);
    this.#count();
    this.#enable();
    const loaded = this.#load();
    if (this.#kept && !(await this.#hold(false))) return;
    await loaded;
    this.#offerGrid();
    if (this.#config.preview) {
      const { item, guideline_version = 0 } = this.#config.preview;
      this.#show({ id: 0, guideline_version, item });
      return;
    }
    if (this.#config.review) {
      const { task, answers } = this.#config.review;
      this.#show(task, { answers, active_ms: 0 });
      return;
    }
    this.#drafts.sweep(Date.now());
    void this.#outbox.flush();
    if (this.#config.open_task) await this.#reopenTask(this.#config.open_task);
    if (!this.#work) {
      await this.#resumeBegun();
      await this.#next();
    }
    this.#tellOfChange();
  }

  /** The editors, and what the server kept of unfinished answers. */
  async #load(): Promise<void> {
    const drafts = this.#begun.drafts ?? (this.#kept ? ownDrafts(this.#config.drafts_url ?? "") : Promise.resolve([]));
    [this.#modules] = await Promise.all([loadEditors(this.#config.questions), this.#kept?.load(drafts)]);
  }

  /** Where one question with one class each is all that is asked, many items can be answered on one page. */
  #offerGrid(): void {
    const link = document.getElementById("many");
    const [question, ...others] = this.#config.questions;
    const one = question && others.length === 0 && !this.#config.preview && !this.#config.review;
    if (link && one) link.hidden = !this.#modules.get(question.label_type)?.paints;
  }

  /* -- which window ------------------------------------------------------------------------------------- */

  /** One window at a time works on a project; the others say so and can take over. */
  async #hold(take: boolean): Promise<boolean> {
    const name = `concord.desk.${this.#config.agent ?? ""}.${this.#config.project.id}`;
    const held = await holdDesk(name, take, () => {
      this.#keepDraft();
      void this.#kept?.flush();
      this.#leave();
      this.#offerDesk(t("moved_elsewhere"));
    });
    if (!held) this.#offerDesk(t("open_elsewhere"));
    return held;
  }

  #offerDesk(title: string): void {
    const here = h("button", { type: "button", class: "btn primary", click: () => void this.#takeOver() }, t("work_here"));
    this.#frame.empty(title, t("open_elsewhere_text"), [here]);
    this.#frame.showLeft();
    this.#say(title);
  }

  /** Begins anew here, with what the other window saved. */
  async #takeOver(): Promise<void> {
    await this.#hold(true);
    this.#begun = { claimed: null, drafts: null };
    this.#ahead = [];
    this.#aside = null;
    this.#past = [];
    await this.#load();
    void this.#outbox.flush();
    await this.#resumeBegun();
    await this.#next();
  }

  /** What was begun comes first, in whatever order the leases run out: saving it renewed its own. */
  async #resumeBegun(): Promise<void> {
    if (!this.#kept?.hasBegun) return;
    for (let tries = 0; tries < 3; tries += 1) {
      const claimed = await this.#claim();
      if (claimed.kind !== "task") return;
      if (this.#kept.read(claimed.task)) {
        this.#ahead.unshift(claimed.task);
        return;
      }
      this.#ahead.push(claimed.task);
    }
  }

  #changedElsewhere(task: number): void {
    const work = this.#work;
    if (work?.task.id !== task) return;
    this.#frame.notice("elsewhere", "warn", t("draft_elsewhere"), t("draft_elsewhere_text"), {
      label: t("keep_mine"),
      run: () => {
        this.#frame.dismiss("elsewhere");
        this.#kept?.insist(task);
        this.#kept?.save({ task: work.task, answers: work.answers, active_ms: work.time.read(performance.now()) });
        work.focus();
      },
    });
    this.#say(t("draft_elsewhere"));
  }

  /** The newest of what this device and the server have for a task. */
  #draftOf(task: Task): { answers: Answers; active_ms: number } | null {
    const here = this.#drafts.read(task.id);
    const own = here && here.revises === task.revises ? here : null;
    const there = this.#kept?.read(task) ?? null;
    if (!there) return own;
    return own && own.saved_at > Date.parse(there.saved_at) ? own : there;
  }

  /* -- which item ------------------------------------------------------------------------------------- */

  #holding(): number[] {
    const ids = [...this.#ahead.map((task) => task.id), ...this.#sent.keys(), ...this.#returned.map(({ task }) => task.id), ...this.#outbox.tasks()];
    if (this.#work) ids.push(this.#work.task.id);
    if (this.#aside) ids.push(this.#aside.task.id);
    return [...new Set(ids)];
  }

  /** An answer brings the next task along, unless there is enough at hand or more to send behind it. */
  async #deliver(parcel: Parcel): Promise<Outcome> {
    const sent = this.#sent.get(parcel.task);
    if (!sent || sent.task.revises !== undefined || this.#along || this.#claiming || this.#ahead.length > 1 || this.#outbox.waiting > 1) {
      return (await send(parcel)).outcome;
    }
    const others = this.#holding().filter((task) => task !== parcel.task);
    this.#along = send(parcel, others);
    const { outcome, next } = await this.#along;
    this.#along = null;
    if (next) this.#keep(next);
    else if (outcome.kind !== "retry" && this.#work) void this.#prefetch();
    return outcome;
  }

  async #claim(): Promise<Claimed> {
    // The first was asked for before it was known what of it is on its way back already.
    const { claimed } = this.#begun;
    this.#begun = { ...this.#begun, claimed: null };
    const first = await claimed;
    if (first && !(first.kind === "task" && this.#holding().includes(first.task.id))) return first;
    const next = (await this.#along)?.next;
    if (next) return next;
    this.#claiming ??= claim(this.#config.claim_url, this.#holding()).finally(() => {
      this.#claiming = null;
    });
    return this.#claiming;
  }

  async #next(): Promise<void> {
    if (this.#moving) return;
    this.#moving = true;
    try {
      const aside = this.#aside;
      this.#aside = null;
      const ready = aside ? null : this.#ahead.shift();
      if (aside) this.#show(aside.task, aside);
      else if (ready) this.#show(ready);
      else await this.#fetchNext();
    } finally {
      this.#moving = false;
    }
  }

  async #fetchNext(): Promise<void> {
    const loading = setTimeout(() => this.#skeleton(), 200);
    this.#leave();
    for (let tries = 0; ; tries += 1) {
      const claimed = await this.#claim();
      if (claimed.kind === "offline") {
        this.#frame.notice("claim", "warn", t("offline"), t("offline_none"));
        await this.#wait(backOff(tries));
        continue;
      }
      clearTimeout(loading);
      this.#frame.dismiss("claim");
      if (claimed.kind === "task" && this.#holding().includes(claimed.task.id)) {
        // An older server hands out what it thinks is still here: let the answers arrive first.
        await this.#outbox.flush();
        if (this.#outbox.waiting === 0 && this.#returned.length === 0) continue;
      }
      const ready = this.#ahead.shift();
      if (ready) this.#show(ready);
      else if (claimed.kind === "task") this.#show(claimed.task);
      else if (claimed.kind === "lapsed") this.#rest(t("session_ended"), claimed.message || t("session_text"), true);
      else if (claimed.kind === "refused") this.#rest(t("no_task"), claimed.message, false);
      else this.#nothing(claimed.reason.message);
      return;
    }
  }

  /** One ahead, or a few on a bad line: leases are short, so no more; their media load while this item is worked on. */
  async #prefetch(): Promise<void> {
    if (this.#config.preview || this.#config.review || this.#ahead.length >= this.#depth || this.#claiming || this.#along) return;
    const before = this.#ahead.length;
    this.#keep(await this.#claim());
    if (this.#ahead.length > before) await this.#prefetch();
  }

  get #depth(): number {
    return this.#wasOffline || hasBadLine() ? AHEAD_ON_A_BAD_LINE : 1;
  }

  /* -- taking along ---------------------------------------------------------------------------------------- */

  get #mayTakeAlong(): boolean {
    return Boolean(this.#config.claims_url && this.#config.lease_url) && !this.#config.preview && !this.#config.review;
  }

  /** Items and their media come to this device, to be answered where there is no network. */
  async #takeAlong(): Promise<void> {
    const { claims_url = "", lease_url = "" } = this.#config;
    const asked = await this.#asked(import("./along.ts"));
    if (!asked || !this.#mayTakeAlong) return;
    const count = await asked.askAlong(this.#carried, this.#heldUntil);
    this.#work?.focus();
    if (count === null) return;
    if (count === 0) {
      await this.#giveBack(asked.letGo, (task) => asked.hold(lease_url, task, false));
      return;
    }
    // What shows and plays them is needed there as well.
    const kinds = Promise.all([loadPictures(), import("./sound.ts"), dialogs(), import("./past_dialog.ts")]).catch(() => undefined);
    const taken = await asked.takeAlong(claims_url, lease_url, count, this.#holding(), (n) => this.#frame.carried(n));
    await kinds;
    this.#ahead.push(...taken.tasks.filter((task) => !this.#holding().includes(task.id)));
    this.#heldUntil = taken.due ?? this.#heldUntil;
    this.#frame.carried(this.#carried);
    this.#tell([taken.tasks.length > 0 ? t("along_done", { n: this.#carried }) : "", taken.message].filter(Boolean).join(" "));
    if (!this.#work) void this.#next();
  }

  /** How many items are here to be answered later. */
  get #carried(): number {
    return this.#heldUntil === null ? 0 : this.#ahead.length;
  }

  async #giveBack(letGo: (task: Task) => void, release: (task: number) => Promise<unknown>): Promise<void> {
    const back = this.#ahead.splice(0);
    this.#heldUntil = null;
    for (const task of back) {
      letGo(task);
      await release(task.id);
    }
    this.#frame.carried(0);
    this.#tell(t("along_returned"));
    void this.#prefetch();
  }

  #keep(claimed: Claimed): void {
    if (claimed.kind === "lapsed") this.#lapse(claimed.message);
    if (claimed.kind !== "task" || this.#moving || this.#holding().includes(claimed.task.id)) return;
    this.#ahead.push(claimed.task);
    this.#pictures.set(claimed.task.id, claimed.task.item.parts.flatMap((part) => (part.kind === "image" && part.url ? [Object.assign(new Image(), { src: part.url })] : [])));
  }

  #nothing(message: string): void {
    const returned = this.#returned.shift();
    if (returned) {
      this.#reopen(returned);
      return;
    }
    this.#rest(t("no_task"), message || t("no_task_text"), false);
  }

  #rest(title: string, text: string, lapsed: boolean): void {
    const again = h("button", { type: "button", class: "btn primary", click: () => (lapsed ? location.reload() : void this.#next()) }, lapsed ? t("sign_in") : t("look_again"));
    const home = this.#config.home_url ? h("a", { class: "btn", href: this.#config.home_url }, this.#config.home_words ?? t("your_work")) : null;
    const past = this.#mayLookBack && !lapsed ? h("button", { type: "button", class: "btn", click: () => this.#run("past") }, t("past")) : null;
    this.#frame.empty(title, text, [again, past, home].filter((button) => button !== null));
    this.#frame.showLeft();
    this.#guideline.show(0, null, null);
    this.#say(`${title}. ${text}`);
    this.#enable();
  }

  #skeleton(): void {
    this.#frame.clear(true);
    this.#frame.stage.append(h("div", { class: "stack stack-4", "aria-label": t("loading") }, h("span", { class: "skeleton" }), h("span", { class: "skeleton" }), h("span", { class: "skeleton" })));
  }

  #leave(): void {
    this.#work?.destroy();
    this.#work = null;
    this.#enable();
  }

  #show(task: Task, given: { answers: Answers; active_ms: number } | null = null): void {
    if (!canShow(task.item)) {
      void loadPictures().then(() => this.#show(task, given));
      return;
    }
    if (given === null && this.#isStale(task)) return;
    this.#leave();
    const draft = given ?? (this.#config.preview ? null : this.#draftOf(task));
    this.#frame.dismiss("elsewhere");
    let question: Question | null = null;
    let code: number | null = null;
    const look = (about: Question, chosen: number | null): void => {
      if (question === about && code === chosen) return;
      [question, code] = [about, chosen];
      this.#guideline.show(task.guideline_version, question, code);
    };
    const asked = this.#config.rounds?.[task.round ?? ""];
    const work = new Work({
      task,
      questions: this.#config.questions.filter(({ key }) => asked?.includes(key) ?? true),
      classKeys: this.#classKeys,
      modules: this.#modules,
      first: draft?.answers ?? {},
      active_ms: draft?.active_ms ?? 0,
      person: String(this.#config.agent ?? ""),
      announce: this.#say,
      tell: (text) => {
        this.#say(text);
        this.#frame.toast(text);
      },
      inHand: look,
      changed: () => this.#changed(),
    });
    this.#work = work;
    this.#guideline.show(task.guideline_version, null, null);
    work.mount(this.#frame);
    this.#pictures.delete(task.id);
    if (this.#ahead.length === 0) this.#heldUntil = null;
    this.#frame.carried(this.#carried);
    if (!this.#settleKeys(work)) {
      this.#show(task, given ?? (draft ? { answers: draft.answers, active_ms: draft.active_ms } : null));
      return;
    }
    this.#frame.showKeys({ skip: "s", flag: "f", submit: "Enter" });
    this.#hotkeys.set([...work.bindings, ...this.#pageBindings(), ...this.#guidelineBindings(look)]);
    // In the set-up page's frame, the focus stays with what is being typed beside it.
    if (window.self === window.top) work.focus();
    work.time.stir(performance.now());
    this.#count();
    this.#enable();
    this.#notices();
    if (task.revises === undefined) this.#say(draft && !given ? t("draft_restored") : t("item_shown", { n: this.#done + 1, total: this.#config.progress.total }));
    if (draft && !given) this.#frame.toast(t("draft_restored"));
    if (work.changed.about.length + work.changed.left.length > 0) this.#tell(t("questions_changed"));
    void this.#prefetch();
    setTimeout(() => void dialogs(), 0);
  }

  /** Told as long as something is kept nowhere but in this window. */
  #tellOfRoom(): void {
    const n = this.#out.unkept;
    if (n > 0) this.#frame.notice("full", "bad", t("device_full"), t("device_full_text", { n }));
    else this.#frame.dismiss("full");
  }

  /** Places that went to others while an answer was on its way. */
  #tellOfTaken(): void {
    if (this.#taken === 0) return;
    this.#frame.notice("taken", "warn", t("taken_n", { n: this.#taken }), t("place_taken"), { label: t("close"), run: () => {
      this.#taken = 0;
      this.#frame.dismiss("taken");
      this.#work?.focus();
    } });
  }

  /** Notices live in the stage, which an item empties: put back those still true. */
  #notices(): void {
    this.#frame.state(this.#outbox.state);
    this.#noteCorrecting();
    const { phase, waiting } = this.#outbox.state;
    if (phase === "offline") this.#frame.notice("offline", "warn", t("offline"), t("offline_text", { n: waiting }));
    if (phase === "lapsed") this.#lapse("");
    this.#tellOfRoom();
    this.#tellOfTaken();
    const returned = this.#returned[0];
    if (returned) this.#showReturned(returned);
    this.#frame.dismiss("newer");
    this.#tellOfNewer(0);
  }

  /* -- submit, skip ------------------------------------------------------------------------------------- */

  #submit(): void {
    const work = this.#work;
    if (!work || this.#moving || !work.check()) return;
    if (this.#config.preview) {
      void this.#asked(dialogs()).then((asked) => asked?.showStored(work.answers as Json));
      return;
    }
    if (this.#config.review) {
      void this.#sendReview(work);
      return;
    }
    const active_ms = work.time.read(performance.now());
    const { revises } = work.task;
    const body = { guideline_version: work.task.guideline_version, answers: work.answers, active_ms, ...(revises === undefined ? {} : { revises }) };
    this.#sent.set(work.task.id, { task: work.task, answers: work.answers, active_ms });
    this.#send(this.#config.annotations_url, work.task.id, body);
    if (revises === undefined) {
      this.#durations.push(active_ms);
      this.#done += 1;
    }
    this.#say(revises === undefined ? t("submitted") : t("correction_sent"));
    if (revises !== undefined) this.#frame.toast(t("correction_sent"));
    void this.#next();
  }

  /** A mark for a reviewer; the item stays, to be answered all the same. */
  async #flag(): Promise<void> {
    const work = this.#work;
    if (!work || !this.#mayFlag) return;
    const asked = await this.#asked(import("./review.ts"));
    const sent = await asked?.sendFlag((this.#config.flag_url ?? "").replace("{task}", String(work.task.id)), this.#config.flags ?? []);
    if (sent) this.#tell(sent.kind === "done" ? t("flagged") : sent.message || t("offline"));
    if (work === this.#work) work.focus();
  }

  get #mayFlag(): boolean {
    return Boolean(this.#config.flag_url) && !this.#config.preview && !this.#config.review;
  }

  /** A reviewer's correction goes at once and leads on to the next task of the list. */
  async #sendReview(work: Work): Promise<void> {
    const review = this.#config.review;
    if (!review) return;
    const asked = await this.#asked(import("./review.ts"));
    const sent = await asked?.sendCorrection(review, work.answers);
    if (sent?.kind === "done") location.assign(review.done_url);
    else if (sent) this.#showRefusal(sent);
    if (sent?.kind !== "done") work.focus();
  }

  async #skip(): Promise<void> {
    const work = this.#work;
    if (!work || this.#config.preview || this.#config.skip_reasons.length === 0 || work.task.revises !== undefined) return;
    const asked = await this.#asked(dialogs());
    const skipped = await asked?.askSkip(this.#config.skip_reasons, null);
    if (!skipped || work !== this.#work) {
      work.focus();
      return;
    }
    this.#send(this.#config.skip_url, work.task.id, { reason: skipped.reason, comment: skipped.comment });
    this.#say(t("skipped"));
    void this.#next();
  }

  /** Whatever is asked for, a dialog or older work, has every key pressed after that; null where it cannot be had. */
  async #asked<T>(what: Promise<T>): Promise<T | null> {
    try {
      return await this.#keys.until(what);
    } catch {
      this.#tell(t("offline"));
      return null;
    }
  }

  #send(template: string, task: number, body: Json | object): void {
    clearTimeout(this.#draftTimer);
    this.#kept?.forget(task);
    this.#outbox.push({ key: newId(), task, url: template.replace("{task}", String(task)), body: JSON.stringify(body) });
    this.#leave();
  }

  #refused(parcel: Parcel, refusal: Refusal): void {
    const sent = this.#sent.get(parcel.task);
    this.#sent.delete(parcel.task);
    if (refusal.code === "place_taken" || !sent) {
      this.#drafts.drop(parcel.task);
      this.#frame.toast(refusal.code === "place_taken" ? t("place_taken") : `${t("answer_refused")} ${refusal.message}`, 8000);
      this.#say(refusal.message || t("answer_refused"));
      if (refusal.code === "place_taken") this.#taken += 1;
      this.#tellOfTaken();
      return;
    }
    if (refusal.code === "answer_changed") {
      this.#drafts.drop(parcel.task);
      this.#frame.toast(t("answer_changed"), 8000);
      this.#say(t("answer_changed"));
      void this.#reopenTask(parcel.task);
      return;
    }
    if (sent.task.revises === undefined) this.#done = Math.max(0, this.#done - 1);
    this.#drafts.save(parcel.task, sent.answers, sent.active_ms, Date.now(), sent.task.revises);
    this.#returned.push({ ...sent, refusal });
    if (this.#work) this.#notices();
    else if (!this.#moving) this.#nothing("");
    this.#count();
  }

  #showReturned(returned: Returned): void {
    const because = Object.values(returned.refusal.fields)[0] ?? returned.refusal.message;
    this.#frame.notice("returned", "bad", t("answer_refused"), because, {
      label: t("open_it"),
      run: () => {
        this.#returned = this.#returned.filter((one) => one !== returned);
        this.#setAside();
        this.#reopen(returned);
      },
    });
  }

  #reopen({ task, answers, active_ms, refusal }: Returned): void {
    this.#show(task, { answers, active_ms });
    this.#showRefusal(refusal);
  }

  #showRefusal(refusal: Pick<Refusal, "message" | "fields">): void {
    const entries = Object.entries(refusal.fields);
    let placed = false;
    for (const [field, message] of entries) {
      const key = questionOf(field, this.#config.questions);
      if (!key) continue;
      this.#work?.showProblem(key, message, elementOf(field));
      placed = true;
    }
    if (!placed) this.#frame.notice("refusal", "bad", t("answer_refused"), refusal.message);
  }

  /* -- going back ------------------------------------------------------------------------------------------ */

  get #mayLookBack(): boolean {
    return Boolean(this.#config.past_url) && !this.#config.preview && !this.#config.review;
  }

  /** The newest answers, once those on their way have arrived. */
  async #loadPast(): Promise<boolean> {
    if (this.#outbox.waiting > 0) await Promise.race([this.#outbox.flush(), this.#wait(3000)]);
    const found = await fetchPast(this.#config.past_url ?? "");
    if (found) this.#past = found;
    else this.#tell(t("past_offline"));
    return found !== null;
  }

  /** One answer further back each time. */
  async #back(): Promise<void> {
    if (!this.#mayLookBack || this.#moving) return;
    const now = this.#work?.task.revises === undefined ? null : this.#work.task.id;
    if (now === null && !(await this.#keys.until(this.#loadPast()))) return;
    const next = this.#past[this.#past.findIndex((past) => past.task.id === now) + 1];
    if (next) this.#correct(next);
    else this.#tell(t(this.#past.length > 0 ? "no_older" : "past_none"));
  }

  async #choosePast(): Promise<void> {
    if (!this.#mayLookBack || this.#moving) return;
    const asked = await this.#asked(this.#loadPast().then((found) => (found ? import("./past_dialog.ts") : null)));
    if (!asked) return;
    const work = this.#work;
    const chosen = await asked.askPast(this.#past, this.#config.questions, work?.task.revises === undefined ? null : work.task.id);
    if (chosen && work === this.#work) this.#correct(chosen);
    else this.#work?.focus();
  }

  async #reopenTask(task: number): Promise<void> {
    const [found] = (await fetchPast(this.#config.past_url ?? "", task)) ?? [];
    if (found) this.#correct(found);
  }

  #correct(past: PastAnswer): void {
    this.#setAside();
    // What is asked now may differ from what was asked then: the answer is given under what the page shows.
    const task = { ...toCorrect(past), ...(this.#config.guideline?.id ? { guideline_version: this.#config.guideline.id } : {}) };
    this.#show(task, this.#draftOf(task) ?? { answers: past.answers, active_ms: 0 });
    this.#say(t("correcting"));
  }

  /** Whoever goes back comes back to where they were; a correction that was begun is kept as a draft. */
  #setAside(): void {
    const work = this.#work;
    if (!work) return;
    this.#keepDraft();
    if (work.task.revises === undefined) this.#aside = { task: work.task, answers: work.answers, active_ms: work.time.read(performance.now()) };
  }

  #noteCorrecting(): void {
    const revises = this.#work?.task.revises;
    if (revises === undefined) {
      this.#frame.dismiss("past");
      return;
    }
    const past = this.#past.find(({ annotation }) => annotation === revises);
    const when = past ? new Intl.DateTimeFormat(document.documentElement.lang || "en", { dateStyle: "medium", timeStyle: "short" }).format(new Date(past.submitted_at)) : "";
    const sentBack = this.#work?.task.id === this.#config.open_task ? this.#config.sent_back : "";
    this.#frame.notice("past", "info", sentBack ? t("sent_back") : t("correcting"), sentBack ? `“${sentBack}”` : t("correcting_text", { when }), {
      label: t("back_where"),
      run: () => {
        this.#setAside();
        this.#leave();
        void this.#next();
      },
    });
  }

  #tell(text: string): void {
    this.#say(text);
    this.#frame.toast(text);
  }

  /* -- around it ------------------------------------------------------------------------------------------- */

  #lapse(message: string): void {
    this.#frame.notice("lapsed", "bad", t("session_ended"), message || t("session_text"), { label: t("sign_in"), run: () => {
      this.#keepDraft();
      if (this.#config.sign_in_url) location.assign(this.#config.sign_in_url);
      else location.reload();
    } });
    this.#say(t("session_ended"));
  }

  #changed(): void {
    this.#enable();
    clearTimeout(this.#draftTimer);
    this.#draftTimer = window.setTimeout(() => this.#keepDraft(), DRAFT_AFTER_MS);
  }

  #keepDraft(): void {
    const work = this.#work;
    if (!work || this.#config.preview || this.#config.review) return;
    if (!work.canUndo && !work.canRedo) return;
    const active_ms = work.time.read(performance.now());
    this.#drafts.save(work.task.id, work.answers, active_ms, Date.now(), work.task.revises);
    this.#kept?.save({ task: work.task, answers: work.answers, active_ms });
  }

  #enable(): void {
    this.#frame.enable("undo", this.#work?.canUndo ?? false);
    this.#frame.enable("redo", this.#work?.canRedo ?? false);
    this.#frame.enable("submit", this.#work !== null);
    this.#frame.enable("flag", this.#work !== null);
    this.#frame.enable("skip", this.#work !== null && this.#work.task.revises === undefined);
  }

  #count(): void {
    const { total } = this.#config.progress;
    this.#frame.counter(Math.min(this.#done, Math.max(total, this.#done)), Math.max(total, this.#done), minutesLeft(this.#durations.slice(-20), total - this.#done));
  }

  #run(action: Action): void {
    if (action === "undo" && this.#work?.undo()) this.#say(t("undo"));
    if (action === "redo" && this.#work?.redo()) this.#say(t("redo"));
    if (action === "skip") void this.#skip();
    if (action === "flag") void this.#flag();
    if (action === "submit") this.#submit();
    if (action === "past") void this.#choosePast();
    if (action === "along") void this.#takeAlong();
    if (action === "help") void this.#help();
  }

  /** The guideline changed since the page came: the page comes anew, once, before anything is answered under words nobody was shown. */
  #isStale(task: Task): boolean {
    const shown = this.#config.guideline?.id;
    if (!shown || this.#config.preview || task.revises !== undefined || task.guideline_version <= shown) return false;
    try {
      if (sessionStorage.getItem(CHANGED) === String(task.guideline_version)) return false;
      sessionStorage.setItem(CHANGED, String(task.guideline_version));
    } catch {
      return false;
    }
    location.reload();
    return true;
  }

  /** The guideline changed under the hand: what is begun stays, and goes on under the new one where its labeler wants it. */
  #tellOfNewer(version: number): void {
    this.#newest = Math.max(this.#newest, version);
    if (!this.#work || this.#newest <= (this.#config.guideline?.id ?? this.#newest)) return;
    if (this.#frame.holds("newer")) return;
    this.#frame.notice("newer", "warn", t("guideline_newer"), t("guideline_newer_text"), { label: t("open_it"), run: () => this.#renew() });
    this.#say(`${t("guideline_newer")} ${t("guideline_newer_text")}`);
  }

  /** The page anew, under the guideline that holds now. */
  #renew(): void {
    this.#keepDraft();
    try {
      sessionStorage.setItem(CHANGED, String(this.#newest));
    } catch {
      // It is not said once more then.
    }
    void Promise.race([this.#kept?.flush(), this.#wait(2000)]).then(() => location.reload());
  }

  #tellOfChange(): void {
    try {
      if (sessionStorage.getItem(CHANGED) !== String(this.#config.guideline?.id)) return;
      sessionStorage.removeItem(CHANGED);
    } catch {
      return;
    }
    this.#frame.toast(t("guideline_changed"), 12_000);
  }

  /** Every key, and a way to change it; the item is shown anew with keys that were changed. */
  async #help(): Promise<void> {
    const asked = await this.#asked(dialogs());
    if (!asked) return;
    const before = this.#keymap;
    this.#keymap = await asked.showHelp([...this.#pageBindings(), ...(this.#work?.bindings ?? [])], before);
    if (this.#keymap === before) return;
    keepKeymap(this.#shelf, this.#keysName, this.#keymap);
    useKeymap(this.#keymap);
    const work = this.#work;
    if (work) this.#show(work.task, { answers: work.answers, active_ms: work.time.read(performance.now()) });
  }

  /** The keys as this page can take them: a change that falls on another key here is left out, and said. */
  #settleKeys(work: Work): boolean {
    const { map, clashes } = settled([...this.#pageBindings(), ...work.bindings], this.#keymap);
    if (clashes.length === 0) return true;
    this.#keymap = map;
    useKeymap(map);
    this.#frame.toast(t("keys_clash", { name: clashes.join(", ") }));
    return false;
  }

  /** Alt and a class's key show it in the guideline, and change no answer. */
  #guidelineBindings(look: (question: Question, code: number) => void): Binding[] {
    return this.#config.questions.flatMap((question) => (question.spec.classes ?? []).flatMap((cls): Binding[] => {
      const key = this.#classKeys.get(question.key)?.get(cls.code);
      const show = (): void => {
        look(question, cls.code);
        this.#say([cls.name, cls.definition].filter(Boolean).join(". "));
      };
      return key ? [{ chord: `Alt+${chordFor(key)}`, says: t("show_class", { name: cls.name }), run: show }] : [];
    }));
  }

  #pageBindings(): Binding[] {
    const group = t("every_page");
    const run = (action: Action) => (event: KeyboardEvent) => {
      if (!event.repeat || action === "undo" || action === "redo") this.#run(action);
    };
    return [
      { chord: "Enter", says: t("submit_next"), group, run: run("submit") },
      { chord: "Ctrl+Enter", says: t("submit_typing"), group, shows: ["Ctrl", "↵"], whileTyping: true, run: run("submit") },
      { chord: "s", says: t("skip_say"), group, run: run("skip") },
      { chord: "f", says: t("flag"), group, run: run("flag") },
      ...(this.#mayLookBack
        ? [
            { chord: "j", says: t("back_one"), group, run: () => void this.#back() },
            { chord: "Alt+j", says: t("past_title"), group, shows: ["Alt", "J"], whileTyping: true, run: run("past") },
          ]
        : []),
      { chord: "Ctrl+z", says: t("undo"), group, shows: ["Ctrl", "Z"], run: run("undo") },
      { chord: "z", says: t("undo"), run: run("undo") },
      { chord: "Ctrl+y", says: t("redo"), group, shows: ["Ctrl", "Y"], run: run("redo") },
      { chord: "Ctrl+Shift+z", says: t("redo"), run: run("redo") },
      { chord: "y", says: t("redo"), run: run("redo") },
      { chord: "Alt+", says: t("look_up"), group, shows: ["Alt", "1–9"], run: () => false },
      { chord: "?", says: t("help"), group, run: run("help") },
    ];
  }

  #listen(): void {
    this.#hotkeys.listen(document);
    const stir = (): void => {
      this.#stirred = true;
      this.#work?.time.stir(performance.now());
    };
    setInterval(() => {
      if (this.#stirred) for (const task of [this.#work?.task, this.#aside?.task, ...(this.#heldUntil === null ? this.#ahead : [])]) if (task) void this.#kept?.renew(task);
      this.#stirred = false;
    }, RENEW_EVERY_MS);
    for (const sign of ["pointermove", "pointerdown", "keydown", "wheel", "scroll"]) document.addEventListener(sign, stir, { capture: true, passive: true });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) {
        this.#resume();
        return;
      }
      this.#work?.time.pause(performance.now());
      this.#keepDraft();
      void this.#kept?.flush();
    });
    window.addEventListener("pagehide", () => this.#keepDraft());
    window.addEventListener("online", () => this.#resume());
    setInterval(() => {
      if (this.#work) this.#frame.timer(this.#work.time.read(performance.now()));
    }, 1000);
  }

  /** The network or the person is back: whatever waits may try again at once. */
  #resume(): void {
    this.#wake();
    if (this.#outbox.waiting > 0) void this.#outbox.flush();
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      const before = this.#wake;
      this.#wake = () => {
        before();
        clearTimeout(timer);
        this.#wake = () => undefined;
        resolve();
      };
    });
  }
}

