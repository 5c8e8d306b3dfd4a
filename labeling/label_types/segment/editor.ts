import { h, icon, kbd, keepFocus } from "../../frontend/src/dom.ts";
import { ElementEditor } from "../../frontend/src/element_editor.ts";
import { asValue, neighbor, replaced } from "../../frontend/src/elements.ts";
import { t } from "../../frontend/src/messages.ts";
import { soundTime } from "../../frontend/src/sound_peaks.ts";
import { Unanswerable } from "../../frontend/src/unanswerable.ts";
import type { Binding, EditorModule, Host, Json } from "../../frontend/src/types.ts";
import { fitted, inOrder, saidIn, saying, shifted, withEnd, type Segment, type Stretch } from "./segments.ts";
import { Timeline } from "./timeline.ts";

const STEP_MS = 50;
const FINE_MS = 10;
/** Typing that rests longer than this begins a new step of undo. */
const BURST_MS = 1500;

const clock = (ms: number): string => soundTime(ms / 1000);

/** Stretches of a sound with a class each, and where it is asked what is said in them. */
class SegmentEditor extends ElementEditor<Stretch> {
  readonly bindings: readonly Binding[];
  readonly #overlapping: boolean;
  readonly #texts: boolean;
  readonly #parts: readonly string[];
  readonly #place = h("div", { class: "timelines" });
  readonly #area = h("textarea", { class: "input said", rows: "2", dir: "auto", "data-enter": "page" });
  readonly #said: HTMLElement;
  #lines: readonly Timeline[] = [];
  #pending: { readonly part: string; readonly at: number } | null = null;
  #burst = { id: "", at: 0 };
  #gone = false;

