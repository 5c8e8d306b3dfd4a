/** The items a field names: "12, #14". */
export function numbersIn(typed: string): readonly number[] {
  return [...typed.matchAll(/\d+/g)].map(([number]) => Number(number));
}

/** The field with one item more, or without it if it was there; what else was typed stays. */
export function toggledNumber(typed: string, item: number): string {
  const words = typed.split(/[\s,]+/).filter(Boolean);
  const others = words.filter((word) => Number(word.replace(/^#/, "")) !== item);
  return (others.length < words.length ? others : [...words, String(item)]).join(", ");
}
