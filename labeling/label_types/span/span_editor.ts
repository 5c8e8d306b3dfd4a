import { ElementEditor } from "../../frontend/src/element_editor.ts";
import { LongPress } from "../../frontend/src/held_menu.ts";
import { t } from "../../frontend/src/messages.ts";
import type { Binding, Host, ShownText } from "../../frontend/src/types.ts";
import { Marks } from "./marks.ts";
import * as spans from "./spans.ts";
import type { Span, Stretch } from "./spans.ts";

/** One of the item's texts, with what is known of it. */
export interface Reading {
  readonly part: string;
  readonly points: readonly string[];
  readonly grid: spans.Grid;
  readonly marks: Marks;
}

interface Caret { readonly reading: Reading; readonly anchor: number; readonly focus: number }

/** Stretches of text with a class each, marked with the mouse or by keyboard alone. */
export class SpanEditor extends ElementEditor<Stretch> {
  bindings: readonly Binding[];
  protected readonly readings: readonly Reading[];
  readonly #whole: boolean;
  readonly #overlapping: boolean;
  readonly #observer: ResizeObserver;
  #caret: Caret | null = null;
  #pressed: Reading | null = null;
  readonly #resting = new LongPress();

  constructor(host: Host) {
    super(host, {
      line: (span, name) => ({ main: this.told(span), side: name }),
      place: ({ geometry }) => t("span_place", { start: geometry.start, end: geometry.end }),
      words: { list: t("spans_here"), none: t("spans_none"), place: t("span"), remove: t("delete_span") },
      touch: host.side,
    }, { few: "too_few_spans", many: "too_many_spans", created: "span_created", selected: "span_selected" });
    const { spec } = host.question;
    this.#whole = spec["whole_words"] !== false;
    this.#overlapping = spec["overlapping"] === true;
    this.readings = host.texts.map((shown) => this.#open(shown));
    this.#observer = new ResizeObserver(() => this.draw());
    for (const { marks } of this.readings) this.#observer.observe(marks.shown.body);
    document.addEventListener("pointerup", this.#onUp);
    document.addEventListener("pointermove", this.#onMove);
    document.addEventListener("pointercancel", this.#onCancel);
    this.bindings = this.#makeBindings();
    this.holdFirst();
  }

  override destroy(): void {
    this.#observer.disconnect();
    document.removeEventListener("pointerup", this.#onUp);
    document.removeEventListener("pointermove", this.#onMove);
    document.removeEventListener("pointercancel", this.#onCancel);
    this.#resting.end();
    for (const { marks } of this.readings) marks.remove();
    super.destroy();
  }

  focus(): void {
    this.readings[0]?.marks.shown.body.focus({ preventScroll: true });
  }

  rest(): void {
    this.selected = null;
    this.rested();
    this.refresh();
  }

  /* -- state -------------------------------------------------------------------------------------------- */

  #open(shown: ShownText): Reading {
    const offsets = new spans.Offsets(shown.text);
    const marks = new Marks(shown, offsets, (side, event) => this.#grab(side, event));
    const reading = { part: shown.part.role, points: [...shown.text], grid: spans.gridOf(shown.text), marks };
    const { body } = shown;
    for (const [name, value] of [["tabindex", "0"], ["role", "textbox"], ["aria-readonly", "true"], ["aria-multiline", "true"], ["aria-label", t("text")]] as const) body.setAttribute(name, value);
    body.addEventListener("pointerdown", (event) => this.#down(event, reading));
    body.addEventListener("focus", () => (this.leaving = false));
    return reading;
  }

  protected reading(part: string): Reading | null {
    return this.readings.find((reading) => reading.part === part) ?? null;
  }

  protected told(span: Span): string {
    return spans.quoted(this.reading(span.part)?.points ?? [], span.geometry);
  }

  protected refresh(): void {
    this.panels.show(this.elements, this.current(), this.host.isActive() ? this.hand : null);
    this.draw();
  }

  protected draw(): void {
    const lanes = spans.lanes(this.elements);
    const look = (span: Span): { color: number; name: string } => ({ color: this.classOf(span.class).color ?? 12, name: this.classOf(span.class).name });
    for (const { part, marks } of this.readings) {
      marks.draw(this.elements.filter((span) => span.part === part), lanes, this.selected, look);
      marks.caret(this.#caret?.reading.part === part ? this.#caret.focus : null);
    }
  }

  protected override commit(next: readonly Span[]): void {
    super.commit(spans.inOrder(next, this.readings.map(({ part }) => part)));
  }

  protected picked(span: Span | null): void {
    if (span) this.rested();
  }

  protected override select(id: string | null): void {
    super.select(id);
    this.reading(this.current()?.part ?? "")?.marks.shown.body.querySelector(".mark.on")?.scrollIntoView({ block: "nearest" });
  }

  /** Neither caret nor selection. */
  protected rested(): void {
    this.#caret = null;
    if (this.readings.some(({ marks }) => marks.selected())) getSelection()?.removeAllRanges();
  }

  /** Marks a stretch with the class in hand; the same stretch marked before is selected instead. */
  #mark(reading: Reading, range: Stretch): void {
    const geometry = spans.snapped(reading.grid, reading.points, range, this.#whole);
    if (!geometry) return;
    const crossed = spans.crossed(this.elements, reading.part, geometry);
    const same = crossed.find((span) => span.geometry.start === geometry.start && span.geometry.end === geometry.end && (!this.#overlapping || span.class === this.hand));
    if (same) {
      this.#recast(same, this.hand);
      return;
    }
    if (crossed.length > 0 && !this.#overlapping) {
      this.host.tell(t("spans_overlap"));
      return;
    }
    getSelection()?.removeAllRanges();
    this.#caret = this.#caret && { reading, anchor: geometry.end, focus: geometry.end };
    this.add(reading.part, geometry);
  }

  #recast(span: Span, code: number): void {
    this.selected = span.id;
    if (span.class === code) this.select(span.id);
    else this.reclass(span, code);
  }

  #bound(span: Span, to: Stretch): void {
    const geometry = this.#overlapping ? to : spans.heldBack(this.elements, span, to);
    if (geometry.start !== span.geometry.start || geometry.end !== span.geometry.end) this.reshape(span, geometry, "span_now");
  }

  /** What is selected is marked; else the selected span, or the word at the caret, becomes one of this class. */
  protected override take(code: number): void {
    this.host.activate();
    this.hand = code;
    this.host.inHand(code);
    const span = this.current();
    if (this.#markSelection()) return;
    if (span) {
      this.#recast(span, code);
    } else if (!this.#markWord()) {
      this.host.announce(t("in_hand", { name: this.classOf(code).name }));
      this.refresh();
    }
  }

  #markSelection(): boolean {
    for (const reading of this.readings) {
      const range = reading.marks.selected();
      if (!range) continue;
      this.#mark(reading, range);
      return true;
    }
    return false;
  }

  #markWord(): boolean {
    if (!this.#caret) return false;
    const { reading, focus } = this.#caret;
    const word = spans.wordAt(reading.grid, focus);
    if (word) this.#mark(reading, word);
    return word !== null;
  }

  /* -- mouse and touch ------------------------------------------------------------------------------------ */

  #down(event: PointerEvent, reading: Reading): void {
    if (event.button !== 0 || !this.host.isActive()) return;
    this.#pressed = reading;
    this.#caret = null;
    this.#resting.begin(event, () => this.#held(event, reading));
  }

  /** A finger that rests on a span opens what can be done with it; elsewhere the browser selects words. */
  #held({ clientX, clientY }: PointerEvent, reading: Reading): void {
    const point = reading.marks.pointAt(clientX, clientY);
    const span = point === null ? null : spans.spanAt(this.elements, reading.part, point);
    if (!span) return;
    this.#pressed = null;
    getSelection()?.removeAllRanges();
    this.openMenu(span, { x: clientX, y: clientY });
  }

  readonly #onMove = (event: PointerEvent): void => this.#resting.move(event);

  readonly #onCancel = (): void => this.#resting.end();

  /** What was selected is marked; a press without a selection picks the span under it. A finger selects first, and takes a class then. */
  readonly #onUp = (event: PointerEvent): void => {
    this.#resting.end();
    const reading = this.#pressed;
    this.#pressed = null;
    if (!reading) return;
    const range = reading.marks.selected();
    if (range) {
      if (event.pointerType !== "touch") this.#mark(reading, range);
      return;
    }
    const point = reading.marks.pointAt(event.clientX, event.clientY);
    const span = point === null ? null : spans.spanAt(this.elements, reading.part, point);
    if (span) {
      this.pick(span);
      return;
    }
    if (this.selected) this.select(null);
    if (point !== null) this.#caret = { reading, anchor: point, focus: point };
    this.draw();
  };

  /** A press on a span. */
  protected pick(span: Span): void {
    this.select(span.id);
  }

  /** An end of the selected span follows the hand. */
  #grab(side: "start" | "end", event: PointerEvent): void {
    const span = this.current();
    const reading = span && this.reading(span.part);
    if (!span || !reading || !(event.target instanceof HTMLElement)) return;
    event.preventDefault();
    event.stopPropagation();
    const handle = event.target;
    const { body } = reading.marks.shown;
    handle.setPointerCapture(event.pointerId);
    body.dataset["pulling"] = "";
    let latest = span.geometry;
    const move = ({ clientX, clientY }: PointerEvent): void => {
      const point = reading.marks.pointAt(clientX, clientY);
      if (point === null) return;
      const word = this.#whole ? spans.wordAt(reading.grid, point) : null;
      const next = { ...span.geometry, [side]: word ? word[side] : point };
      if (next.start >= next.end) return;
      latest = this.#overlapping ? next : spans.heldBack(this.elements, span, next);
      const shown = this.elements.map((one) => (one.id === span.id ? { ...one, geometry: latest } : one));
      reading.marks.draw(shown.filter((one) => one.part === reading.part), spans.lanes(shown), span.id, (one) => ({ color: this.classOf(one.class).color ?? 12, name: this.classOf(one.class).name }));
    };
    const drop = (): void => {
      delete body.dataset["pulling"];
      handle.removeEventListener("pointermove", move);
      handle.removeEventListener("lostpointercapture", drop);
      this.#bound(span, latest);
      this.refresh();
    };
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", drop);
  }

  /* -- keys ------------------------------------------------------------------------------------------------- */

  #focused(): Reading | null {
    const focused = document.activeElement;
    if (focused === document.body) return this.#caret?.reading ?? this.readings[0] ?? null;
    return this.readings.find(({ marks }) => marks.shown.body === focused) ?? null;
  }

  /** The caret, put where one looks: at the selected span, or at the beginning. */
  #caretIn(reading: Reading): Caret | null {
    return this.#caret?.reading === reading ? this.#caret : null;
  }

  /** What a key to the right (1) or left (-1) means in the text it is pressed in. */
  protected onward(by: 1 | -1): 1 | -1 {
    return this.#focused()?.marks.backward ? (by > 0 ? -1 : 1) : by;
  }

  #walk(by: 1 | -1, whole: boolean): boolean | void {
    const reading = this.#focused();
    if (!reading) return false;
    const span = this.current();
    const caret = this.#caretIn(reading);
    const from = span?.part === reading.part ? span.geometry[by > 0 ? "end" : "start"] : caret?.focus;
    this.#stand(reading, from === undefined ? 0 : spans.walked(reading.grid, from, by, whole));
    return undefined;
  }

  #stand(reading: Reading, focus: number): void {
    this.selected = null;
    this.rested();
    this.#caret = { reading, anchor: focus, focus };
    const word = spans.wordAt(reading.grid, focus);
    if (word) this.host.announce(t("caret_at", { word: spans.quoted(reading.points, word) }));
    this.refresh();
  }

  /** With a span selected its end moves; without, a selection grows from the caret. */
  #stretch(by: 1 | -1, side: "start" | "end", whole: boolean): boolean | void {
    const reading = this.#focused();
    if (!reading) return false;
    const span = this.current();
    if (span) {
      const own = this.reading(span.part);
      if (own) this.#bound(span, spans.reshaped(own.grid, span.geometry, side, by, whole));
      return undefined;
    }
    if (side === "start") return false;
    const { anchor, focus: before } = this.#caretIn(reading) ?? { anchor: 0, focus: 0 };
    const focus = spans.extended(reading.grid, anchor, before, by, whole);
    this.#caret = { reading, anchor, focus };
    reading.marks.select(anchor, focus);
    this.host.announce(t("selected_text", { text: spans.quoted(reading.points, { start: Math.min(anchor, focus), end: Math.max(anchor, focus) }) }));
    this.draw();
    return undefined;
  }

