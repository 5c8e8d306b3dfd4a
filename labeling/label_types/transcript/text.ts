/** The pure part of the transcript editor: what was written, and where it differs from what the project agreed on. */
import type { Json } from "../../frontend/src/types.ts";

/** "Um," and not "Um...", because a filled pause ends in a comma. */
export interface Convention {
  readonly write: string;
  readonly not: readonly string[];
  readonly because?: string;
}

export interface Breach {
  readonly at: number;
  readonly found: string;
  readonly write: string;
  readonly because: string;
}

export function textOf(value: Json | undefined): string | null {
  if (typeof value !== "object" || value === null || !("text" in value)) return null;
  return typeof value.text === "string" ? value.text : null;
}

/** What the server keeps: composed letters, every run of blanks one blank. */
export function kept(text: string): string {
  return text.normalize("NFC").trim().replace(/\s+/gu, " ");
}

/** How many characters count. */
export function lengthOf(text: string): number {
  return [...kept(text)].length;
}

/** What typing makes of the answer: an emptied field is no answer, since "nothing was said" is said on purpose. */
export function typed(text: string): Json | undefined {
  return kept(text) === "" ? undefined : { text };
}

const LETTER = /[\p{L}\p{M}\p{N}_]/u;

function isLower(letter: string): boolean {
  return letter !== letter.toUpperCase();
}

function recased(text: string, lower: boolean): string {
  const [first = "", ...rest] = [...text];
  return (lower ? first.toLowerCase() : first.toUpperCase()) + rest.join("");
}

/** A letter or digit on both sides of the edge: the edge is inside a word. */
function inside(before: string | undefined, after: string | undefined): boolean {
  return before !== undefined && after !== undefined && LETTER.test(before) && LETTER.test(after);
}

/** Every place that is written otherwise than agreed, in reading order, none overlapping another; the longest wins. */
export function breaches(text: string, conventions: readonly Convention[]): readonly Breach[] {
  const found: Breach[] = [];
  for (const { write, not, because = "" } of conventions) {
    for (const wrong of not) {
      const onlyCase = wrong.toLowerCase() === write.toLowerCase();
      const forms = onlyCase ? [[wrong, write]] : [...new Set([wrong, recased(wrong, true), recased(wrong, false)])].map((form) => [form, cased(form, wrong, write)]);
      for (const [form = "", better = ""] of forms) {
        for (let at = text.indexOf(form); at >= 0 && form !== ""; at = text.indexOf(form, at + 1)) {
          const end = at + form.length;
          if (inside(text[at - 1], text[at]) || inside(text[end - 1], text[end])) continue;
          if (text.startsWith(better, at) && better.length >= form.length) continue;
          found.push({ at, found: form, write: better, because });
        }
      }
    }
  }
  found.sort((a, b) => a.at - b.at || b.found.length - a.found.length);
  return found.filter((one, index) => index === 0 || found.slice(0, index).every((before) => before.at + before.found.length <= one.at || before.at > one.at));
}

/** The agreed words, begun as large or small as the person began theirs where that differs from the convention's own. */
function cased(form: string, wrong: string, write: string): string {
  if (form === wrong) return write;
  return recased(write, isLower([...form][0] ?? ""));
}

export function mended(text: string, { at, found, write }: Breach): string {
  return text.slice(0, at) + write + text.slice(at + found.length);
}

/** The conventions out of a question's settings; what is not one is left out. */
export function conventionsOf(raw: unknown): readonly Convention[] {
  return Array.isArray(raw) ? (raw as readonly Convention[]).filter((one) => typeof one?.write === "string" && Array.isArray(one.not)) : [];
}
