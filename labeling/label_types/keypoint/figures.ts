/** The pure part of the keypoint editor: named points on continuous pixels of the upright picture. */
import type { Element } from "../../frontend/src/elements.ts";
import type { Bounds, Point, Size } from "../../frontend/src/types.ts";

export interface Keypoint { readonly x: number; readonly y: number; readonly visible: boolean }
export type Points = Readonly<Record<string, Keypoint>>;
export type Figure = Element<{ readonly points: Points }>;

/** What the question says: the points in order, the other side of each that has one, and which are joined. */
export interface Skeleton {
  readonly names: readonly string[];
  readonly otherSide: ReadonlyMap<string, string>;
  readonly lines: readonly (readonly [string, string])[];
}

/** Points lie on tenths of a pixel: finer than a hand, and sums of them stay exact. */
const GRAIN = 10;
const ONLY_POINT = "point";

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));
const onGrain = (value: number): number => Math.round(value * GRAIN) / GRAIN;

interface RawSpec { readonly points?: readonly { readonly name: string; readonly other_side?: string }[]; readonly lines?: readonly (readonly string[])[] }

export function skeletonOf(spec: object): Skeleton {
  const { points = [{ name: ONLY_POINT }], lines = [] } = spec as RawSpec;
  const otherSide = new Map<string, string>();
  for (const { name, other_side } of points) {
    if (!other_side) continue;
    otherSide.set(name, other_side);
    otherSide.set(other_side, name);
  }
  const joined = lines.flatMap((chain) => chain.slice(1).map((name, at) => [chain[at] ?? name, name] as const));
  return { names: points.map(({ name }) => name), otherSide, lines: joined };
}

export function placedAt(point: Point, picture: Size, visible = true): Keypoint {
  return { x: clamp(onGrain(point.x), picture.width), y: clamp(onGrain(point.y), picture.height), visible };
}

/** With the point set or moved, in the question's order. */
export function withPoint(points: Points, name: string, at: Keypoint, { names }: Skeleton): Points {
  const all: Record<string, Keypoint> = { ...points, [name]: at };
  return Object.fromEntries(names.flatMap((one) => (all[one] ? [[one, all[one]]] : [])));
}

export function withoutPoint(points: Points, name: string): Points {
  return Object.fromEntries(Object.entries(points).filter(([one]) => one !== name));
}

/** Left becomes right in every pair, also where only one of the two is set. */
export function sidesSwapped(points: Points, { names, otherSide }: Skeleton): Points {
  return Object.fromEntries(names.flatMap((name) => {
    const from = points[otherSide.get(name) ?? name];
    return from ? [[name, from]] : [];
  }));
}

export function bounds(points: Points): Bounds {
  const all = Object.values(points);
  const xs = all.map(({ x }) => x);
  const ys = all.map(({ y }) => y);
  return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
}

/** Moved as a whole; at the picture's edge it stops with its shape kept. */
export function moved(points: Points, dx: number, dy: number, picture: Size): Points {
  const { x0, y0, x1, y1 } = bounds(points);
  const right = Math.min(Math.max(onGrain(dx), -x0), picture.width - x1);
  const down = Math.min(Math.max(onGrain(dy), -y0), picture.height - y1);
  return Object.fromEntries(Object.entries(points).map(([name, one]) => [name, { ...one, x: onGrain(one.x + right), y: onGrain(one.y + down) }]));
}

/** The point nearest to a place, within `reach`. */
export function nearest(points: Points, { x, y }: Point, reach: number): string | null {
  let best: string | null = null;
  let least = reach;
  for (const [name, one] of Object.entries(points)) {
    const away = Math.hypot(one.x - x, one.y - y);
    if (away < least || (away === least && best === null)) [best, least] = [name, away];
  }
  return best;
}

/** How far a place is from the nearest point or line of a figure. */
export function distanceTo(points: Points, { x, y }: Point, { lines }: Skeleton): number {
  const toPoints = Object.values(points).map((one) => Math.hypot(one.x - x, one.y - y));
  const toLines = lines.flatMap(([from, to]) => {
    const [a, b] = [points[from], points[to]];
    if (!a || !b) return [];
    const square = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
    const along = square === 0 ? 0 : clamp(((x - a.x) * (b.x - a.x) + (y - a.y) * (b.y - a.y)) / square, 1);
    return [Math.hypot(a.x + along * (b.x - a.x) - x, a.y + along * (b.y - a.y) - y)];
  });
  return Math.min(...toPoints, ...toLines);
}

/** The figure nearest to a place, within `reach` of one of its points or lines. */
export function figureAt(figures: readonly Figure[], part: string, at: Point, reach: number, skeleton: Skeleton): Figure | null {
  let best: Figure | null = null;
  let least = reach;
  for (const figure of figures) {
    if (figure.part !== part) continue;
    const away = distanceTo(figure.geometry.points, at, skeleton);
    if (away <= least) [best, least] = [figure, away];
  }
  return best;
}

/** The next name that has no point yet, after `from` and around; null where all are set. */
export function nextUnset(points: Points, from: string | null, { names }: Skeleton): string | null {
  const start = from === null ? -1 : names.indexOf(from);
  for (let step = 1; step <= names.length; step += 1) {
    const name = names[(start + step) % names.length] ?? "";
    if (!points[name]) return name;
  }
  return null;
}
