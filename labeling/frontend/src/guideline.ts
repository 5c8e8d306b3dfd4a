import { h, icon } from "./dom.ts";
import { t } from "./messages.ts";
import type { ClassSpec, DeskConfig, Example, ExampleKind, Question } from "./types.ts";

const KINDS: readonly ExampleKind[] = ["typical", "borderline", "counter"];

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
    const above = this.#config.questions.flatMap(({ spec }) => ((spec.classes ?? []).includes(chosen) ? (spec.classes ?? []) : [])).find(({ code }) => code === chosen.parent);
    return h("section", { class: "panel" }, head,
      h("h3", {}, className(chosen)), above ? h("p", { class: "sm muted" }, t("kind_of", { name: above.name })) : null,
      chosen.definition ? h("p", { class: "sm lead" }, chosen.definition) : null, ...KINDS.map((kind) => this.#examples(chosen, kind)));
  }

  /** Pictures or texts that show the class, by what they show of it. */
  #examples(chosen: ClassSpec, kind: ExampleKind): HTMLElement | null {
    const shown = (chosen.examples?.[kind] ?? []).flatMap((item) => this.#config.examples?.[item] ?? []);
    if (shown.length === 0) return null;
    return h("section", { class: `examples ${kind}` }, h("h4", {}, t(kind)), h("div", { class: "row" }, ...shown.map((one) => picture(one, `${t(kind)}: ${chosen.name}`))));
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

function picture({ url, text }: Example, name: string): HTMLElement {
  return url ? h("a", { href: url, target: "_blank", rel: "noopener" }, h("img", { src: url, alt: name, loading: "lazy" })) : h("q", { class: "sm" }, text ?? "");
}

export function className(cls: ClassSpec): HTMLElement {
  return h("span", { class: `cls c${cls.color ?? 12}` }, cls.name);
}
