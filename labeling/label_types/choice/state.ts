import type { Json } from "../../frontend/src/types.ts";

/** The class code of a stored answer, or null for anything else. */
export function chosenCode(value: Json | undefined): number | null {
  if (typeof value !== "object" || value === null || !("class" in value)) return null;
  return typeof value.class === "number" ? value.class : null;
}

/** What a press of a class's key makes of the answer: pressed again, an optional one is taken back. */
export function toggled(value: Json | undefined, code: number, optional: boolean): { readonly class: number } | undefined {
  return optional && chosenCode(value) === code ? undefined : { class: code };
}
