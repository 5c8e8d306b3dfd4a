/** The pure part of the box editor: rectangles on continuous pixel edges of the upright picture. */
import type { Element } from "../../frontend/src/elements.ts";
import type { Bounds, Point, Size } from "../../frontend/src/types.ts";

/** Edges before the turn about the middle; `angle` in degrees, clockwise, left out for one that stands upright. */
export interface Rect extends Bounds { readonly angle?: number }
export type Box = Element<Rect>;

export type Handle = "nw" | "n" | "ne" | "e" | "se" | "s" | "sw" | "w";
export const HANDLES: readonly Handle[] = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

export const width = (rect: Rect): number => rect.x1 - rect.x0;
export const height = (rect: Rect): number => rect.y1 - rect.y0;

const QUARTER = 90;

export const middleOf = (rect: Rect): Point => ({ x: (rect.x0 + rect.x1) / 2, y: (rect.y0 + rect.y1) / 2 });

/** A point turned about another, clockwise. */
export function turnedPoint({ x, y }: Point, about: Point, degrees: number): Point {
  const [cosine, sine] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return { x: about.x + cosine * (x - about.x) - sine * (y - about.y), y: about.y + sine * (x - about.x) + cosine * (y - about.y) };
}

/** Where a point is if the rectangle is turned back upright, with everything around it. */
export function local(rect: Rect, point: Point): Point {
  return rect.angle ? turnedPoint(point, middleOf(rect), -rect.angle) : point;
}

export function corners(rect: Rect): readonly Point[] {
  const upright = [{ x: rect.x0, y: rect.y0 }, { x: rect.x1, y: rect.y0 }, { x: rect.x1, y: rect.y1 }, { x: rect.x0, y: rect.y1 }];
  return rect.angle ? upright.map((one) => turnedPoint(one, middleOf(rect), rect.angle ?? 0)) : upright;
}

/** The upright rectangle around it. */
export function around(rect: Rect): Bounds {
  if (!rect.angle) return rect;
  const all = corners(rect);
  const [xs, ys] = [all.map(({ x }) => x), all.map(({ y }) => y)];
  return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;

/** About this middle, by any angle, as the server writes it: turned by more than -45 and at most 45 degrees, plain where it stands upright. */
export function turned({ x, y }: Point, wide: number, high: number, degrees: number): Rect {
  const quarters = Math.ceil((degrees - QUARTER / 2) / QUARTER);
  const angle = Math.round((degrees - QUARTER * quarters) * 10) / 10;
  const [w, h] = quarters % 2 === 0 ? [wide, high] : [high, wide];
  const edges = { x0: hundredths(x - w / 2), y0: hundredths(y - h / 2), x1: hundredths(x + w / 2), y1: hundredths(y + h / 2) };
  return angle === 0 ? edges : { ...edges, angle };
}

/** Turned by so many degrees more. One that stands upright again lies inside the picture. */
export function rotated(rect: Rect, by: number, picture: Size): Rect {
  const next = turned(middleOf(rect), width(rect), height(rect), (rect.angle ?? 0) + by);
  if (next.angle) return next;
  return { x0: clamp(next.x0, picture.width), y0: clamp(next.y0, picture.height), x1: clamp(next.x1, picture.width), y1: clamp(next.y1, picture.height) };
}

/** The angle by which the handle above the box lies at a point; `step` snaps it. */
export function angleTo(rect: Rect, at: Point, step: number): number {
  const { x, y } = middleOf(rect);
  const degrees = (Math.atan2(at.y - y, at.x - x) * 180) / Math.PI + QUARTER;
  return Math.round(degrees / step) * step;
}

/** A turned rectangle whose edges became these, as seen turned back: it keeps the corner opposite, wherever the middle goes. */
function anchored(rect: Rect, edges: Bounds, picture: Size): Rect {
  const middle = turnedPoint(middleOf(edges), middleOf(rect), rect.angle ?? 0);
  return turned(clampPoint(middle, picture), width(edges), height(edges), rect.angle ?? 0);
}

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));

export function clampPoint(point: Point, picture: Size): Point {
  return { x: clamp(point.x, picture.width), y: clamp(point.y, picture.height) };
}

/** Pixel edges by default; free edges keep a hundredth of a pixel. */
export function snap(point: Point, free: boolean): Point {
  const grain = free ? 100 : 1;
  return { x: Math.round(point.x * grain) / grain, y: Math.round(point.y * grain) / grain };
}

/** The rectangle between two corners, in any order, inside the picture. */
export function spanned(a: Point, b: Point, picture: Size, free = false): Rect {
  const start = clampPoint(snap(a, free), picture);
  const end = clampPoint(snap(b, free), picture);
  return { x0: Math.min(start.x, end.x), y0: Math.min(start.y, end.y), x1: Math.max(start.x, end.x), y1: Math.max(start.y, end.y) };
}

/** Moved as a whole; at the picture's edge it stops with its size kept, a turned one with its middle. */
export function moved(rect: Rect, dx: number, dy: number, picture: Size): Rect {
  if (rect.angle) {
    const { x, y } = middleOf(rect);
    return turned(clampPoint({ x: x + dx, y: y + dy }, picture), width(rect), height(rect), rect.angle);
  }
  const right = Math.min(Math.max(dx, -rect.x0), picture.width - rect.x1);
  const down = Math.min(Math.max(dy, -rect.y0), picture.height - rect.y1);
  return { x0: rect.x0 + right, y0: rect.y0 + down, x1: rect.x1 + right, y1: rect.y1 + down };
}

