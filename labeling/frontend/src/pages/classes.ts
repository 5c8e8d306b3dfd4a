/**
 * `<div data-classes>` holds `.classrows` and `<template data-class-row>`. Each row carries inputs whose names contain
 * `__n__` in the template; `[data-move]` (up, down), `[data-remove]`, `[data-color]` (a button over a hidden input) and
 * the container's `[data-add]` are buttons. Rows are renumbered, so that their order is what is sent.
 * A hidden input `[data-code]` keeps the class's stable code; an added row has none and the server gives it one.
 */
import { nextColor, renumbered } from "./class_rows.ts";
import { parentsFollow } from "./parents.ts";

const COLORS = 12;

export function classEditor(root: HTMLElement): void {
  if (root.dataset["ready"] !== undefined) return;
  root.dataset["ready"] = "";
  const rows = root.querySelector<HTMLElement>(".classrows");
  const template = root.querySelector<HTMLTemplateElement>("template[data-class-row]");
  if (!rows || !template) return;
  parentsFollow(root);
  root.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLButtonElement>("button") : null;
    if (!button) return;
    const row = button.closest<HTMLElement>(".classrow");
    if (button.dataset["add"] !== undefined) add(rows, template);
    else if (row && button.dataset["remove"] !== undefined) remove(rows, row);
    else if (row && button.dataset["move"]) move(row, button);
    else if (row && button.dataset["color"] !== undefined) pick(row, button);
    else if (row && button.dataset["swatch"]) choose(row, button);
    else return;
    renumber(rows);
    root.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function renumber(rows: HTMLElement): void {
  [...rows.querySelectorAll<HTMLElement>(".classrow")].forEach((row, index) => {
    for (const field of row.querySelectorAll<HTMLElement>("[name], [id], [for], [aria-describedby]"))
      for (const attribute of ["name", "id", "for", "aria-describedby"]) {
        const value = field.getAttribute(attribute);
        if (value) field.setAttribute(attribute, renumbered(value, index));
      }
  });
  const total = rows.closest("[data-classes]")?.querySelector<HTMLInputElement>("[data-total]");
  if (total) total.value = String(rows.querySelectorAll(".classrow").length);
}

function add(rows: HTMLElement, template: HTMLTemplateElement): void {
  const row = (template.content.cloneNode(true) as DocumentFragment).querySelector<HTMLElement>(".classrow");
  if (!row) return;
  const used = [...rows.querySelectorAll<HTMLInputElement>("[data-color-value]")].map((input) => Number(input.value));
  paint(row, nextColor(used, COLORS));
  rows.append(row);
  row.querySelector<HTMLInputElement>("input:not([type=hidden])")?.focus();
}

function remove(rows: HTMLElement, row: HTMLElement): void {
  const near = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  (near?.querySelector<HTMLElement>("[data-remove]") ?? rows.parentElement?.querySelector<HTMLElement>("[data-add]"))?.focus();
}

function move(row: HTMLElement, button: HTMLButtonElement): void {
  const near = button.dataset["move"] === "up" ? row.previousElementSibling : row.nextElementSibling;
  if (!near) return;
  if (button.dataset["move"] === "up") near.before(row);
  else near.after(row);
  button.focus();
}

function paint(row: HTMLElement, color: number): void {
  const value = row.querySelector<HTMLInputElement>("[data-color-value]");
  if (value) value.value = String(color);
  const swatch = row.querySelector<HTMLElement>("[data-color] .swatch");
  if (swatch) swatch.className = `swatch c${color}`;
}

function pick(row: HTMLElement, button: HTMLButtonElement): void {
  const open = row.querySelector<HTMLElement>(".swatches");
  if (open) {
    open.remove();
    button.setAttribute("aria-expanded", "false");
    return;
  }
  const chosen = Number(row.querySelector<HTMLInputElement>("[data-color-value]")?.value);
  const palette = document.createElement("div");
  palette.className = "swatches";
  palette.setAttribute("role", "group");
  palette.setAttribute("aria-label", button.getAttribute("aria-label") ?? "");
  for (let color = 1; color <= COLORS; color += 1) {
    const option = Object.assign(document.createElement("button"), { type: "button" });
    option.dataset["swatch"] = String(color);
    option.setAttribute("aria-label", String(color));
    option.setAttribute("aria-pressed", String(color === chosen));
    option.append(Object.assign(document.createElement("span"), { className: `swatch c${color}` }));
    palette.append(option);
  }
  palette.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    palette.remove();
    button.setAttribute("aria-expanded", "false");
    button.focus();
  });
  button.after(palette);
  button.setAttribute("aria-expanded", "true");
  (palette.querySelector<HTMLElement>("[aria-pressed=true]") ?? palette.querySelector<HTMLElement>("button"))?.focus();
}

function choose(row: HTMLElement, option: HTMLButtonElement): void {
  paint(row, Number(option.dataset["swatch"]));
  option.closest(".swatches")?.remove();
  const button = row.querySelector<HTMLButtonElement>("[data-color]");
  button?.setAttribute("aria-expanded", "false");
  button?.focus();
}
