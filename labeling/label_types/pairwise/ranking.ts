/** The pure part of the pairwise editor: which parts are compared, in which order they are shown, and how they rank. */
import type { Item, Json, Part, Spec } from "../../frontend/src/types.ts";

export type Groups = readonly (readonly number[])[];

export interface Ranking {
  readonly groups: Groups;
  readonly strength: number | null;
  readonly shown: readonly number[];
}

/** A part that is compared, and the class that stands for it. */
export interface Contender {
  readonly code: number;
  readonly name: string;
  readonly part: Part;
}

const codes = (raw: unknown): readonly number[] => (Array.isArray(raw) ? raw.filter((code): code is number => typeof code === "number") : []);

export function rankingOf(value: Json | undefined): Ranking | null {
  if (typeof value !== "object" || value === null || !("ranking" in value) || !Array.isArray(value.ranking)) return null;
  const { strength, shown } = value as { readonly strength?: Json; readonly shown?: Json };
  return { groups: value.ranking.map(codes), strength: typeof strength === "number" ? strength : null, shown: codes(shown) };
}

export function asValue({ groups, strength, shown }: Ranking): Json | undefined {
  if (groups.length === 0) return undefined;
  return { ranking: groups, ...(strength === null ? {} : { strength }), shown };
}

/** As on the server: the class with the lowest code stands for the first part named, or the first by name. */
export function contenders(spec: Spec, item: Item): readonly Contender[] {
  const named = Array.isArray(spec["parts"]) ? (spec["parts"] as readonly string[]) : null;
  const roles = named ?? [...new Set(item.parts.map(({ role }) => role))].sort();
  const classes = [...(spec.classes ?? [])].sort((a, b) => a.code - b.code);
  const found = classes.flatMap(({ code, name }, at): Contender[] => {
    const part = item.parts.find(({ role }) => role === roles[at]);
    return part ? [{ code, name, part }] : [];
  });
  return found.length < (named ? classes.length : 2) ? [] : found;
}

/** The same order for the same words, and any order as likely as another (Fisher and Yates). */
export function shuffled<T>(all: readonly T[], words: string): readonly T[] {
  let state = 2166136261;
  for (const letter of words) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 16777619);
  const next = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  const order = [...all];
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = next(at + 1);
    [order[at], order[other]] = [order[other] as T, order[at] as T];
  }
  return order;
}

/** One answer on the scale between two: the side by its place on the page, or null for equals. */
export interface Step {
  readonly side: 0 | 1 | null;
  readonly strength: number;
}

/** From the left as strongly as can be said, over equals, to the right. */
export function steps(strength: number, ties: boolean): readonly Step[] {
  const up = Array.from({ length: strength }, (_, at) => at + 1);
  const left = [...up].reverse().map((level): Step => ({ side: 0, strength: level }));
  return [...left, ...(ties ? [{ side: null, strength: 0 }] : []), ...up.map((level): Step => ({ side: 1, strength: level }))];
}

/** What a step says of two that stand on the page in the order `shown`. */
export function preferred({ side, strength }: Step, shown: readonly number[], most: number): Ranking {
  const [left = 0, right = 0] = shown;
  if (side === null) return { groups: [[left, right].sort((a, b) => a - b)], strength: null, shown };
  return { groups: side === 0 ? [[left], [right]] : [[right], [left]], strength: most > 1 ? strength : null, shown };
}

export function stepOf({ groups, strength }: Ranking, shown: readonly number[]): Step {
  if (groups.length < 2) return { side: null, strength: 0 };
  return { side: groups[0]?.[0] === shown[0] ? 0 : 1, strength: strength ?? 1 };
}

/** Ranked next; the last one that is left follows by itself. */
export function placed(groups: Groups, code: number, all: readonly number[]): Groups {
  const next = [...groups, [code]];
  const left = all.filter((one) => !next.flat().includes(one));
  return left.length === 1 ? [...next, left] : next;
}

/** One step better (-1) or worse (1): among the equals there if the question takes any, and then past them. */
export function moved(groups: Groups, code: number, by: -1 | 1, ties: boolean): Groups {
  const at = groups.findIndex((group) => group.includes(code));
  const own = groups[at];
  if (!own) return groups;
  if (own.length > 1) {
    const rest = own.filter((one) => one !== code);
    return groups.flatMap((group, index): Groups => (index !== at ? [group] : by < 0 ? [[code], rest] : [rest, [code]]));
  }
  const beside = groups[at + by];
  if (!beside) return groups;
  if (!ties) return groups.map((group, index) => (index === at ? beside : index === at + by ? own : group));
  const joined = [...beside, code].sort((a, b) => a - b);
  return groups.flatMap((group, index): Groups => (index === at ? [] : [index === at + by ? joined : group]));
}

/** The place of each, equals sharing one: 1, 2, 2, 4. */
export function places(groups: Groups): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const group of groups) {
    const place = found.size + 1;
    for (const code of group) found.set(code, place);
  }
  return found;
}