  /** A line up or down, as the page has broken them. */
  #line(by: 1 | -1): boolean | void {
    const reading = this.#focused();
    if (!reading) return false;
    const caret = this.#caretIn(reading);
    if (!caret) return this.#walk(by, true);
    const box = reading.marks.caretBox();
    const pitch = Number.parseFloat(getComputedStyle(reading.marks.shown.body).lineHeight) || 2 * box.height;
    const point = reading.marks.pointAt(box.left + 1, box.top + box.height / 2 + by * pitch);
    this.#stand(reading, point ?? (by > 0 ? reading.grid.points : 0));
    return undefined;
  }

  protected holdsFocus(): boolean {
    return this.readings.some(({ marks }) => marks.shown.body === document.activeElement);
  }

  protected override escape(): boolean | void {
    const busy = this.#caret !== null || this.readings.some(({ marks }) => marks.selected());
    this.rested();
    if (!busy || this.selected) return super.escape();
    this.leaving = true;
    this.host.announce(t("selected_none"));
    this.refresh();
    return undefined;
  }

  #new(): boolean | void {
    if (!this.#markSelection()) this.#markWord();
  }

  #makeBindings(): Binding[] {
    const group = t("spans");
    const sideways = ([["ArrowLeft", -1], ["ArrowRight", 1]] as const).flatMap(([key, by]): Binding[] => {
      const shown = (keys: readonly string[]) => (key === "ArrowLeft" ? { group, shows: keys } : {});
      const whole = this.#whole;
      return [
        { chord: key, says: t("caret_move"), ...shown(["← ↑ ↓ →"]), run: () => this.#walk(this.onward(by), whole) },
        { chord: `Shift+${key}`, says: t("caret_select"), ...shown(["⇧", "← →"]), run: () => this.#stretch(this.onward(by), "end", whole) },
        { chord: `Alt+Shift+${key}`, says: t("span_start"), ...shown(["Alt", "⇧", "← →"]), run: () => this.#stretch(this.onward(by), "start", whole) },
        { chord: `Ctrl+${key}`, says: t("span_fine"), ...shown(["Ctrl", "…"]), run: () => this.#walk(this.onward(by), false) },
        { chord: `Ctrl+Shift+${key}`, says: t("span_fine"), run: () => this.#stretch(this.onward(by), "end", false) },
        { chord: `Ctrl+Alt+Shift+${key}`, says: t("span_fine"), run: () => this.#stretch(this.onward(by), "start", false) },
      ];
    });
    return this.keys(group, "next_span", "delete_span", [
      { chord: "n", says: t("mark_selection"), group, run: (event) => (event.repeat ? undefined : this.#new()) },
      ...sideways,
      { chord: "ArrowUp", says: t("caret_move"), run: () => this.#line(-1) },
      { chord: "ArrowDown", says: t("caret_move"), run: () => this.#line(1) },
    ]);
  }
}
