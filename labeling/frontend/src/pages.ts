/** What server-rendered pages need a script for: copying, the theme, dropping files, class rows, keys. Everything works on swapped-in parts too. */
import { answeredBy } from "./pages/answered_by.ts";
import { classEditor } from "./pages/classes.ts";
import { copyFrom } from "./pages/copy.ts";
import { dropForm } from "./pages/drop.ts";
import { pickExamples } from "./pages/examples.ts";
import { pressKey, writeIn } from "./pages/keys.ts";
import { livePreview } from "./pages/preview.ts";
import { initTheme, nextTheme } from "./pages/theme.ts";
import { waits } from "./pages/waits.ts";

initTheme();

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const copy = target?.closest<HTMLElement>("[data-copy]");
  if (copy) void copyFrom(copy);
  if (target?.closest("[data-theme-toggle]")) nextTheme();
});

document.addEventListener("keydown", pressKey);
document.addEventListener("toggle", writeIn, { capture: true });

/** A confirmation in the page's own words; scripts off, the form is sent as it is. */
document.addEventListener("submit", (event) => {
  const form = event.target instanceof HTMLFormElement ? event.target : null;
  const question = form?.dataset["confirm"];
  if (question && !window.confirm(question)) event.preventDefault();
});

function prepare(root: ParentNode): void {
  for (const form of root.querySelectorAll<HTMLFormElement>("form[data-drop]")) dropForm(form);
  for (const form of root.querySelectorAll("form")) {
    answeredBy(form);
    livePreview(form);
  }
  for (const field of root.querySelectorAll<HTMLElement>("[data-waits]")) waits(field);
  for (const field of root.querySelectorAll<HTMLElement>("[data-classes]")) classEditor(field);
  for (const dialog of root.querySelectorAll<HTMLDialogElement>("dialog[data-examples]")) pickExamples(dialog);
}

prepare(document);
document.addEventListener("htmx:after:swap", () => prepare(document));
