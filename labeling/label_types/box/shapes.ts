/** The pure part of the box editor: rectangles on continuous pixel edges of the upright picture. */
import type { Element } from "../../frontend/src/elements.ts";
import type { Bounds, Point, Size } from "../../frontend/src/types.ts";

export type Rect = Bounds;
export type Box = Element<Rect>;

export type Handle = "nw" | "n" | "ne" | "e" | "se" | "s" | "sw" | "w";
export const HANDLES: readonly Handle[] = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

export const width = (rect: Rect): number => rect.x1 - rect.x0;
export const height = (rect: Rect): number => rect.y1 - rect.y0;

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

/** Moved as a whole; at the picture's edge it stops with its size kept. */
export function moved(rect: Rect, dx: number, dy: number, picture: Size): Rect {
  const right = Math.min(Math.max(dx, -rect.x0), picture.width - rect.x1);
  const down = Math.min(Math.max(dy, -rect.y0), picture.height - rect.y1);
  return { x0: rect.x0 + right, y0: rect.y0 + down, x1: rect.x1 + right, y1: rect.y1 + down };
}

/** One handle pulled to a point. Pulled across the opposite side, the rectangle turns over and stays a rectangle. */
export function resized(rect: Rect, handle: Handle, to: Point, picture: Size, free = false): Rect {
  const at = clampPoint(snap(to, free), picture);
  const x0 = handle.includes("w") ? at.x : rect.x0;
  const x1 = handle.includes("e") ? at.x : rect.x1;
  const y0 = handle.startsWith("n") ? at.y : rect.y0;
  const y1 = handle.startsWith("s") ? at.y : rect.y1;
  return { x0: Math.min(x0, x1), y0: Math.min(y0, y1), x1: Math.max(x0, x1), y1: Math.max(y0, y1) };
}

/** Resized from the keyboard: the lower right corner moves, never below `smallest`, never outside. */
export function stretched(rect: Rect, dx: number, dy: number, picture: Size, smallest: number): Rect {
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

export function handlePoint(rect: Rect, handle: Handle): Point {
  const middle = { x: (rect.x0 + rect.x1) / 2, y: (rect.y0 + rect.y1) / 2 };
  return {
    x: handle.includes("w") ? rect.x0 : handle.includes("e") ? rect.x1 : middle.x,
    y: handle.startsWith("n") ? rect.y0 : handle.startsWith("s") ? rect.y1 : middle.y,
  };
}

/** The nearest handle within `reach` of the point, corners before sides when both are as near. */
export function handleAt(rect: Rect, point: Point, reach: number): Handle | null {
  let best: Handle | null = null;
  let nearest = reach;
  for (const handle of ["nw", "ne", "se", "sw", "n", "e", "s", "w"] as const) {
    const at = handlePoint(rect, handle);
    const away = Math.max(Math.abs(at.x - point.x), Math.abs(at.y - point.y));
    if (away < nearest || (away === nearest && best === null)) [best, nearest] = [handle, away];
  }
  return best;
}

export function contains(rect: Rect, point: Point, reach = 0): boolean {
  return point.x >= rect.x0 - reach && point.x <= rect.x1 + reach && point.y >= rect.y0 - reach && point.y <= rect.y1 + reach;
}

/** On the frame itself, give or take `reach`. */
export function onEdge(rect: Rect, point: Point, reach: number): boolean {
  if (!contains(rect, point, reach)) return false;
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

/** "221 × 73", in whole pixels. */
export function sizeText(rect: Rect): string {
  return `${Math.round(width(rect))} × ${Math.round(height(rect))}`;
}

/** "398, 283 · 221 × 73" */
export function placeText(rect: Rect): string {
  return `${number(rect.x0)}, ${number(rect.y0)} · ${number(width(rect))} × ${number(height(rect))}`;
}
