/** The pure part of the record editor: the declared fields, what was typed into them, and what is wrong with it. */
import type { Json, Spec } from "../../frontend/src/types.ts";

export interface Field {
  readonly name: string;
  readonly kind: "text" | "number" | "choice" | "date" | "yes_no";
  readonly label?: string;
  readonly required?: boolean;
  readonly min?: number | string;
  readonly max?: number | string;
  readonly whole?: boolean;
  readonly max_length?: number;
  readonly options?: readonly string[];
}

export type Filled = Readonly<Record<string, string | number | boolean>>;

/** As on the server: where nothing is declared, one line of text. */
export function fieldsOf(spec: Spec): readonly Field[] {
  const { fields } = spec;
  return Array.isArray(fields) && fields.length > 0 ? (fields as readonly Field[]) : [{ name: "text", kind: "text" }];
}

export function labelOf({ name, label }: Field): string {
  return label || name.replaceAll("_", " ");
}

export function filledOf(value: Json | undefined): Filled {
  if (typeof value !== "object" || value === null || !("fields" in value)) return {};
  const { fields } = value;
  return typeof fields === "object" && fields !== null && !Array.isArray(fields) ? (fields as Filled) : {};
}

/** The answer with one field changed; an emptied form is no answer. */
export function withField(filled: Filled, name: string, entered: string | number | boolean | undefined): Json | undefined {
  const { [name]: _before, ...others } = filled;
  const fields = entered === undefined ? others : { ...others, [name]: entered };
  return Object.keys(fields).length > 0 ? { fields } : undefined;
}

/** What typing makes of the field; what is no number stays as it is, to be told about. */
export function typed(field: Field, text: string): string | number | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  if (field.kind !== "number") return field.kind === "text" ? text : trimmed;
  const number = Number(trimmed.replace(",", "."));
  return /\d/.test(trimmed) && Number.isFinite(number) ? number : trimmed;
}

export type Fault = { readonly why: "needed" | "no_number" | "no_whole" | "length" } | { readonly why: "least" | "most"; readonly limit: number | string };

/** Why the field cannot be sent as it is, or null. */
export function faultOf(field: Field, entered: string | number | boolean | undefined): Fault | null {
  if (entered === undefined) return field.required === false ? null : { why: "needed" };
  if (field.kind === "number" && typeof entered !== "number") return { why: "no_number" };
  if (field.kind === "number" && field.whole && !Number.isInteger(entered)) return { why: "no_whole" };
  if (field.kind === "text" && [...String(entered).trim()].length > (field.max_length ?? 200)) return { why: "length" };
  if (field.kind !== "number" && field.kind !== "date") return null;
  if (field.min !== undefined && field.min !== null && entered < field.min) return { why: "least", limit: field.min };
  if (field.max !== undefined && field.max !== null && entered > field.max) return { why: "most", limit: field.max };
  return null;
}
