/** What a brush paints, as outlines: the pure part. Painted in small cells, then traced and made simpler. */
import type { Bounds, Point, Size } from "../../frontend/src/types.ts";
import { area, bounds, contains, fits, goesLeft, isSimple, MOST_CORNERS, type Corner, type Region, type Ring } from "./rings.ts";

const MOST_CELLS = 2_000_000;
/** So many cells to a brush's radius at least, so that a small brush is round. */
const CELLS_A_RADIUS = 6;
const GRAIN = 10;
/** Corners may be moved by so many cells while lines are made simpler, the first that keeps the shape sound. */
const SLACK = [1, 1.5, 2, 3, 4, 6, 9, 14, 0.75, 0.5, 0];

/** A stretch of the picture in square cells, each painted or not. */
class Mask {
  readonly cell: number;
  readonly left: number;
  readonly top: number;
  readonly wide: number;
  readonly high: number;
  readonly bits: Uint8Array;

  /** One empty cell is left around, so that every line closes. */
  constructor(place: Bounds, radius: number) {
    const size = Math.max(1, (place.x1 - place.x0) * (place.y1 - place.y0));
    const wanted = Math.max(Math.min(1, radius / CELLS_A_RADIUS), Math.sqrt(size / MOST_CELLS));
    this.cell = Math.max(1, Math.ceil(wanted * GRAIN)) / GRAIN;
    this.left = Math.floor(place.x0 / this.cell) - 1;
    this.top = Math.floor(place.y0 / this.cell) - 1;
    this.wide = Math.ceil(place.x1 / this.cell) + 1 - this.left;
    this.high = Math.ceil(place.y1 / this.cell) + 1 - this.top;
    this.bits = new Uint8Array(this.wide * this.high);
  }

  /** Every cell whose middle lies inside the outline and in none of its holes. */
  fill({ points, holes = [] }: Region): void {
    const sides = [points, ...holes].flatMap((ring) => ring.map((one, at) => [one, ring[(at + 1) % ring.length] ?? one] as const));
    for (let row = 1; row < this.high - 1; row += 1) {
      const y = (this.top + row + 0.5) * this.cell;
      const cuts = sides.flatMap(([[ax, ay], [bx, by]]) => (ay > y !== by > y ? [ax + ((y - ay) / (by - ay)) * (bx - ax)] : [])).sort((a, b) => a - b);
      for (let at = 0; at + 1 < cuts.length; at += 2) {
        const from = Math.max(1, Math.ceil((cuts[at] ?? 0) / this.cell - 0.5) - this.left);
        const to = Math.min(this.wide - 1, Math.ceil((cuts[at + 1] ?? 0) / this.cell - 0.5) - this.left);
        if (from < to) this.bits.fill(1, row * this.wide + from, row * this.wide + to);
      }
    }
  }

  /** Every cell within `radius` of the line through the points. */
  stroke(line: readonly Point[], radius: number, value: 0 | 1): void {
    line.forEach((end, at) => this.#capsule(line[Math.max(0, at - 1)] ?? end, end, radius, value));
  }

  #capsule(a: Point, b: Point, radius: number, value: 0 | 1): void {
    const within = (low: number, high: number, from: number, most: number): [number, number] => [
      Math.max(1, Math.floor((low - radius) / this.cell) - from), Math.min(most - 2, Math.ceil((high + radius) / this.cell) - from)];
    const [x0, x1] = within(Math.min(a.x, b.x), Math.max(a.x, b.x), this.left, this.wide);
    const [y0, y1] = within(Math.min(a.y, b.y), Math.max(a.y, b.y), this.top, this.high);
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const square = dx * dx + dy * dy;
    for (let row = y0; row <= y1; row += 1) {
      const y = (this.top + row + 0.5) * this.cell - a.y;
      for (let column = x0; column <= x1; column += 1) {
        const x = (this.left + column + 0.5) * this.cell - a.x;
        const along = square === 0 ? 0 : Math.min(1, Math.max(0, (x * dx + y * dy) / square));
        if ((x - along * dx) ** 2 + (y - along * dy) ** 2 <= radius * radius) this.bits[row * this.wide + column] = value;
      }
    }
  }

  /** Cells that meet in a corner only get a third between them: then no line touches itself or another. */
  #join(): void {
    const { bits, wide, high } = this;
    for (let changed = true; changed; ) {
      changed = false;
      for (let at = 0; at < wide * (high - 1) - 1; at += 1) {
        const [a, b, c, d] = [bits[at], bits[at + 1], bits[at + wide], bits[at + wide + 1]];
        if (a !== d || b !== c || a === b) continue;
        bits[a ? at + 1 : at] = 1;
        changed = true;
      }
    }
  }

  /** The lines between painted cells and others, painted ones on the right; clockwise around, the other way in holes. */
  lines(picture: Size): Ring[] {
    this.#join();
    const { bits, wide, high } = this;
    const next = new Int32Array((wide + 1) * (high + 1)).fill(-1);
    const corner = (row: number, column: number): number => row * (wide + 1) + column;
    for (let row = 1; row < high - 1; row += 1) {
      for (let column = 1; column < wide - 1; column += 1) {
        const at = row * wide + column;
        if (!bits[at]) continue;
        if (!bits[at - wide]) next[corner(row, column)] = corner(row, column + 1);
        if (!bits[at + 1]) next[corner(row, column + 1)] = corner(row + 1, column + 1);
        if (!bits[at + wide]) next[corner(row + 1, column + 1)] = corner(row + 1, column);
        if (!bits[at - 1]) next[corner(row + 1, column)] = corner(row, column);
      }
    }
    const found: Ring[] = [];
    for (let start = 0; start < next.length; start += 1) {
      const line: number[] = [];
      for (let at = start; next[at] !== -1; ) {
        line.push(at);
        const to = next[at] ?? -1;
        next[at] = -1;
        at = to;
      }
      if (line.length > 0) found.push(straight(line).map((at) => this.#place(at, picture)));
    }
    return found;
  }

  #place(at: number, picture: Size): Corner {
    const across = (value: number, most: number): number => Math.min(most, Math.max(0, Math.round(value * this.cell * GRAIN) / GRAIN));
    return [across(this.left + (at % (this.wide + 1)), picture.width), across(this.top + Math.floor(at / (this.wide + 1)), picture.height)];
  }
}

