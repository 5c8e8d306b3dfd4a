/** `select[data-parent]` in the rows of classes: every other row with a name may be above, saved or not. */
import { parentChoices } from "./class_rows.ts";

export function parentsFollow(root: HTMLElement): void {
  const rows = (): HTMLElement[] => [...root.querySelectorAll<HTMLElement>(".classrow")];
  const chosen = new WeakMap<HTMLSelectElement, HTMLElement | null>();
  const read = (row: HTMLElement) => ({
    code: row.querySelector<HTMLInputElement>("[data-code]")?.value ?? "",
    name: row.querySelector<HTMLInputElement>("input[name$='-name']")?.value ?? "",
  });
  const refresh = (): void => {
    const now = rows();
    const choices = parentChoices(now.map(read));
    now.forEach((row, own) => {
      const select = row.querySelector<HTMLSelectElement>("select[data-parent]");
      if (!select) return;
      if (!chosen.has(select)) chosen.set(select, now[choices.findIndex((one) => one.value !== "" && one.value === select.value)] ?? null);
      const above = chosen.get(select) ?? null;
      const none = select.options[0];
      select.replaceChildren(...(none ? [none] : []), ...choices.flatMap((one, at) => (at === own || one.value === "" ? [] : [new Option(one.name, one.value, false, now[at] === above)])));
    });
  };
  root.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLSelectElement) || event.target.dataset["parent"] === undefined) return;
    const values = parentChoices(rows().map(read)).map(({ value }) => value);
    chosen.set(event.target, event.target.value === "" ? null : (rows()[values.indexOf(event.target.value)] ?? null));
  });
  root.addEventListener("input", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.name.endsWith("-name")) refresh();
  });
  root.addEventListener("click", () => refresh());
  refresh();
}
