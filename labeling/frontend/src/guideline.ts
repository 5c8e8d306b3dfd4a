import { h, icon } from "./dom.ts";
import { t } from "./messages.ts";
import type { ClassSpec, DeskConfig, Question } from "./types.ts";

/** The right column: the class in hand first, then the project's own words, then every other class. */
export class GuidelinePanel {
  readonly #root: HTMLElement;
  readonly #config: DeskConfig;
  #version = "";

  constructor(root: HTMLElement, config: DeskConfig) {
    this.#root = root;
    this.#config = config;
  }

  show(version: number, question: Question | null, code: number | null): void {
    this.#version = this.#config.guideline?.version ?? String(version || "");
    const all = this.#config.questions.flatMap((one) => (one.spec.classes ?? []).map((cls) => ({ one, cls })));
    const chosen = all.find(({ one, cls }) => one === question && cls.code === code)?.cls ?? null;
    const rest = all.filter(({ cls }) => cls !== chosen && cls.definition).map(({ cls }) => cls);
    const open = this.#root.querySelector("details")?.open ?? false;
    const details = h("details", { class: "guide" }, this.#summary(chosen), this.#chosen(chosen), this.#conventions(), this.#own(), this.#rest(rest));
    details.open = open;
    this.#root.replaceChildren(details);
  }

  #badge(classes = "badge"): HTMLElement | null {
    return this.#version ? h("span", { class: classes }, this.#version) : null;
  }

  #summary(chosen: ClassSpec | null): HTMLElement {
    const title = chosen ? t("what_is", { name: chosen.name }) : t("guideline");
    const badge = this.#version ? h("span", { class: "badge push" }, `${t("guideline")} ${this.#version}`) : null;
    return h("summary", { class: "panel narrow-only" }, h("span", { class: "row nowrap" }, icon("document"), h("b", { class: "clip" }, title), badge));
  }

  #chosen(chosen: ClassSpec | null): HTMLElement {
    const head = h("header", { class: "row" }, h("h2", { class: "grow" }, t("guideline")), this.#badge());
    if (!chosen) {
      const asked = this.#config.questions.map((question) => h("p", { class: "sm" }, question.prompt));
      return h("section", { class: "panel" }, head, ...asked);
    }
    return h("section", { class: "panel" }, head, h("h3", {}, className(chosen)), chosen.definition ? h("p", { class: "sm lead" }, chosen.definition) : null);
  }

  /** How the project writes things: left what to write, right what not. */
  #conventions(): HTMLElement | null {
    const rows = this.#config.questions.flatMap(({ spec }) => spec.conventions ?? []).map((one) =>
      h("tr", {}, h("td", { class: "mono" }, one.write), h("td", { class: "mono" }, h("s", {}, one.not.join(", ")))));
    if (rows.length === 0) return null;
    return h("section", { class: "panel" }, h("h2", {}, t("conventions")), h("table", { class: "conv" }, h("tbody", {}, ...rows)), h("p", { class: "note" }, t("conventions_note")));
  }

  #own(): HTMLElement | null {
    const guideline = this.#config.guideline;
    if (!guideline?.text && !guideline?.url) return null;
    const link = guideline.url ? h("a", { class: "sm", href: guideline.url, target: "_blank", rel: "noopener" }, t("guideline")) : null;
    return h("section", { class: "panel" }, guideline.text ? h("p", { class: "sm lead" }, guideline.text) : null, link);
  }

  #rest(rest: readonly ClassSpec[]): HTMLElement | null {
    if (rest.length === 0) return null;
    const entries = rest.flatMap((cls) => [h("dt", {}, className(cls)), h("dd", { class: "lead" }, cls.definition ?? "")]);
    const list = h("dl", { class: "defs-list" });
    for (let index = 0; index < entries.length; index += 2) list.append(h("div", {}, entries[index], entries[index + 1]));
    return h("section", { class: "panel" }, list);
  }
}

export function className(cls: ClassSpec): HTMLElement {
  return h("span", { class: `cls c${cls.color ?? 12}` }, cls.name);
}