/** The corners of a line of steps, without those it goes straight through. */
function straight(line: readonly number[]): number[] {
  return line.filter((at, index) => {
    const before = line[(index + line.length - 1) % line.length] ?? at;
    const after = line[(index + 1) % line.length] ?? at;
    return at - before !== after - at;
  });
}

/** With fewer corners, none of the old ones farther than `slack` from the line (Ramer 1972, Douglas and Peucker 1973). */
export function simpler(ring: Ring, slack: number): Ring {
  const far = ring.reduce((best, [x, y], at) => {
    const [sx, sy] = ring[0] ?? [0, 0];
    const [bx, by] = ring[best] ?? [0, 0];
    return Math.hypot(x - sx, y - sy) > Math.hypot(bx - sx, by - sy) ? at : best;
  }, 0);
  const kept = new Set([0, far]);
  const pending: [number, number][] = [[0, far], [far, ring.length]];
  for (let span = pending.pop(); span; span = pending.pop()) {
    const [from, to] = span;
    const [ax, ay] = ring[from] ?? [0, 0];
    const [bx, by] = ring[to % ring.length] ?? [0, 0];
    const length = Math.hypot(bx - ax, by - ay);
    let [most, at] = [slack, -1];
    for (let one = from + 1; one < to; one += 1) {
      const [x, y] = ring[one] ?? [0, 0];
      const away = length === 0 ? Math.hypot(x - ax, y - ay) : Math.abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length;
      if (away > most) [most, at] = [away, one];
    }
    if (at < 0) continue;
    kept.add(at);
    pending.push([from, at], [at, to]);
  }
  return ring.filter((_, at) => kept.has(at));
}

const clockwise = (ring: Ring): boolean => !goesLeft(ring);

/** The region with as few corners as keep it sound; null where none are few enough. */
function smoothed({ points, holes = [] }: Region, cell: number): Region | null {
  for (const slack of SLACK) {
    const outline = simpler(points, slack * cell);
    const inner = holes.map((hole) => simpler(hole, slack * cell)).filter((hole) => hole.length >= 3);
    const count = [outline, ...inner].reduce((sum, ring) => sum + ring.length, 0);
    if (count <= MOST_CORNERS && outline.length >= 3 && isSimple(outline) && fits(outline, inner)) return inner.length > 0 ? { points: outline, holes: inner } : { points: outline };
  }
  return null;
}

/**
 * The regions left of these once a line of the brush was painted (`adds`) or rubbed out; the biggest first. Specks and
 * pinholes smaller than `smallest` are left out. Null where what was painted is too ragged to be an outline.
 */
export function brushed(before: Region | null, line: readonly Point[], radius: number, adds: boolean, picture: Size, smallest: number): readonly Region[] | null {
  const xs = line.map(({ x }) => x);
  const ys = line.map(({ y }) => y);
  const painted: Bounds = { x0: Math.min(...xs) - radius, y0: Math.min(...ys) - radius, x1: Math.max(...xs) + radius, y1: Math.max(...ys) + radius };
  const old = before ? bounds(before.points) : painted;
  const place = adds ? { x0: Math.min(old.x0, painted.x0), y0: Math.min(old.y0, painted.y0), x1: Math.max(old.x1, painted.x1), y1: Math.max(old.y1, painted.y1) } : old;
  const inside = (value: number, most: number): number => Math.min(most, Math.max(0, value));
  const mask = new Mask({ x0: inside(place.x0, picture.width), y0: inside(place.y0, picture.height), x1: inside(place.x1, picture.width), y1: inside(place.y1, picture.height) }, radius);
  if (before) mask.fill(before);
  mask.stroke(line, radius, adds ? 1 : 0);
  const speck = Math.max(smallest, 4 * mask.cell ** 2);
  const rings = mask.lines(picture).filter((ring) => area(ring) >= speck);
  const outlines = rings.filter(clockwise).sort((a, b) => area(b) - area(a));
  const holes = rings.filter((ring) => !clockwise(ring));
  const regions = outlines.map((points) => smoothed({ points, holes: holes.filter((hole) => belongs(hole, points, outlines)) }, mask.cell));
  return regions.every((region) => region !== null) ? regions : null;
}

/** Whether a hole is in this outline and in none that lies within it. */
function belongs(hole: Ring, points: Ring, outlines: readonly Ring[]): boolean {
  const [x, y] = hole[0] ?? [0, 0];
  const around = outlines.filter((one) => one.some(([ox, oy]) => ox === x && oy === y) || contains(one, { x, y }));
  return around.at(-1) === points;
}