/** One handle pulled to a point. Pulled across the opposite side, the rectangle turns over and stays a rectangle. */
export function resized(rect: Rect, handle: Handle, to: Point, picture: Size, free = false): Rect {
  const at = rect.angle ? local(rect, to) : clampPoint(snap(to, free), picture);
  const x0 = handle.includes("w") ? at.x : rect.x0;
  const x1 = handle.includes("e") ? at.x : rect.x1;
  const y0 = handle.startsWith("n") ? at.y : rect.y0;
  const y1 = handle.startsWith("s") ? at.y : rect.y1;
  const edges = { x0: Math.min(x0, x1), y0: Math.min(y0, y1), x1: Math.max(x0, x1), y1: Math.max(y0, y1) };
  return rect.angle ? anchored(rect, edges, picture) : edges;
}

/** Resized from the keyboard: the lower right corner moves, never below `smallest`, never outside. */
export function stretched(rect: Rect, dx: number, dy: number, picture: Size, smallest: number): Rect {
  if (rect.angle) {
    const [x1, y1] = [Math.max(rect.x0 + smallest, rect.x1 + dx), Math.max(rect.y0 + smallest, rect.y1 + dy)];
    return anchored(rect, { x0: rect.x0, y0: rect.y0, x1, y1 }, picture);
  }
  return {
    x0: rect.x0,
    y0: rect.y0,
    x1: Math.min(picture.width, Math.max(rect.x0 + smallest, rect.x1 + dx)),
    y1: Math.min(picture.height, Math.max(rect.y0 + smallest, rect.y1 + dy)),
  };
}

/** A new rectangle in the middle of what is seen: a quarter of it, whole pixels, inside the picture. */
export function centered(seen: Rect, picture: Size, smallest: number, largest = Infinity): Rect {
  const x0 = clamp(seen.x0, picture.width);
  const x1 = clamp(seen.x1, picture.width);
  const y0 = clamp(seen.y0, picture.height);
  const y1 = clamp(seen.y1, picture.height);
  const wide = Math.min(picture.width, largest, Math.max(smallest, Math.round((x1 - x0) / 4)));
  const high = Math.min(picture.height, largest, Math.max(smallest, Math.round((y1 - y0) / 4)));
  const left = Math.min(picture.width - wide, Math.max(0, Math.round((x0 + x1 - wide) / 2)));
  const top = Math.min(picture.height - high, Math.max(0, Math.round((y0 + y1 - high) / 2)));
  return { x0: left, y0: top, x1: left + wide, y1: top + high };
}

/** Where a handle is before the turn. */
export function handlePoint(rect: Rect, handle: Handle): Point {
  const middle = middleOf(rect);
  return {
    x: handle.includes("w") ? rect.x0 : handle.includes("e") ? rect.x1 : middle.x,
    y: handle.startsWith("n") ? rect.y0 : handle.startsWith("s") ? rect.y1 : middle.y,
  };
}

/** The nearest handle within `reach` of the point, corners before sides when both are as near. */
export function handleAt(rect: Rect, at: Point, reach: number): Handle | null {
  const point = local(rect, at);
  let best: Handle | null = null;
  let nearest = reach;
  for (const handle of ["nw", "ne", "se", "sw", "n", "e", "s", "w"] as const) {
    const place = handlePoint(rect, handle);
    const away = Math.max(Math.abs(place.x - point.x), Math.abs(place.y - point.y));
    if (away < nearest || (away === nearest && best === null)) [best, nearest] = [handle, away];
  }
  return best;
}

export function contains(rect: Rect, at: Point, reach = 0): boolean {
  const point = local(rect, at);
  return point.x >= rect.x0 - reach && point.x <= rect.x1 + reach && point.y >= rect.y0 - reach && point.y <= rect.y1 + reach;
}

/** On the frame itself, give or take `reach`. */
export function onEdge(rect: Rect, at: Point, reach: number): boolean {
  if (!contains(rect, at, reach)) return false;
  const point = local(rect, at);
  return Math.min(Math.abs(point.x - rect.x0), Math.abs(point.x - rect.x1), Math.abs(point.y - rect.y0), Math.abs(point.y - rect.y1)) <= reach;
}

/** The smallest box under the point, so that one inside another can be reached; the later one when they are equal. */
export function boxAt(boxes: readonly Box[], part: string, point: Point, reach: number): Box | null {
  let best: Box | null = null;
  for (const box of boxes) {
    if (box.part !== part || !contains(box.geometry, point, reach)) continue;
    if (!best || area(box.geometry) <= area(best.geometry)) best = box;
  }
  return best;
}

export const area = (rect: Rect): number => width(rect) * height(rect);

export function smallEnough(rect: Rect, largest: number): boolean {
  return width(rect) <= largest && height(rect) <= largest;
}

export function bigEnough(rect: Rect, smallest: number): boolean {
  return width(rect) > 0 && height(rect) > 0 && width(rect) >= smallest && height(rect) >= smallest;
}

const number = (value: number): string => String(Math.round(value * 100) / 100);

const angleText = ({ angle }: Rect): string => (angle ? ` · ${number(angle)}°` : "");

/** "221 × 73", in whole pixels. */
export function sizeText(rect: Rect): string {
  return `${Math.round(width(rect))} × ${Math.round(height(rect))}${angleText(rect)}`;
}

/** "398, 283 · 221 × 73" */
export function placeText(rect: Rect): string {
  return `${number(rect.x0)}, ${number(rect.y0)} · ${number(width(rect))} × ${number(height(rect))}${angleText(rect)}`;
}
