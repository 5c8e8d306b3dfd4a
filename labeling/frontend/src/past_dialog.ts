import { open } from "./dialogs.ts";
import { h } from "./dom.ts";
import { t } from "./messages.ts";
import type { PastAnswer } from "./past.ts";
import type { Answers, Json, Question, Task } from "./types.ts";

/** What was said, in the classes' names. */
export function wordsOf(answers: Answers, questions: readonly Question[]): string {
  const said = questions.flatMap((question) => (answers[question.key] === undefined ? [] : [words(answers[question.key] as Json, question)]));
  return said.join(" · ");
}

function words(value: Json, question: Question): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return String(value);
  const given = value as Readonly<Record<string, Json>>;
  if (typeof given["text"] === "string") return given["text"].slice(0, 120);
  const counted = new Map<number, number>();
  for (const code of codes(given)) counted.set(code, (counted.get(code) ?? 0) + 1);
  const linked = new Map<string, number>();
  for (const name of relations(given)) linked.set(name, (linked.get(name) ?? 0) + 1);
  if (counted.size === 0) return t("nothing_said");
  const name = (code: number): string => question.spec.classes?.find((cls) => cls.code === code)?.name ?? `#${code}`;
  return [...[...counted].map(([code, n]) => [name(code), n] as const), ...linked].map(([said, n]) => (n > 1 ? `${said} × ${n}` : said)).join(", ");
}

/** What the links between elements say. */
function relations(given: Readonly<Record<string, Json>>): string[] {
  const links = given["links"];
  return Array.isArray(links) ? links.map((link) => String((link as Readonly<Record<string, Json>>)["relation"])) : [];
}

function codes(given: Readonly<Record<string, Json>>): number[] {
  const elements = given["elements"];
  if (Array.isArray(elements)) return elements.map((element) => Number((element as Readonly<Record<string, Json>>)["class"]));
  for (const name of ["class", "level"]) if (typeof given[name] === "number") return [given[name]];
  const several = given["classes"];
  return Array.isArray(several) ? several.map(Number) : [];
}

/** What tells an item from the others where its name is hidden. */
function face(task: Task): HTMLElement {
  const picture = task.item.parts.find((part) => part.kind === "image" && part.url);
  if (picture?.url) return h("img", { class: "face", src: picture.url, alt: "", loading: "lazy" });
  const text = task.item.parts.find((part) => part.text)?.text ?? Object.values(task.item.fields).map(String).join(", ");
  return h("span", { class: "face clip" }, text.slice(0, 80));
}

/** Lets somebody choose one of their last answers; null where they would rather stay. */
export async function askPast(list: readonly PastAnswer[], questions: readonly Question[], now: number | null): Promise<PastAnswer | null> {
  const at = new Intl.DateTimeFormat(document.documentElement.lang || "en", { hour: "2-digit", minute: "2-digit", day: "numeric", month: "short" });
  let chosen: PastAnswer | null = null;
  const rows = list.map((past) => {
    const row = h(
      "button",
      { type: "button", class: "pastrow", "aria-current": past.task.id === now ? "true" : null },
      face(past.task),
      h("span", { class: "grow" }, h("b", { class: "med clip" }, wordsOf(past.answers, questions)), h("span", { class: "note" }, [past.task.item.key, at.format(new Date(past.submitted_at)), past.revision > 0 ? t("corrected") : ""].filter(Boolean).join(" · "))),
    );
    return h("li", {}, row);
  });
  const body = rows.length > 0 ? h("ul", { class: "pastlist" }, ...rows) : h("p", { class: "muted" }, t("past_none"));
  const stay = h("button", { class: "btn", value: "no" }, t("close"));
  const { dialog, ended } = open(t("past_title"), [h("div", { class: "stack stack-4" }, h("p", { class: "sm muted" }, t("past_text")), body)], [stay]);
  rows.forEach((row, index) => row.firstElementChild?.addEventListener("click", () => {
    chosen = list[index] ?? null;
    dialog.close("yes");
  }));
  dialog.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    const buttons = [...dialog.querySelectorAll<HTMLButtonElement>(".pastrow")];
    const next = buttons[Math.max(0, Math.min(buttons.length - 1, buttons.indexOf(document.activeElement as HTMLButtonElement) + step))];
    next?.focus();
    event.preventDefault();
  });
  dialog.querySelector<HTMLButtonElement>(".pastrow")?.focus();
  await ended;
  return chosen;
}
