/**
 * `[data-pick]` beside a field of item numbers opens `#examples`, where items are looked at and chosen. Its
 * `data-examples` is where the items are; "/0/" in it stands for the dataset that the page's form names.
 */
import { numbersIn, toggledNumber } from "./example_numbers.ts";

const RESTS_MS = 300;
const LOADS = new WeakMap<HTMLElement, number>();

export function pickExamples(dialog: HTMLDialogElement): void {
  const list = dialog.querySelector<HTMLElement>("ul");
  const search = dialog.querySelector<HTMLInputElement>("input[type=search]");
  const status = dialog.querySelector<HTMLElement>("[data-count]");
  if (!list || !search || !status || dialog.dataset["ready"] !== undefined) return;
  dialog.dataset["ready"] = "";
  let field: HTMLInputElement | null = null;
  let timer = 0;

  const mark = (): void => {
    const chosen = numbersIn(field?.value ?? "");
    for (const button of list.querySelectorAll<HTMLElement>("[data-item]")) button.setAttribute("aria-pressed", String(chosen.includes(Number(button.dataset["item"]))));
    status.textContent = (status.dataset["count"] ?? "").replace("{n}", String(chosen.length));
  };
  const load = async (cursor = ""): Promise<void> => {
    const turn = (LOADS.get(list) ?? 0) + 1;
    LOADS.set(list, turn);
    const dataset = document.querySelector<HTMLSelectElement>("[name=dataset]")?.value ?? "";
    const address = (dialog.dataset["examples"] ?? "").replace("/0/", `/${dataset}/`);
    const response = await fetch(`${address}?${new URLSearchParams({ q: search.value, cursor })}`).catch(() => null);
    const text = response && (response.ok || response.status === 422) ? await response.text() : null;
    if (LOADS.get(list) !== turn) return;
    if (text === null) {
      status.textContent = status.dataset["failed"] ?? "";
      return;
    }
    const items = document.createRange().createContextualFragment(text);
    const first = items.querySelector<HTMLElement>("button");
    if (cursor) list.querySelector("[data-further]")?.parentElement?.replaceWith(items);
    else list.replaceChildren(items);
    mark();
    if (cursor) first?.focus();
  };

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-pick]") : null;
    const row = button?.closest<HTMLElement>(".field");
    if (!button || !row) return;
    field = row.querySelector("input");
    const about = dialog.querySelector("[data-about]");
    const name = button.closest(".classrow")?.querySelector<HTMLInputElement>("input[name$='-name']")?.value ?? "";
    if (about) about.textContent = [name, row.querySelector("label")?.textContent].filter(Boolean).join(": ");
    search.value = "";
    list.replaceChildren();
    dialog.showModal();
    search.focus();
    void load();
  });
  dialog.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : dialog;
    const item = target.closest<HTMLElement>("[data-item]")?.dataset["item"];
    const further = target.closest<HTMLElement>("[data-further]")?.dataset["further"];
    if (target === dialog || target.closest("[data-close]")) dialog.close();
    if (further) void load(further);
    if (!item || !field) return;
    field.value = toggledNumber(field.value, Number(item));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    mark();
  });
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void load(), RESTS_MS);
  });
  dialog.addEventListener("close", () => field?.focus());
}
