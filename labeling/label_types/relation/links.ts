/** The pure part of the relation editor: links between spans, what a question allows, and where their lines run. */
import type { Json, Spec } from "../../frontend/src/types.ts";
import type { Span } from "../span/spans.ts";

export interface Link { readonly id: string; readonly relation: string; readonly from: string; readonly to: string }

/** `heads`, `tails`: the classes it may go from and to; none, any. A symmetric one points nowhere. */
export interface Relation {
  readonly name: string;
  readonly heads: ReadonlySet<number>;
  readonly tails: ReadonlySet<number>;
  readonly symmetric: boolean;
}

const ONLY: Relation = { name: "related", heads: new Set(), tails: new Set(), symmetric: true };

/** The links of a stored answer; anything else has none. */
export function linksOf(value: Json | undefined): readonly Link[] {
  if (typeof value !== "object" || value === null || !("links" in value)) return [];
  const { links } = value;
  return Array.isArray(links) ? (links as unknown as readonly Link[]) : [];
}

/** As the server reads them: classes by name or by code. */
export function relationsOf(spec: Spec): readonly Relation[] {
  const codes = new Map((spec.classes ?? []).map(({ name, code }) => [name.toLowerCase(), code]));
  const asCodes = (listed: unknown): ReadonlySet<number> =>
    new Set((Array.isArray(listed) ? (listed as readonly (string | number)[]) : []).flatMap((one) => (typeof one === "number" ? [one] : (codes.get(one.trim().toLowerCase()) ?? []))));
  const listed = spec["relations"];
  const read = (Array.isArray(listed) ? (listed as readonly Readonly<Record<string, unknown>>[]) : []).map((one): Relation => ({
    name: String(one["name"]).trim().replace(/\s+/gu, " "), heads: asCodes(one["from"]), tails: asCodes(one["to"]), symmetric: one["symmetric"] === true,
  }));
  return read.length > 0 ? read : [ONLY];
}

/** Whether a link may go between elements of these classes; a symmetric one either way. */
export function allows({ heads, tails, symmetric }: Relation, head: number, tail: number): boolean {
  const takes = (code: number, classes: ReadonlySet<number>): boolean => classes.size === 0 || classes.has(code);
  return (takes(head, heads) && takes(tail, tails)) || (symmetric && takes(tail, heads) && takes(head, tails));
}

/** A link that says the same as this one. */
export function twinOf(links: readonly Link[], link: Link, symmetric: boolean): Link | null {
  return links.find((one) => one.id !== link.id && one.relation === link.relation
    && ((one.from === link.from && one.to === link.to) || (symmetric && one.from === link.to && one.to === link.from))) ?? null;
}

/** Whether the links of its relation lead from where this one ends to where it begins. */
export function closesCircle(links: readonly Link[], link: Link): boolean {
  const waiting = [link.to];
  const met = new Set(waiting);
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (at === link.from) return true;
    for (const one of links) {
      if (one.id === link.id || one.relation !== link.relation || one.from !== at || met.has(one.to)) continue;
      met.add(one.to);
      waiting.push(one.to);
    }
  }
  return false;
}

/** Links whose two ends are still there. */
export function attached(links: readonly Link[], spans: readonly Span[]): readonly Link[] {
  const ids = new Set(spans.map(({ id }) => id));
  return links.every(({ from, to }) => ids.has(from) && ids.has(to)) ? links : links.filter(({ from, to }) => ids.has(from) && ids.has(to));
}

/** Where each line of the text begins and ends, and whether it is read from right to left. */
export interface Page { readonly left: number; readonly right: number; readonly backward: boolean }

/** An end of a link: the so-manieth line of the text, and how far along it. */
export interface End { readonly row: number; readonly x: number }

/** A link's line over one line of text; `heads`, `tails`: whether its beginning and its end are there, and at which side. */
export interface Piece {
  readonly id: string;
  readonly row: number;
  readonly x0: number;
  readonly x1: number;
  readonly from: number | null;
  readonly to: number | null;
}

/** A line between ends on one line of text, or two: one to the end of the upper line, one from the beginning of the lower. */
export function pieces(id: string, from: End, to: End, { left, right, backward }: Page): readonly Piece[] {
  const piece = (row: number, a: number, b: number, begin: number | null, end: number | null): Piece =>
    ({ id, row, x0: Math.min(a, b), x1: Math.max(a, b), from: begin, to: end });
  if (from.row === to.row) return [piece(from.row, from.x, to.x, from.x, to.x)];
  const [ending, beginning] = backward ? [left, right] : [right, left];
  const down = from.row < to.row;
  return [
    piece(from.row, from.x, down ? ending : beginning, from.x, null),
    piece(to.row, to.x, down ? beginning : ending, null, to.x),
  ];
}

/** For every piece the height it runs at, so that none runs over another; short ones lowest. `room`: what its name takes. */
export function heights(all: readonly Piece[], room: (piece: Piece) => number, most: number): ReadonlyMap<Piece, number> {
  const found = new Map<Piece, number>();
  const taken = new Map<string, { readonly x0: number; readonly x1: number }[]>();
  const wide = (piece: Piece): { readonly x0: number; readonly x1: number } => {
    const more = Math.max(0, room(piece) - (piece.x1 - piece.x0)) / 2 + 2;
    return { x0: piece.x0 - more, x1: piece.x1 + more };
  };
  for (const piece of [...all].sort((a, b) => a.x1 - a.x0 - (b.x1 - b.x0) || a.x0 - b.x0)) {
    const own = wide(piece);
    let lane = 0;
    while (lane < most - 1 && taken.get(`${piece.row} ${lane}`)?.some((one) => one.x0 < own.x1 && own.x0 < one.x1)) lane += 1;
    const key = `${piece.row} ${lane}`;
    taken.set(key, [...(taken.get(key) ?? []), own]);
    found.set(piece, lane);
  }
  return found;
}
