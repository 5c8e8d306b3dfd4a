import { clockText } from "./activity.ts";
import { h, icon, keepFocus, printed } from "./dom.ts";
import { chordFor } from "./keymap.ts";
import { t } from "./messages.ts";
import type { OutboxState } from "./outbox.ts";

export type Action = "undo" | "redo" | "skip" | "flag" | "submit" | "help" | "past" | "along";

function need(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the label page has no #${id}`);
  return element;
}

/** The page around the work: counter, timer, state, buttons, notices. The template renders it; this keeps it true. */
export class Frame {
  readonly bar = need("bar");
  readonly left = need("left");
  readonly stage = need("stage");
  readonly right = need("right");
  readonly foot = need("foot");
  readonly status = need("status");
  readonly #notices = h("div", { class: "notices" });
  readonly #toasts = h("div", { class: "toasts" });
  readonly #buttons = new Map<Action, HTMLButtonElement>();

  constructor(run: (action: Action) => void) {
    for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-action]")) {
      const action = button.dataset["action"] as Action;
      this.#buttons.set(action, button);
      button.addEventListener("click", () => run(action));
      if (action !== "help" && action !== "past" && action !== "along") keepFocus(button);
    }
  }

  enable(action: Action, possible: boolean): void {
    const button = this.#buttons.get(action);
    if (button) button.disabled = !possible;
  }

  /** The keys that this person presses for the page's buttons. */
  showKeys(chords: Readonly<Partial<Record<Action, string>>>): void {
    for (const [action, chord] of Object.entries(chords)) {
      const key = this.#buttons.get(action as Action)?.querySelector("kbd");
      if (key) key.textContent = printed(chordFor(chord));
    }
  }

  reveal(action: Action, shown: boolean): void {
    const button = this.#buttons.get(action);
    if (button) button.hidden = !shown;
  }

  /** An emptied stage and sides, ready for the next item. */
  clear(calm: boolean): void {
    this.stage.replaceChildren(this.#notices, this.#toasts);
    this.stage.classList.toggle("calmstage", calm);
    this.left.replaceChildren();
  }

  /** The left column takes room only while there is something in it. */
  showLeft(): void {
    this.left.hidden = this.left.childElementCount === 0;
    this.left.parentElement?.classList.toggle("noleft", this.left.hidden);
  }

  counter(done: number, total: number, minutes: number | null): void {
    const progress = this.bar.querySelector("progress");
    const [count, left] = this.bar.querySelectorAll<HTMLElement>(".counter > span");
    if (progress) {
      progress.max = Math.max(total, 1);
      progress.value = done;
    }
    if (count) count.textContent = t("n_of_total", { n: done, total });
    if (left) left.textContent = minutes === null ? "" : t("minutes_left", { n: minutes });
  }

  /** How many items were taken along and are still here. */
  carried(count: number): void {
    const place = this.#buttons.get("along")?.querySelector(".count");
    if (place) place.textContent = count > 0 ? String(count) : "";
  }

  timer(active_ms: number): void {
    const timer = document.getElementById("timer");
    const text = clockText(active_ms);
    if (timer && timer.textContent !== text) timer.textContent = text;
  }

  state({ phase, waiting }: OutboxState): void {
    const root = document.getElementById("state");
    if (!root) return;
    const faces = {
      saved: ["saved", t("saved"), t("saved_text"), "good"],
      sending: ["sending", t("sending"), t("kept_here"), ""],
      offline: ["offline", t("offline"), t("offline_text", { n: waiting }), "warn"],
      lapsed: ["offline", t("kept_here"), t("session_text"), "bad"],
    } as const;
    const [name, word, title, tone] = faces[phase];
    const signature = `${phase}${waiting}`;
    if (root.dataset["signature"] === signature) return;
    root.dataset["signature"] = signature;
    root.className = `state ${tone}`.trim();
    root.title = waiting > 0 ? `${title} ${t("answers_waiting", { n: waiting })}` : title;
    const count = waiting > 0 ? ` (${waiting})` : "";
    root.replaceChildren(icon(name, phase === "sending" ? "turn" : ""), h("span", { class: "wide-only" }, word + count), h("span", { class: "sr narrow-only" }, word + count));
  }

  /** A message that stays until it is solved; one per id. */
  notice(id: string, tone: "info" | "warn" | "bad", title: string, text: string, action?: { label: string; run: () => void }): void {
    this.dismiss(id);
    const button = action ? h("button", { type: "button", class: "btn", click: action.run }, action.label) : null;
    this.#notices.append(h("div", { class: `banner ${tone}`, "data-notice": id, role: tone === "info" ? "status" : "alert" }, icon(tone === "bad" ? "warning" : tone === "info" ? "info" : "offline"), h("div", {}, h("b", {}, title), ` ${text}`), button));
  }

  holds(id: string): boolean {
    return this.#notices.querySelector(`[data-notice="${id}"]`) !== null;
  }

  dismiss(id: string): void {
    for (const notice of this.#notices.querySelectorAll<HTMLElement>("[data-notice]")) if (notice.dataset["notice"] === id) notice.remove();
  }

  toast(text: string, shown_ms = 5000): void {
    const toast = h("div", { class: "toast" }, h("span", {}, text));
    this.#toasts.append(toast);
    setTimeout(() => toast.remove(), shown_ms);
  }

  empty(title: string, text: string, actions: readonly HTMLElement[]): void {
    this.clear(true);
    const heading = h("h2", { tabindex: "-1" }, title);
    this.stage.append(h("div", { class: "empty fill" }, icon("check"), heading, h("p", {}, text), h("div", { class: "row" }, ...actions)));
    heading.focus();
  }
}
