/** The pure part of the polygon editor: simple rings on continuous pixels of the upright picture. */
import type { Element } from "../../frontend/src/elements.ts";
import type { Bounds, Point, Size } from "../../frontend/src/types.ts";

export type Corner = readonly [x: number, y: number];

export type Ring = readonly Corner[];
/** An outline and its holes, which touch neither it nor each other. */
export interface Region { readonly points: Ring; readonly holes?: readonly Ring[] }
export type Polygon = Element<Region>;

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

/** Whether every hole lies within the outline, touching neither it nor another hole, as the server asks. */
export function fits(outline: Ring, holes: readonly Ring[]): boolean {
  return holes.every((hole, at) =>
    isSimple(hole) && !meet(hole, outline) && isIn(hole, outline) && holes.slice(0, at).every((other) => !meet(hole, other) && !isIn(hole, other) && !isIn(other, hole)));
}

function isIn(inner: Ring, outer: Ring): boolean {
  const [x, y] = inner[0] ?? [0, 0];
  return contains(outer, { x, y });
}

function meet(one: Ring, other: Ring): boolean {
  return one.some((a, at) => {
    const b = one[(at + 1) % one.length] ?? a;
    return other.some((c, place) => {
      const d = other[(place + 1) % other.length] ?? c;
      if (Math.min(a[0], b[0]) > Math.max(c[0], d[0]) || Math.min(c[0], d[0]) > Math.max(a[0], b[0])) return false;
      if (Math.min(a[1], b[1]) > Math.max(c[1], d[1]) || Math.min(c[1], d[1]) > Math.max(a[1], b[1])) return false;
      return touch(a, b, c, d);
    });
  });
}

/** The outline and its holes, one after the other. */
export function ringsOf({ points, holes = [] }: Region): readonly Ring[] {
  return [points, ...holes];
}

/** The rings so that holes go around the other way: filled as one, they stay empty. */
export function wound(region: Region): readonly Ring[] {
  const way = goesLeft(region.points);
  return ringsOf(region).map((ring, at) => (at > 0 && goesLeft(ring) === way ? [...ring].reverse() : ring));
}

export function goesLeft(ring: Ring): boolean {
  return ring.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = ring[(at + 1) % ring.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0) < 0;
}

/** With the so-manieth ring replaced, or (null) without that hole. */
export function withRing(region: Region, at: number, ring: Ring | null): Region {
  const [points = [], ...holes] = ringsOf(region).flatMap((one, index) => (index === at ? (ring ? [ring] : []) : [one]));
  return holes.length > 0 ? { points, holes } : { points };
}

export function regionArea(region: Region): number {
  const [outline = 0, ...holes] = ringsOf(region).map(area);
  return holes.reduce((left, hole) => left - hole, outline);
}

export function inRegion({ points, holes = [] }: Region, at: Point): boolean {
  return contains(points, at) && !holes.some((hole) => contains(hole, at));
}

/** Moved as a whole; at the picture's edge it stops with its shape kept. */
export function movedRegion(region: Region, dx: number, dy: number, picture: Size): Region {
  const { x0, y0, x1, y1 } = bounds(region.points);
  const right = Math.min(Math.max(onGrain(dx), -x0), picture.width - x1);
  const down = Math.min(Math.max(onGrain(dy), -y0), picture.height - y1);
  const shift = (ring: Ring): Ring => ring.map(([x, y]) => [onGrain(x + right), onGrain(y + down)]);
  return region.holes ? { points: shift(region.points), holes: region.holes.map(shift) } : { points: shift(region.points) };
}

const TRIED = 24;

/** A hole where there is most room for one: half as wide as the room; null where there is none. */
export function roomiest(region: Region): Ring | null {
  const { x0, y0, x1, y1 } = bounds(region.points);
  let best = { x: 0, y: 0, room: 0 };
  for (let row = 1; row < TRIED; row += 1) {
    for (let column = 1; column < TRIED; column += 1) {
      const at = { x: x0 + ((x1 - x0) * column) / TRIED, y: y0 + ((y1 - y0) * row) / TRIED };
      if (!inRegion(region, at)) continue;
      const room = Math.min(...ringsOf(region).map((ring) => awayFrom(ring, at)));
      if (room > best.room) best = { ...at, room };
    }
  }
  const half = onGrain(best.room / 2);
  const [x, y] = [onGrain(best.x), onGrain(best.y)];
  return half < 0.5 ? null : [[x, onGrain(y - half)], [onGrain(x - half), y], [x, onGrain(y + half)], [onGrain(x + half), y]];
}

function awayFrom(ring: Ring, { x, y }: Point): number {
  return Math.min(...ring.map(([ax, ay], index) => {
    const [bx, by] = ring[(index + 1) % ring.length] ?? [ax, ay];
    const square = (bx - ax) ** 2 + (by - ay) ** 2;
    const along = square === 0 ? 0 : clamp(((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square, 1);
    return Math.hypot(ax + along * (bx - ax) - x, ay + along * (by - ay) - y);
  }));
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
    const { geometry } = polygon;
    if (polygon.part !== part || (!inRegion(geometry, point) && ringsOf(geometry).every((ring) => nearestSide(ring, point, reach) === null))) continue;
    if (!best || regionArea(geometry) <= regionArea(best.geometry)) best = polygon;
  }
  return best;
}
