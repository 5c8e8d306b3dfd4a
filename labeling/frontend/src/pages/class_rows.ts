/** The row's number in a field's name or id: `classes-3-name`, and `classes-__n__-name` in the template. */
export function renumbered(name: string, index: number): string {
  return name.replace(/-(\d+|__n__)(?=-|$)/, `-${index}`);
}

/** The first color nobody uses; when all are, the one used least. */
export function nextColor(used: readonly number[], colors: number): number {
  const counts = Array.from({ length: colors }, (_, index) => used.filter((color) => color === index + 1).length);
  return counts.indexOf(Math.min(...counts)) + 1;
}
