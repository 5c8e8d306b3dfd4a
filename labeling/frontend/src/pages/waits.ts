/** Of the questions that this one may wait for, only the chosen one's classes are offered. */
export function waits(root: HTMLElement): void {
  const choice = root.querySelector("select");
  if (!choice || root.dataset["ready"] !== undefined) return;
  root.dataset["ready"] = "";
  const show = (): void => {
    for (const row of root.querySelectorAll<HTMLElement>("[data-waits-for]")) row.hidden = row.dataset["waitsFor"] !== choice.value;
  };
  choice.addEventListener("change", show);
  show();
}