  constructor(host: Host) {
    super(host, {
      line: (segment, name) => ({ main: saidIn(segment) || this.told(segment), side: name }),
      place: (segment) => this.told(segment),
      words: { list: t("segments_here"), none: t("segments_none"), place: t("segment"), remove: t("delete_segment") },
      touch: host.side,
    }, { few: "too_few_segments", many: "too_many_segments", created: "segment_created", selected: "segment_selected" });
    const { spec, key } = host.question;
    this.#overlapping = spec["overlapping"] === true;
    this.#texts = spec["text"] === true;
    this.#parts = host.item.parts.filter(({ kind }) => kind === "audio").map(({ role }) => role);
    const id = `q-${key}-said`;
    this.#area.id = id;
    this.#area.addEventListener("input", () => this.#write());
    this.#said = h("div", { class: "field" }, h("label", { for: id }, t("said_in_segment")), this.#area);
    this.#said.hidden = true;
    host.form.append(h("p", { class: "qhead" }, host.question.prompt), this.#place, this.#tools(), this.#said);
    this.bindings = this.#makeBindings();
    void host.sounds.then((sounds) => {
      if (this.#gone) return;
      this.#lines = sounds.map((player) => new Timeline(player, this.panels.hintId, {
        look: (segment) => ({ color: this.colorOf(segment.class), name: this.classOf(segment.class).name, text: saidIn(segment) }),
        select: (one) => this.select(one, false),
        create: (stretch, anchor) => this.#create(player.part.role, stretch, anchor),
        reshape: (segment, stretch, anchor) => this.#bound(segment, stretch, anchor),
        menu: (segment, at) => this.openMenu(segment, at),
        isActive: () => host.isActive(),
      }));
      this.#place.append(...this.#lines.map(({ root }) => root));
      this.refresh();
    });
    this.holdFirst();
  }

  override destroy(): void {
    this.#gone = true;
    for (const line of this.#lines) line.destroy();
    this.host.form.replaceChildren();
    super.destroy();
  }

  focus(): void {
    (this.#line()?.root ?? this.#place).focus({ preventScroll: true });
  }

  rest(): void {
    this.selected = null;
    this.#pending = null;
    this.refresh();
  }

  /* -- state ---------------------------------------------------------------------------------------------------- */

  /** The sound in hand: that of the selected segment, the one that has the focus, or the first. */
  #line(): Timeline | null {
    const part = this.current()?.part ?? this.#pending?.part;
    return this.#lines.find(({ player, root }) => (part === undefined ? root === document.activeElement : player.part.role === part)) ?? this.#lines[0] ?? null;
  }

  protected told({ geometry: { start, end } }: Segment): string {
    return `${clock(start)} – ${clock(end)}`;
  }

  protected refresh(): void {
    this.panels.show(this.elements, this.current(), this.host.isActive() ? this.hand : null);
    for (const line of this.#lines) {
      const { role } = line.player.part;
      line.show(this.elements.filter(({ part }) => part === role), this.selected, this.#pending?.part === role ? this.#pending.at : null);
    }
    const one = this.current();
    this.#said.hidden = !this.#texts || one === null;
    if (one && this.#area.value.trim() !== saidIn(one).trim()) this.#area.value = saidIn(one);
  }

  protected override commit(next: readonly Segment[]): void {
    super.commit(inOrder(next, this.#parts));
  }

  protected picked(one: Segment | null, inSight: boolean): void {
    this.#pending = null;
    if (one) this.#lines.find(({ player }) => player.part.role === one.part)?.see(one.geometry);
    if (one && inSight) this.#line()?.player.seekTo(one.geometry.start);
  }

  protected holdsFocus(): boolean {
    return document.activeElement === document.body || this.#lines.some(({ root }) => root === document.activeElement);
  }

  #create(part: string, stretch: Stretch, anchor: number): void {
    this.host.activate();
    const geometry = this.#overlapping ? stretch : fitted(this.elements, part, stretch, anchor);
    this.#pending = null;
    if (!geometry) {
      this.host.tell(t("segments_overlap"));
      this.refresh();
      return;
    }
    this.add(part, geometry);
  }

  #bound(one: Segment, to: Stretch, anchor: number): void {
    const geometry = this.#overlapping ? to : fitted(this.elements, one.part, to, anchor, one.id);
    if (!geometry) {
      this.host.tell(t("segments_overlap"));
      this.refresh();
    } else if (geometry.start !== one.geometry.start || geometry.end !== one.geometry.end) {
      this.reshape(one, geometry, "segment_now");
    }
  }

  /** Words typed in one go are one step of undo. */
  #write(): void {
    const one = this.current();
    if (!one) return;
    const now = performance.now();
    const amends = this.#burst.id === one.id && now - this.#burst.at < BURST_MS;
    this.#burst = { id: one.id, at: now };
    const text = this.#area.value.trim() === "" ? "" : this.#area.value;
    this.host.commit(asValue(replaced(this.elements, saying(one, text))), amends);
  }

  /* -- keys ------------------------------------------------------------------------------------------------------ */

  /** An end of the selected segment is put at the playhead; without one, a new segment begins or ends there. */
  #mark(side: "start" | "end"): boolean | void {
    const line = this.#line();
    if (!line) return false;
    const now = Math.round(line.player.now_ms);
    const one = this.current();
    if (one) {
      const to = withEnd(one.geometry, side, now, line.player.length_ms);
      this.#bound(one, to, side === "start" ? to.end : to.start);
    } else if (side === "start" || !this.#pending) {
      this.#begin(line, now);
    } else {
      this.#finish(line, now);
    }
    return undefined;
  }

  #begin(line: Timeline, at: number): void {
    this.host.activate();
    this.#pending = { part: line.player.part.role, at };
    this.host.announce(t("segment_begun", { place: clock(at) }));
    this.refresh();
  }

  #finish(line: Timeline, now: number): void {
    const from = this.#pending?.at ?? now;
    const [start, end] = [Math.min(from, now), Math.min(Math.max(from, now), Math.floor(line.player.length_ms))];
    if (start < end) this.#create(line.player.part.role, { start, end }, from);
  }

  /** Begun at the first press, ended at the second. */
  #new(): boolean | void {
    const line = this.#line();
    if (!line) return false;
    const now = Math.round(line.player.now_ms);
    if (this.#pending) {
      this.#finish(line, now);
      return undefined;
    }
    this.selected = null;
    this.#begin(line, now);
    return undefined;
  }

  #nudge(side: "start" | "end" | "both", by: number): boolean | void {
    const [one, line] = [this.current(), this.#line()];
    if (!one || !line) return false;
    const length = line.player.length_ms;
    const to = side === "both" ? shifted(one.geometry, by, length) : withEnd(one.geometry, side, one.geometry[side] + by, length);
    this.#bound(one, to, side === "start" ? to.end : side === "end" ? to.start : (to.start + to.end) / 2);
    return undefined;
  }

  #step(by: number): boolean | void {
    const line = this.#line();
    if (!line) return false;
    line.player.seekTo(line.player.now_ms + by);
    return undefined;
  }

  /** The selected stretch is heard; without one, what lies around the playhead. */
  #hear(): boolean | void {
    const [one, line] = [this.current(), this.#line()];
    if (!line) return false;
    const { start, end } = one?.geometry ?? { start: line.player.now_ms - 1000, end: line.player.now_ms };
    line.player.playStretch(start, end);
    return undefined;
  }

  #zoom(by: number): void {
    this.#line()?.zoom(by);
  }

  #toText(): boolean | void {
    if (!this.#texts || !this.current()) return false;
    this.#area.focus();
    return undefined;
  }

  /** From one segment to the next while its words are written. */
  #other(by: 1 | -1): boolean | void {
    if (document.activeElement !== this.#area) return false;
    const next = neighbor(this.elements, this.selected, by);
    if (next) this.select(next.id);
    return undefined;
  }

  protected override escape(): boolean | void {
    if (document.activeElement === this.#area) {
      this.focus();
      return undefined;
    }
    if (!this.#pending) return super.escape();
    this.#pending = null;
    this.refresh();
    return undefined;
  }

  #tools(): HTMLElement {
    const button = (label: string, chord: string, run: () => void, name?: string): HTMLButtonElement => {
      const made = h("button", { type: "button", class: "btn", click: run }, name ? icon(name) : null, label, kbd(chord));
      keepFocus(made);
      return made;
    };
    const small = (label: string, name: string, by: number): HTMLButtonElement => {
      const made = h("button", { type: "button", class: "btn icon-only", "aria-label": label, title: label, click: () => this.#zoom(by) }, icon(name));
      keepFocus(made);
      return made;
    };
    return h("div", { class: "row below" },
      button(t("segment_start_here"), "[", () => void this.#mark("start")), button(t("segment_end_here"), "]", () => void this.#mark("end")),
      button(t("segment_hear"), "p", () => void this.#hear(), "play"), h("span", { class: "group push" }, small(t("zoom_out"), "minus", 2), small(t("zoom_in"), "plus", 0.5)));
  }

  #makeBindings(): Binding[] {
    const group = t("segments");
    const arrows = ([["ArrowLeft", -1], ["ArrowRight", 1]] as const).flatMap(([key, by]): Binding[] => {
      const shown = (keys: readonly string[]) => (key === "ArrowLeft" ? { group, shows: keys } : {});
      return [
        { chord: key, says: t("playhead_move"), ...shown(["← →"]), run: () => this.#step(by * 2 * STEP_MS) },
        { chord: `Ctrl+${key}`, says: t("segment_fine"), ...shown(["Ctrl", "…"]), run: () => this.#step(by * FINE_MS) },
        { chord: `Shift+${key}`, says: t("segment_end"), ...shown(["⇧", "← →"]), run: () => this.#nudge("end", by * STEP_MS) },
        { chord: `Alt+Shift+${key}`, says: t("segment_start"), ...shown(["Alt", "⇧", "← →"]), run: () => this.#nudge("start", by * STEP_MS) },
        { chord: `Ctrl+Shift+${key}`, says: t("segment_fine"), run: () => this.#nudge("end", by * FINE_MS) },
        { chord: `Ctrl+Alt+Shift+${key}`, says: t("segment_fine"), run: () => this.#nudge("start", by * FINE_MS) },
      ];
    });
    return this.keys(group, "next_segment", "delete_segment", [
      { chord: "n", says: t("new_segment"), group, run: (event) => (event.repeat ? undefined : this.#new()) },
      { chord: "[", says: t("segment_start_here"), group, run: () => this.#mark("start") },
      { chord: "]", says: t("segment_end_here"), group, run: () => this.#mark("end") },
      { chord: "p", says: t("segment_hear"), group, run: () => this.#hear() },
      ...arrows,
      { chord: "=", says: t("zoom_in"), group, run: () => this.#zoom(0.5) },
      { chord: "-", says: t("zoom_out"), group, run: () => this.#zoom(2) },
      ...(this.#texts ? this.#textKeys(group) : []),
    ]);
  }

  #textKeys(group: string): Binding[] {
    return [
      { chord: "t", says: t("said_in_segment"), group, run: () => this.#toText() },
      { chord: "Ctrl+ArrowDown", says: t("next_segment"), group, shows: ["Ctrl", "↑ ↓"], whileTyping: true, run: () => this.#other(1) },
      { chord: "Ctrl+ArrowUp", says: t("next_segment"), whileTyping: true, run: () => this.#other(-1) },
      { chord: "Escape", says: t("leave_field"), whileTyping: true, run: () => (document.activeElement === this.#area ? this.escape() : false) },
    ];
  }
}

export const draws: EditorModule["draws"] = "audio";
export const blank: Json = { elements: [] };
export { classesIn } from "../../frontend/src/elements.ts";
export const create: EditorModule["create"] = (host) => (host.item.parts.some(({ kind }) => kind === "audio") ? new SegmentEditor(host) : new Unanswerable(host, t("no_sound", { name: host.question.prompt })));
