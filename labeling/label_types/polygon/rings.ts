/** The pure part of the polygon editor: simple rings on continuous pixels of the upright picture. */
import type { Element } from "../../frontend/src/elements.ts";
import type { Bounds, Point, Size } from "../../frontend/src/types.ts";

export type Corner = readonly [x: number, y: number];

export type Ring = readonly Corner[];
export type Polygon = Element<{ readonly points: Ring }>;

export const MOST_CORNERS = 500;
/** Corners lie on tenths of a pixel: finer than a hand, and sums of them stay exact. */
const GRAIN = 10;

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));
const onGrain = (value: number): number => Math.round(value * GRAIN) / GRAIN;

export function cornerAt(point: Point, picture: Size): Corner {
  return [clamp(onGrain(point.x), picture.width), clamp(onGrain(point.y), picture.height)];
}

export function bounds(ring: Ring): Bounds {
  const xs = ring.map(([x]) => x);
  const ys = ring.map(([, y]) => y);
  return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
}

/** By the shoelace formula. */
export function area(ring: Ring): number {
  let twice = 0;
  ring.forEach(([x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [x, y];
    twice += x * nextY - nextX * y;
  });
  return Math.abs(twice) / 2;
}

export function contains(ring: Ring, { x, y }: Point): boolean {
  let inside = false;
  ring.forEach(([ax, ay], index) => {
    const [bx, by] = ring[(index + 1) % ring.length] ?? [ax, ay];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}

function turn([ax, ay]: Corner, [bx, by]: Corner, [cx, cy]: Corner): number {
  const g = (value: number): number => Math.round(value * 100);
  return Math.sign((g(bx) - g(ax)) * (g(cy) - g(ay)) - (g(by) - g(ay)) * (g(cx) - g(ax)));
}

function within([x, y]: Corner, [ax, ay]: Corner, [bx, by]: Corner): boolean {
  return Math.min(ax, bx) <= x && x <= Math.max(ax, bx) && Math.min(ay, by) <= y && y <= Math.max(ay, by);
}

function touch(a: Corner, b: Corner, c: Corner, d: Corner): boolean {
  const [first, second, third, fourth] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (first !== second && third !== fourth) return true;
  return (first === 0 && within(c, a, b)) || (second === 0 && within(d, a, b)) || (third === 0 && within(a, c, d)) || (fourth === 0 && within(b, c, d));
}

/** Neighbors on one line that run over each other. */
function foldsBack(a: Corner, b: Corner, c: Corner): boolean {
  if (turn(a, b, c) !== 0) return false;
  return a[0] !== b[0] ? a[0] < b[0] === c[0] < b[0] : a[1] < b[1] === c[1] < b[1];
}

/** Whether no two sides touch but for neighbors in their shared corner, as the server asks. */
export function isSimple(ring: Ring): boolean {
  const count = ring.length;
  const corner = (at: number): Corner => ring[at % count] as Corner;
  if (count < 3) return false;
  for (let one = 0; one < count; one += 1) {
    const [a, b] = [corner(one), corner(one + 1)];
    if (a[0] === b[0] && a[1] === b[1]) return false;
    if (foldsBack(a, b, corner(one + 2))) return false;
    for (let other = one + 2; other < count; other += 1) {
      if (one === 0 && other === count - 1) continue;
      if (touch(a, b, corner(other), corner(other + 1))) return false;
    }
  }
  return true;
}

/** The corner nearest to a point, within `reach`. */
export function nearestCorner(ring: Ring, { x, y }: Point, reach: number): number | null {
  let best: number | null = null;
  let least = reach;
  ring.forEach(([cx, cy], index) => {
    const away = Math.hypot(cx - x, cy - y);
    if (away < least || (away === least && best === null)) [best, least] = [index, away];
  });
  return best;
}

/** The side nearest to a point, within `reach`, by the corner it begins at. */
export function nearestSide(ring: Ring, { x, y }: Point, reach: number): number | null {
  let best: number | null = null;
  let least = reach;
  ring.forEach(([ax, ay], index) => {
    const [bx, by] = ring[(index + 1) % ring.length] ?? [ax, ay];
    const square = (bx - ax) ** 2 + (by - ay) ** 2;
    const along = square === 0 ? 0 : clamp(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square, 1);
    const away = Math.hypot(ax + along * (bx - ax) - x, ay + along * (by - ay) - y);
    if (away < least || (away === least && best === null)) [best, least] = [index, away];
  });
  return best;
}

export function middleOf(ring: Ring, side: number): Point {
  const [ax, ay] = ring[side] ?? [0, 0];
  const [bx, by] = ring[(side + 1) % ring.length] ?? [0, 0];
  return { x: (ax + bx) / 2, y: (ay + by) / 2 };
}

export function withCorner(ring: Ring, at: number, corner: Corner): Ring {
  return ring.map((one, index) => (index === at ? corner : one));
}

/** A side cut in two by a new corner. */
export function split(ring: Ring, side: number, corner: Corner): Ring {
  return [...ring.slice(0, side + 1), corner, ...ring.slice(side + 1)];
}

export function without(ring: Ring, at: number): Ring {
  return ring.filter((_, index) => index !== at);
}

/** Moved as a whole; at the picture's edge it stops with its shape kept. */
export function moved(ring: Ring, dx: number, dy: number, picture: Size): Ring {
  const { x0, y0, x1, y1 } = bounds(ring);
  const right = Math.min(Math.max(onGrain(dx), -x0), picture.width - x1);
  const down = Math.min(Math.max(onGrain(dy), -y0), picture.height - y1);
  return ring.map(([x, y]) => [onGrain(x + right), onGrain(y + down)]);
}

/** A new shape in the middle of what is seen: four corners over a quarter of it. */
export function centered(seen: Bounds, picture: Size): Ring {
  const [x0, x1] = [clamp(seen.x0, picture.width), clamp(seen.x1, picture.width)];
  const [y0, y1] = [clamp(seen.y0, picture.height), clamp(seen.y1, picture.height)];
  const wide = Math.min(picture.width, Math.max(4, Math.round((x1 - x0) / 4)));
  const high = Math.min(picture.height, Math.max(4, Math.round((y1 - y0) / 4)));
  const left = Math.min(picture.width - wide, Math.max(0, Math.round((x0 + x1 - wide) / 2)));
  const top = Math.min(picture.height - high, Math.max(0, Math.round((y0 + y1 - high) / 2)));
  return [[left, top], [left + wide, top], [left + wide, top + high], [left, top + high]];
}

/** The smallest polygon under the point, so that one inside another can be reached. */
export function polygonAt(polygons: readonly Polygon[], part: string, point: Point, reach: number): Polygon | null {
  let best: Polygon | null = null;
  for (const polygon of polygons) {
    const { points } = polygon.geometry;
    if (polygon.part !== part || (!contains(points, point) && nearestSide(points, point, reach) === null)) continue;
    if (!best || area(points) <= area(best.geometry.points)) best = polygon;
  }
  return best;
}
