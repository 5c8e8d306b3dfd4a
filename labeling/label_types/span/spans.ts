/** The pure part of the span editor: stretches of text in code points, their words, lanes and boundaries. */
import type { Element } from "../../frontend/src/elements.ts";

export interface Stretch { readonly start: number; readonly end: number }

export type Span = Element<Stretch>;

/** Code points are what is stored; the browser counts UTF-16 units. */
export class Offsets {
  readonly points: number;
  readonly #units: readonly number[] | null;
  readonly #length: number;

  constructor(text: string) {
    this.#length = text.length;
    if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) {
      this.#units = null;
      this.points = text.length;
      return;
    }
    const units: number[] = [];
    let at = 0;
    for (const character of text) {
      units.push(at);
      at += character.length;
    }
    this.#units = units;
    this.points = units.length;
  }

  toUnits(point: number): number {
    return this.#units ? (this.#units[point] ?? this.#length) : Math.min(point, this.#length);
  }

  /** The code point a unit lies in: half of a pair belongs to its beginning. */
  toPoints(unit: number): number {
    if (!this.#units) return Math.min(unit, this.#length);
    if (unit >= this.#length) return this.points;
    let low = 0;
    let high = this.points - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#units[middle] ?? 0) <= unit) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** Where words and characters as one reads them begin and end, in code points. */
export interface Grid {
  readonly words: readonly Stretch[];
  readonly steps: readonly number[];
  readonly points: number;
}

export function gridOf(text: string): Grid {
  const words: Stretch[] = [];
  let at = 0;
  for (const { segment, isWordLike } of new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)) {
    const length = [...segment].length;
    if (isWordLike) words.push({ start: at, end: at + length });
    at += length;
  }
  const steps: number[] = [];
  let step = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)) {
    steps.push(step);
    step += [...segment].length;
  }
  steps.push(step);
  return { words, steps, points: at };
}

/** The last of `sorted` below `bound`, by what `of` reads. */
function lastBelow<T>(sorted: readonly T[], bound: number, of: (one: T) => number): T | null {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of(sorted[middle] as T) < bound) low = middle + 1;
    else high = middle;
  }
  return sorted[low - 1] ?? null;
}

function firstAbove<T>(sorted: readonly T[], bound: number, of: (one: T) => number): T | null {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (of(sorted[middle] as T) <= bound) low = middle + 1;
    else high = middle;
  }
  return sorted[low] ?? null;
}

const startOf = (word: Stretch): number => word.start;
const endOf = (word: Stretch): number => word.end;
const itself = (step: number): number => step;

/** The word that holds this place, or ends at it. */
export function wordAt(grid: Grid, point: number): Stretch | null {
  const word = lastBelow(grid.words, point + 1, startOf);
  return word && word.end >= point ? word : null;
}

/** Where the caret goes: the beginning of the next or previous word, or one character on. */
export function walked(grid: Grid, point: number, by: 1 | -1, whole: boolean): number {
  if (whole) {
    const word = by > 0 ? firstAbove(grid.words, point, startOf) : lastBelow(grid.words, point, startOf);
    return word ? word.start : by > 0 ? grid.points : 0;
  }
  return (by > 0 ? firstAbove(grid.steps, point, itself) : lastBelow(grid.steps, point, itself)) ?? (by > 0 ? grid.points : 0);
}

/** The other end of a selection that began at `anchor`, one word or character on. */
export function extended(grid: Grid, anchor: number, focus: number, by: 1 | -1, whole: boolean): number {
  if (!whole) return walked(grid, focus, by, false);
  if (by > 0) {
    if (focus >= anchor) return firstAbove(grid.words, focus, endOf)?.end ?? grid.points;
    return Math.min(anchor, firstAbove(grid.words, focus, startOf)?.start ?? anchor);
  }
  if (focus <= anchor) return lastBelow(grid.words, focus, startOf)?.start ?? 0;
  return Math.max(anchor, lastBelow(grid.words, focus, endOf)?.end ?? anchor);
}

