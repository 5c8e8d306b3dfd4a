import { claimPage, postJson } from "./api.ts";
import { open } from "./dialogs.ts";
import { h } from "./dom.ts";
import { t } from "./messages.ts";
import type { Task } from "./types.ts";

/** How many one may take along at once. */
const SIZES = [5, 10, 20] as const;

/** Tasks to work on without a network, their media with them; and until when they are held. */
export interface TakenAlong { readonly tasks: readonly Task[]; readonly due: string | null; readonly message: string }

/** The same task, its pictures and sounds on this device as long as the page is open. */
export async function carried(task: Task): Promise<Task> {
  const parts = await Promise.all(task.item.parts.map(async (part) => {
    if (!part.url || part.url.startsWith("blob:")) return part;
    const response = await fetch(part.url, { credentials: "same-origin", signal: AbortSignal.timeout(60_000) });
    if (!response.ok) throw new Error(String(response.status));
    return { ...part, url: URL.createObjectURL(await response.blob()) };
  }));
  return { ...task, item: { ...task.item, parts } };
}

/** What of a task lies on this device is given up. */
export function letGo(task: Task): void {
  for (const { url } of task.item.parts) if (url?.startsWith("blob:")) URL.revokeObjectURL(url);
}

/** Claims so many more tasks, brings their media here and has them held for hours. One that cannot come is left out. */
export async function takeAlong(claims_url: string, lease_url: string, count: number, holding: readonly number[], told: (n: number) => void): Promise<TakenAlong> {
  const page = await claimPage(claims_url, count, holding);
  if (page.kind !== "page") return { tasks: [], due: null, message: page.kind === "offline" ? t("along_failed") : page.message };
  const tasks: Task[] = [];
  const ends: string[] = [];
  for (const task of page.tasks) {
    try {
      const here = await carried(task);
      const held = await hold(lease_url, task.id, true);
      if (held === null) letGo(here);
      else {
        tasks.push(here);
        ends.push(held);
        told(tasks.length);
      }
    } catch {
      await hold(lease_url, task.id, false);
    }
  }
  return { tasks, due: ends.sort()[0] ?? null, message: page.reason?.message ?? (tasks.length < page.tasks.length ? t("along_failed") : "") };
}

/** Until when a task is held now; null where it is not. */
export async function hold(lease_url: string, task: number, away: boolean): Promise<string | null> {
  const sent = await postJson(lease_url.replace("{task}", String(task)), { away });
  return sent.kind === "done" ? (sent.body as { due: string }).due : null;
}

/** How many to take along: a number, 0 to give back what is here, null to leave all as it is. */
export async function askAlong(here: number, due: string | null): Promise<number | null> {
  let chosen: number | null = null;
  const until = due ? new Intl.DateTimeFormat(document.documentElement.lang || "en", { hour: "2-digit", minute: "2-digit" }).format(new Date(due)) : "";
  const buttons = SIZES.map((size) => h("button", { type: "button", class: size === 10 ? "btn primary" : "btn", click: () => choose(size) }, t("along_n", { n: size })));
  const back = here > 0 ? [h("p", {}, t("along_here", { n: here, time: until })), h("div", { class: "row" }, h("button", { type: "button", class: "btn", click: () => choose(0) }, t("along_back")))] : [];
  const close = h("button", { class: "btn", value: "no" }, t("close"));
  const { dialog, ended } = open(t("along"), [h("div", { class: "stack stack-4" }, h("p", { class: "muted" }, t("along_text")), h("div", { class: "row" }, ...buttons), ...back)], [close]);
  const choose = (size: number): void => {
    chosen = size;
    dialog.close("yes");
  };
  buttons[1]?.focus();
  await ended;
  return chosen;
}
