import type { Question } from "./types.ts";

/** Which element of a drawn or marked answer a field speaks of, counted from 0. */
export function elementOf(field: string): number | null {
  const found = /\belements(?:\.|\[)(\d+)/.exec(field);
  return found ? Number(found[1]) : null;
}

/** Which question a field of a server's error speaks of: "answers.damage.elements[2].class" is about "damage". */
export function questionOf(field: string, questions: readonly Question[]): string | null {
  const path = field.replace(/^answers[.[]/, "");
  const about = questions
    .map((question) => question.key)
    .filter((key) => path === key || (path.startsWith(key) && /^[.[\]]/.test(path.slice(key.length))))
    .sort((a, b) => b.length - a.length);
  return about[0] ?? null;
}
