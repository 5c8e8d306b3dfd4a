/** The pure part of the segment editor: stretches of time in milliseconds, their rows, limits and what of them is seen. */
import type { Element } from "../../frontend/src/elements.ts";

export interface Stretch { readonly start: number; readonly end: number }

export type Segment = Element<Stretch>;

/** What of a sound is seen: from a time on, so many milliseconds. */
export interface Window { readonly from: number; readonly span: number }

const SHORTEST_SPAN = 200;

const overlap = (a: Stretch, b: Stretch): boolean => a.start < b.end && b.start < a.end;

/** By time, part by part as the item has them. */
export function inOrder(segments: readonly Segment[], parts: readonly string[]): readonly Segment[] {
  return [...segments].sort((a, b) => parts.indexOf(a.part) - parts.indexOf(b.part) || a.geometry.start - b.geometry.start || a.geometry.end - b.geometry.end);
}

/** A row for each, so that none lies over another; `segments` are of one part and in order. */
export function rows(segments: readonly Segment[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const ends: number[] = [];
  for (const { id, geometry } of segments) {
    const free = ends.findIndex((end) => end <= geometry.start);
    const row = free < 0 ? ends.length : free;
    ends[row] = geometry.end;
    found.set(id, row);
  }
  return found;
}

/** Between two times as far as it touches no other: a new one, or (`but`) one that changes. Null where nothing is free. */
export function fitted(segments: readonly Segment[], part: string, { start, end }: Stretch, anchor: number, but?: string): Stretch | null {
  let [from, to] = [start, end];
  for (const one of segments) {
    if (one.part !== part || one.id === but || !overlap(one.geometry, { start: from, end: to })) continue;
    if (one.geometry.end <= anchor) from = Math.max(from, one.geometry.end);
    else if (one.geometry.start >= anchor) to = Math.min(to, one.geometry.start);
    else return null;
  }
  return from < to ? { start: from, end: to } : null;
}

/** The stretch with one of its ends elsewhere, inside the sound and at least a millisecond long. */
export function withEnd(stretch: Stretch, side: "start" | "end", at: number, length: number): Stretch {
  const to = Math.round(at);
  if (side === "start") return { start: Math.min(Math.max(0, to), stretch.end - 1), end: stretch.end };
  return { start: stretch.start, end: Math.max(Math.min(length, to), stretch.start + 1) };
}

/** The stretch somewhere else, as long as it was. */
export function shifted({ start, end }: Stretch, by: number, length: number): Stretch {
  const kept = Math.round(Math.min(Math.max(by, -start), length - end));
  return { start: start + kept, end: end + kept };
}

/** As far as the sound reaches; one whose length is not known yet holds nothing back. */
export function held(window: Window, length: number): Window {
  if (length <= 0) return window;
  const span = Math.min(Math.max(window.span, SHORTEST_SPAN), Math.max(length, SHORTEST_SPAN));
  return { from: Math.min(Math.max(0, window.from), Math.max(0, length - span)), span };
}

/** Nearer or farther, with what lies `at` a time staying where it is. */
export function zoomed(window: Window, at: number, by: number, length: number): Window {
  if (length <= 0) return window;
  const span = Math.min(Math.max(window.span * by, SHORTEST_SPAN), Math.max(length, SHORTEST_SPAN));
  return held({ from: at - ((at - window.from) * span) / window.span, span }, length);
}

/** Moved only if it has to be, so that a stretch is seen; one longer than the window from its beginning. */
export function seeing(window: Window, { start, end }: Stretch, length: number): Window {
  const margin = window.span * 0.08;
  if (start >= window.from && end <= window.from + window.span) return window;
  const from = start < window.from || end - start > window.span - 2 * margin ? start - margin : end + margin - window.span;
  return held({ ...window, from }, length);
}

/** The one under a point: the shortest, so that none hides another; `row` null is any. */
export function segmentAt(segments: readonly Segment[], at: number, row: number | null, rowOf: ReadonlyMap<string, number>): Segment | null {
  let best: Segment | null = null;
  for (const one of segments) {
    if (at < one.geometry.start || at >= one.geometry.end || (row !== null && rowOf.get(one.id) !== row)) continue;
    if (!best || one.geometry.end - one.geometry.start <= best.geometry.end - best.geometry.start) best = one;
  }
  return best;
}

/** What is said in a segment; "" for nothing. */
export function saidIn({ attributes }: Segment): string {
  return typeof attributes["text"] === "string" ? attributes["text"] : "";
}

export function saying(segment: Segment, text: string): Segment {
  const { text: _before, ...others } = segment.attributes;
  return { ...segment, attributes: text === "" ? others : { ...others, text } };
}
