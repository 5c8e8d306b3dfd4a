/** The keys a person changed: the page's own chord, and the one that stands for it here. */
import type { Shelf } from "./outbox.ts";
import type { Binding } from "./types.ts";

export type Keymap = Readonly<Record<string, string>>;

let own: Keymap = {};

export function useKeymap(map: Keymap): void {
  own = map;
}

/** The chord this person presses for one of the page's. */
export function chordFor(chord: string): string {
  return own[chord] ?? chord;
}

/** What answers to `to` already, or would take it from `from`; null if nothing does. */
export function clashOf(bindings: readonly Binding[], map: Keymap, from: string, to: string): string | null {
  return bindings.find(({ chord }) => chord !== from && (map[chord] ?? chord) === to)?.says ?? null;
}

/** The map without changes that would give one chord to two things here, and the names of what they would have fallen on. */
export function settled(bindings: readonly Binding[], map: Keymap): { readonly map: Keymap; readonly clashes: readonly string[] } {
  const clashes: string[] = [];
  let kept = map;
  for (const [from, to] of Object.entries(map)) {
    if (!bindings.some(({ chord }) => chord === from)) continue;
    const clash = clashOf(bindings, kept, from, to);
    if (clash === null) continue;
    clashes.push(clash);
    const { [from]: _dropped, ...rest } = kept;
    kept = rest;
  }
  return { map: kept, clashes };
}

/** Keys that stand for one thing by themselves: not one of a row of arrows, not the way through the page. */
export function changeable({ chord, group, shows }: Binding): boolean {
  return group !== undefined && !/Arrow|Tab|Escape|\+$/.test(chord) && (shows === undefined || shows.length === chord.split("+").length);
}

export function readKeymap(shelf: Shelf | null, name: string): Keymap {
  try {
    const read = JSON.parse(shelf?.getItem(name) ?? "{}") as unknown;
    if (typeof read !== "object" || read === null) return {};
    return Object.fromEntries(Object.entries(read).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return {};
  }
}

export function keepKeymap(shelf: Shelf | null, name: string, map: Keymap): void {
  try {
    shelf?.setItem(name, JSON.stringify(map));
  } catch {
    // A full shelf: the keys hold until the page is left.
  }
}
