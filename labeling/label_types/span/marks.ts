import { h } from "../../frontend/src/dom.ts";
import type { ShownText } from "../../frontend/src/types.ts";
import type { Offsets, Span, Stretch } from "./spans.ts";

/** From one lane of underlines to the next, in pixels: a line and its name. */
const LANE_PX = 15;

/** What stands on the page, and the size of the text it was drawn for. */
interface Standing { readonly spans: readonly Span[]; readonly width: number; readonly height: number; readonly pieces: ReadonlyMap<string, readonly HTMLElement[]> }

export interface Look { readonly color: number; readonly name: string }

/** What is drawn behind and over one text: spans with their names, the caret, and handles at the ends of the selected span. */
export class Marks {
  readonly shown: ShownText;
  readonly #offsets: Offsets;
  // Their own direction keeps the names of classes out of what decides the text's.
  readonly #behind = h("span", { class: "marks", dir: "ltr", "aria-hidden": "true" });
  readonly #over = h("span", { class: "marks over", dir: "ltr", "aria-hidden": "true" });
  readonly #caret = h("span", { class: "caret" });
  #standing: Standing | null = null;
  readonly #handles = { start: h("span", { class: "grip" }), end: h("span", { class: "grip" }) };

  constructor(shown: ShownText, offsets: Offsets, grab: (side: "start" | "end", event: PointerEvent) => void) {
    this.shown = shown;
    this.#offsets = offsets;
    for (const side of ["start", "end"] as const) this.#handles[side].addEventListener("pointerdown", (event) => grab(side, event));
    this.#caret.hidden = true;
    this.#over.append(this.#caret, this.#handles.start, this.#handles.end);
    shown.body.classList.add("spans");
    shown.body.prepend(this.#behind);
    shown.body.append(this.#over);
  }

  remove(): void {
    this.#behind.remove();
    this.#over.remove();
  }

  /** `lanes` says how far below the text each span is underlined. */
  draw(spans: readonly Span[], lanes: ReadonlyMap<string, number>, selected: string | null, look: (span: Span) => Look): void {
    if (this.#isStanding(spans)) this.#mark(selected);
    else this.#drawAnew(spans, lanes, selected, look);
    const origin = this.shown.body.getBoundingClientRect();
    const held = spans.find((span) => span.id === selected);
    this.#grip("start", held?.geometry ?? null, origin);
    this.#grip("end", held?.geometry ?? null, origin);
  }

  /** The same spans in a text of the same size lie where they lay. */
  #isStanding(spans: readonly Span[]): boolean {
    const { width, height } = this.shown.body.getBoundingClientRect();
    const before = this.#standing;
    return before !== null && before.width === width && before.height === height && same(before.spans, spans);
  }

  /** The span that something was begun at stands out, too. */
  flag(begun: string | null): void {
    for (const [id, pieces] of this.#standing?.pieces ?? []) for (const piece of pieces) piece.classList.toggle("begun", id === begun);
  }

  #mark(selected: string | null): void {
    for (const [id, pieces] of this.#standing?.pieces ?? []) for (const piece of pieces) piece.classList.toggle("on", id === selected);
  }

  #drawAnew(spans: readonly Span[], lanes: ReadonlyMap<string, number>, selected: string | null, look: (span: Span) => Look): void {
    const deepest = Math.max(0, ...spans.map((span) => lanes.get(span.id) ?? 0));
    this.shown.body.style.setProperty("--lanes", String(deepest + 1));
    const origin = this.shown.body.getBoundingClientRect();
    const pieces: HTMLElement[] = [];
    const bySpan = new Map<string, HTMLElement[]>();
    const names: { readonly label: HTMLElement; readonly left: number; readonly top: number }[] = [];
    for (const span of spans) {
      const { color, name } = look(span);
      const lane = lanes.get(span.id) ?? 0;
      const on = span.id === selected ? " on" : "";
      this.boxes(span.geometry).forEach((rect, index) => {
        const piece = h("span", { class: `mark c${color}${on}` });
        const underline = h("span", { class: `underline c${color}${on}` });
        const [left, top] = [rect.left - origin.left, rect.top - origin.top];
        place(piece, { left: left - 1, top: top - 1, width: rect.width + 2, height: rect.height + 2 });
        const below = top + rect.height + 1 + lane * LANE_PX;
        place(underline, { left: left - 1, top: below, width: rect.width + 2, height: 3 });
        pieces.push(piece, underline);
        bySpan.set(span.id, [...(bySpan.get(span.id) ?? []), piece, underline]);
        if (index > 0) return;
        const label = h("span", { class: "name" }, name);
        place(label, { left, top: below + 3 });
        names.push({ label, left, top: below });
        pieces.push(label);
      });
    }
    for (const one of names) {
      const room = Math.min(origin.width, ...names.filter((other) => other.top === one.top && other.left > one.left).map((other) => other.left - 4));
      one.label.style.setProperty("max-width", `${Math.max(0, room - one.left)}px`);
    }
    this.#behind.replaceChildren(...pieces);
    this.#standing = { spans, width: origin.width, height: origin.height, pieces: bySpan };
  }

  /** A thin line before the character at `point`; null takes it away. */
  caret(point: number | null): void {
    this.#caret.hidden = point === null;
    if (point === null) return;
    const origin = this.shown.body.getBoundingClientRect();
    const edge = this.#edge(point);
    place(this.#caret, { left: edge.x - origin.left - 1, top: edge.top - origin.top - 2, height: edge.height + 4 });
    this.#caret.scrollIntoView({ block: "nearest" });
  }

  /** Where on the screen the caret stands, to look above and below it. */
  caretBox(): DOMRect {
    return this.#caret.getBoundingClientRect();
  }

  /** What the browser has selected of this text, in code points. */
  selected(): Stretch | null {
    const selection = getSelection();
    if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
    const range = selection.getRangeAt(0);
    const { node, text } = this.shown;
    if (!range.intersectsNode(node)) return null;
    const start = this.#offsets.toPoints(range.startContainer === node ? range.startOffset : 0);
    const end = this.#offsets.toPoints(range.endContainer === node ? range.endOffset : text.length);
    return start < end ? { start, end } : null;
  }

  select(anchor: number, focus: number): void {
    const { node } = this.shown;
    getSelection()?.setBaseAndExtent(node, this.#offsets.toUnits(anchor), node, this.#offsets.toUnits(focus));
  }

  /** The place in the text under a point of the screen. */
  pointAt(x: number, y: number): number | null {
    const found = caretAt(x, y);
    return found?.node === this.shown.node ? this.#offsets.toPoints(found.offset) : null;
  }

  /** Where a stretch stands on the screen: one rectangle a line. */
  boxes(stretch: Stretch): readonly DOMRect[] {
    return lines(this.#range(stretch));
  }

  #range({ start, end }: Stretch): Range {
    const range = document.createRange();
    range.setStart(this.shown.node, this.#offsets.toUnits(start));
    range.setEnd(this.shown.node, this.#offsets.toUnits(end));
    return range;
  }

  /** The text is read from right to left: a key to the left goes on in it. */
  get backward(): boolean {
    return getComputedStyle(this.shown.body).direction === "rtl";
  }

  #edge(point: number): { readonly x: number; readonly top: number; readonly height: number } {
    const last = this.#offsets.points;
    const here = point < last ? lines(this.#range({ start: point, end: point + 1 }))[0] : undefined;
    const before = point > 0 ? lines(this.#range({ start: point - 1, end: point })).at(-1) : undefined;
    const rect = here && here.height > 0 ? here : (before ?? this.shown.body.getBoundingClientRect());
    const atEnd = rect !== here;
    return { x: atEnd === this.backward ? rect.left : rect.right, top: rect.top, height: Math.min(rect.height, 40) };
  }

  #grip(side: "start" | "end", stretch: Stretch | null, origin: DOMRect): void {
    const handle = this.#handles[side];
    handle.hidden = stretch === null;
    if (!stretch) return;
    const rects = this.boxes(stretch);
    const rect = side === "start" ? rects[0] : rects.at(-1);
    if (!rect) return;
    const x = (side === "start") === this.backward ? rect.right : rect.left;
    place(handle, { left: x - origin.left, top: rect.top - origin.top - 2, height: rect.height + 4 });
  }
}

/** The very same things in the same order. */
export function same<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, at) => one === b[at]);
}

/** One rectangle a line: a browser may give several for pieces of one. */
function lines(range: Range): DOMRect[] {
  const merged: DOMRect[] = [];
  for (const rect of range.getClientRects()) {
    if (rect.width < 0.5) continue;
    const last = merged.at(-1);
    if (last && Math.abs(last.top - rect.top) < 2 && Math.abs(last.right - rect.left) < 1) merged[merged.length - 1] = new DOMRect(last.left, last.top, rect.right - last.left, last.height);
    else merged.push(rect);
  }
  return merged;
}

export function place(element: HTMLElement, box: Readonly<Partial<Record<"left" | "top" | "width" | "height", number>>>): void {
  for (const [name, value] of Object.entries(box)) element.style.setProperty(name, `${value}px`);
}

interface Place { readonly node: Node; readonly offset: number }
type Finder = Document & { caretPositionFromPoint?(x: number, y: number): { readonly offsetNode: Node; readonly offset: number } | null };

function caretAt(x: number, y: number): Place | null {
  const finder = document as Finder;
  if (finder.caretPositionFromPoint) {
    const found = finder.caretPositionFromPoint(x, y);
    return found && { node: found.offsetNode, offset: found.offset };
  }
  const range = document.caretRangeFromPoint(x, y);
  return range && { node: range.startContainer, offset: range.startOffset };
}