/** One end of a span moved by a word or character; never empty, never outside the text. */
export function reshaped(grid: Grid, span: Stretch, side: "start" | "end", by: 1 | -1, whole: boolean): Stretch {
  const at = span[side];
  const of = side === "start" ? startOf : endOf;
  const word = by > 0 ? firstAbove(grid.words, at, of) : lastBelow(grid.words, at, of);
  const to = whole ? (word ? word[side] : at) : walked(grid, at, by, false);
  const next = { ...span, [side]: to };
  return next.start < next.end ? next : span;
}

/** A selection without the blanks around it, widened to whole words where the question asks for that; null if nothing is left. */
export function snapped(grid: Grid, text: readonly string[], range: Stretch, whole: boolean): Stretch | null {
  let start = Math.max(0, Math.min(range.start, range.end));
  let end = Math.min(grid.points, Math.max(range.start, range.end));
  while (start < end && /\s/u.test(text[start] ?? "")) start += 1;
  while (end > start && /\s/u.test(text[end - 1] ?? "")) end -= 1;
  if (start >= end) return null;
  if (!whole) return { start, end };
  const first = wordAt(grid, start);
  const last = lastBelow(grid.words, end, startOf);
  return { start: first && first.end > start ? first.start : start, end: last && last.end > end ? last.end : end };
}

export function overlap(a: Stretch, b: Stretch): boolean {
  return a.start < b.end && b.start < a.end;
}

/** The spans of one part that share characters with a stretch, but for the one named. */
export function crossed(spans: readonly Span[], part: string, stretch: Stretch, but: string | null = null): readonly Span[] {
  return spans.filter((span) => span.part === part && span.id !== but && overlap(span.geometry, stretch));
}

/** A span's new boundary, held back where the next span begins. */
export function heldBack(spans: readonly Span[], span: Span, next: Stretch): Stretch {
  let { start, end } = next;
  for (const other of crossed(spans, span.part, next, span.id)) {
    if (other.geometry.start >= span.geometry.end) end = Math.min(end, other.geometry.start);
    else start = Math.max(start, other.geometry.end);
  }
  return start < end ? { start, end } : span.geometry;
}

/** A lane for every span, so that overlapping ones are underlined below each other: the longer, the lower. */
export function lanes(spans: readonly Span[]): ReadonlyMap<string, number> {
  const order = [...spans].sort((a, b) => length(a.geometry) - length(b.geometry) || a.geometry.start - b.geometry.start);
  const placed = new Map<string, number>();
  for (const span of order) {
    const taken = new Set(order.filter((other) => placed.has(other.id) && other.part === span.part && overlap(other.geometry, span.geometry)).map((other) => placed.get(other.id)));
    let lane = 0;
    while (taken.has(lane)) lane += 1;
    placed.set(span.id, lane);
  }
  return placed;
}

const length = ({ start, end }: Stretch): number => end - start;

/** The shortest span at a place, so that one inside another can be reached; the later one when they are equal. */
export function spanAt(spans: readonly Span[], part: string, point: number): Span | null {
  let best: Span | null = null;
  for (const span of spans) {
    if (span.part !== part || point < span.geometry.start || point >= span.geometry.end) continue;
    if (!best || length(span.geometry) <= length(best.geometry)) best = span;
  }
  return best;
}

/** In reading order, part by part as the item has them. */
export function inOrder(spans: readonly Span[], parts: readonly string[]): readonly Span[] {
  return [...spans].sort((a, b) => parts.indexOf(a.part) - parts.indexOf(b.part) || a.geometry.start - b.geometry.start || a.geometry.end - b.geometry.end);
}

/** The words of a span, shortened in the middle for a list. */
export function quoted(text: readonly string[], { start, end }: Stretch, most = 60): string {
  const words = text.slice(start, end).join("").replace(/\s+/gu, " ");
  const points = [...words];
  return points.length <= most ? words : `${points.slice(0, most - 12).join("")}…${points.slice(-10).join("")}`;
}
