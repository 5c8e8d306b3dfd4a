/** The row's number in a field's name or id: `classes-3-name`, and `classes-__n__-name` in the template. */
export function renumbered(name: string, index: number): string {
  return name.replace(/-(\d+|__n__)(?=-|$)/, `-${index}`);
}

/** The first color nobody uses; when all are, the one used least. */
export function nextColor(used: readonly number[], colors: number): number {
  const counts = Array.from({ length: colors }, (_, index) => used.filter((color) => color === index + 1).length);
  return counts.indexOf(Math.min(...counts)) + 1;
}

/** What stands for each row as the parent of another: its code, or its name while it has none; nothing for a blank row. */
export function parentChoices(rows: readonly { readonly code: string; readonly name: string }[]): readonly { readonly value: string; readonly name: string }[] {
  return rows.map(({ code, name }) => ({ value: name.trim() === "" ? "" : code || `=${name.trim()}`, name: name.trim() }));
}
