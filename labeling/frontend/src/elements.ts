/** Values that are lists of elements, whatever their geometry. */
import type { Json } from "./types.ts";

export interface Element<G> {
  readonly id: string;
  readonly class: number;
  readonly part: string;
  readonly geometry: G;
  readonly attributes: Readonly<Record<string, Json>>;
}

/** The elements of a stored answer; anything else has none. */
export function elementsOf<G>(value: Json | undefined): readonly Element<G>[] {
  if (typeof value !== "object" || value === null || !("elements" in value)) return [];
  const { elements } = value;
  return Array.isArray(elements) ? (elements as unknown as readonly Element<G>[]) : [];
}

export function classesIn(value: Json | undefined): readonly number[] {
  return elementsOf(value).map((one) => one.class);
}

export function asValue<G>(elements: readonly Element<G>[]): Json {
  return { elements: elements as unknown as readonly Json[] };
}

export function replaced<G>(elements: readonly Element<G>[], changed: Element<G>): readonly Element<G>[] {
  return elements.map((one) => (one.id === changed.id ? changed : one));
}

/** The neighbor in the list; null past either end, so that Tab can leave. */
export function neighbor<E extends { readonly id: string }>(elements: readonly E[], id: string | null, step: 1 | -1): E | null {
  const at = elements.findIndex((one) => one.id === id);
  if (at < 0) return (step > 0 ? elements[0] : elements[elements.length - 1]) ?? null;
  return elements[at + step] ?? null;
}
