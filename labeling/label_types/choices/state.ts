/** The pure part of the choices editor: which classes are chosen, in the question's order. */
import type { Json, Spec } from "../../frontend/src/types.ts";

/** The class codes of a stored answer, or null for anything else: an empty list says that none applies. */
export function chosenCodes(value: Json | undefined): readonly number[] | null {
  if (typeof value !== "object" || value === null || !("classes" in value) || !Array.isArray(value.classes)) return null;
  return (value.classes as readonly Json[]).filter((code): code is number => typeof code === "number");
}

const least = (spec: Spec): number => spec.min ?? 0;
const most = (spec: Spec): number => spec.max ?? (spec.classes ?? []).length;

/** The answer after a class was pressed: in or out, the rest kept. The last one out leaves the question unanswered. */
export function toggled(value: Json | undefined, code: number, spec: Spec): Json | undefined {
  const before = chosenCodes(value) ?? [];
  const after = before.includes(code) ? before.filter((one) => one !== code) : [...before, code];
  if (after.length === 0) return undefined;
  const order = (spec.classes ?? []).map((cls) => cls.code);
  return { classes: [...after].sort((a, b) => order.indexOf(a) - order.indexOf(b)) };
}

/** Whether "none of these" is an answer here. */
export const mayBeNone = (spec: Spec): boolean => least(spec) === 0;

/** How many may be chosen, where that is not simply any number. */
export function limits(spec: Spec): { readonly min: number | null; readonly max: number | null } {
  const all = (spec.classes ?? []).length;
  return { min: least(spec) > 0 ? least(spec) : null, max: most(spec) < all ? most(spec) : null };
}

/** What keeps the answer from being sent: how many are too few or too many. */
export function wrongCount(value: Json | undefined, spec: Spec): { readonly too: "few" | "many"; readonly n: number } | null {
  const chosen = chosenCodes(value);
  if (chosen === null) return null;
  if (chosen.length < least(spec)) return { too: "few", n: least(spec) };
  return chosen.length > most(spec) ? { too: "many", n: most(spec) } : null;
}
