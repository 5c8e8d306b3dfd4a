/** The pure part of the rating editor: one level of a scale, lowest first. */
import type { Json } from "../../frontend/src/types.ts";

/** The level of a stored answer, or null for anything else. */
export function levelOf(value: Json | undefined): number | null {
  if (typeof value !== "object" || value === null || !("level" in value)) return null;
  return typeof value.level === "number" ? value.level : null;
}

/** What a press of a level's key makes of the answer: pressed again, an optional one is taken back. */
export function rated(value: Json | undefined, level: number, optional: boolean): { readonly level: number } | undefined {
  return optional && levelOf(value) === level ? undefined : { level };
}
