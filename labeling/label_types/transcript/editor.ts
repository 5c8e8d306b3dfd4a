import { h, icon } from "../../frontend/src/dom.ts";
import { t } from "../../frontend/src/messages.ts";
import type { Binding, Editor, EditorModule, Host, Json } from "../../frontend/src/types.ts";
import { breaches, conventionsOf, lengthOf, mended, textOf, typed, type Breach, type Convention } from "./text.ts";

/** Typing that rests longer than this begins a new step of undo. */
const BURST_MS = 1500;
const MOST_SHOWN = 3;

/** What was said, typed; where it differs from the project's conventions, a word beside it says so at once. */
class TranscriptEditor implements Editor {
  readonly bindings: readonly Binding[];
  readonly writes = true;
  readonly #host: Host;
  readonly #conventions: readonly Convention[];
  readonly #least: number;
  readonly #most: number;
  readonly #area: HTMLTextAreaElement;
  readonly #count = h("span", { class: "note" });
  readonly #none = h("input", { type: "checkbox" });
  readonly #warnings = h("div", { class: "breaches", role: "status" });
  readonly #kept = new Set<string>();
  #value: Json | undefined;
  #burst = 0;
  #shown = "";

  constructor(host: Host) {
    this.#host = host;
    const { question } = host;
    this.#conventions = conventionsOf(question.spec.conventions);
    this.#least = question.spec.min ?? 0;
    this.#most = question.spec.max ?? 4000;
    const id = `q-${question.key}`;
    const hears = host.item.parts.some((part) => part.kind === "audio");
    this.#area = h("textarea", {
      class: "input said", id, rows: "2", dir: "auto", spellcheck: "true", "data-enter": "page", "aria-describedby": `${id}-c`,
      placeholder: hears ? t("type_here") : null, input: () => this.#typed(), blur: () => (this.#burst = 0),
    });
    this.#warnings.id = `${id}-c`;
    this.#none.addEventListener("change", () => host.commit(this.#none.checked ? { text: "" } : undefined));
    const none = h("label", { class: "check" }, this.#none, hears ? t("nothing_said") : t("nothing_to_write"));
    host.form.append(
      h("label", { class: "qhead", for: id }, question.prompt),
      this.#area,
      this.#warnings,
      h("div", { class: "row below" }, this.#least === 0 ? none : null, h("span", { class: "push" }), this.#count),
    );
    this.bindings = this.#makeBindings();
  }

  show(value: Json | undefined): void {
    this.#value = value;
    const text = textOf(value) ?? "";
    if (this.#area.value !== text && (text !== "" || value !== undefined || typed(this.#area.value) !== undefined)) {
      this.#area.value = text;
      this.#burst = 0;
    }
    this.#none.checked = textOf(value) === "";
    const length = lengthOf(text);
    this.#count.textContent = length > 0.8 * this.#most ? t("characters_of", { n: length, max: this.#most }) : "";
    this.#fit();
    this.#warn();
  }

  problem(value: Json | undefined): string | null {
    const text = textOf(value);
    if (text === null) return null;
    const length = lengthOf(text);
    if (length < this.#least) return t("too_short", { n: this.#least });
    return length > this.#most ? t("too_long", { n: this.#most }) : null;
  }

  focus(): void {
    this.#area.focus();
  }

  destroy(): void {
    this.#host.form.replaceChildren();
  }

  /** Words typed in one go are one step of undo; a blank, a rest or another place begins the next. */
  #typed(): void {
    const now = performance.now();
    const amends = this.#burst > 0 && now - this.#burst < BURST_MS && !/\s$/u.test(this.#area.value.slice(0, this.#area.selectionStart));
    this.#burst = now;
    const next = typed(this.#area.value);
    if (next !== undefined || this.#value !== undefined) this.#host.commit(next, amends);
  }

  #fit(): void {
    this.#area.style.setProperty("height", "auto");
    this.#area.style.setProperty("height", `${this.#area.scrollHeight + 2}px`);
  }

  /* -- conventions ------------------------------------------------------------------------------------------ */

  #breaches(): readonly Breach[] {
    return breaches(textOf(this.#value) ?? "", this.#conventions).filter((breach) => !this.#kept.has(breach.found));
  }

  #warn(): void {
    const found = this.#breaches();
    const shown = JSON.stringify(found);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#warnings.replaceChildren(...found.slice(0, MOST_SHOWN).map((breach, index) => this.#banner(breach, index === 0)));
  }

  #banner(breach: Breach, isFirst: boolean): HTMLElement {
    const why = breach.because ? h("b", {}, `${breach.because} `) : null;
    const words = h("p", {}, why, `${t("writes_instead")} `, h("q", { class: "mono" }, breach.write), ` ${t("where_you_have")} `, h("q", { class: "mono" }, breach.found), ".");
    const use = h("button", { type: "button", class: "btn", click: () => this.#mend(breach) }, t("use_it", { text: breach.write }), isFirst ? h("kbd", { "aria-hidden": "true" }, "Alt ↵") : null);
    const keep = h("button", { type: "button", class: "btn quiet", click: () => this.#keep(breach) }, t("keep_mine"));
    return h("div", { class: "banner discord" }, icon("differ-convention"), h("div", {}, words), h("span", { class: "row" }, use, keep));
  }

  /** Typed in for the person, so that the field's own undo knows of it. */
  #mend(breach: Breach): void {
    const text = mended(this.#area.value, breach);
    this.#area.focus();
    this.#area.setSelectionRange(breach.at, breach.at + breach.found.length);
    this.#burst = 0;
    document.execCommand("insertText", false, breach.write);
    if (this.#area.value !== text) {
      this.#area.value = text;
      this.#typed();
    }
    this.#area.setSelectionRange(text.length, text.length);
    this.#burst = 0;
    this.#host.announce(text);
  }

  #keep(breach: Breach): void {
    this.#kept.add(breach.found);
    this.#warn();
    this.#area.focus();
  }

  #mendFirst(): boolean | void {
    const first = this.#breaches()[0];
    if (!first) return false;
    this.#mend(first);
    return undefined;
  }

  #leave(): boolean | void {
    if (document.activeElement !== this.#area) return false;
    this.#area.blur();
    return undefined;
  }

  #makeBindings(): Binding[] {
    const leave: Binding = { chord: "Escape", says: t("leave_field"), group: t("transcript"), whileTyping: true, run: () => this.#leave() };
    if (this.#conventions.length === 0) return [leave];
    return [leave, { chord: "Alt+Enter", says: t("use_first"), group: t("transcript"), shows: ["Alt", "↵"], whileTyping: true, run: () => this.#mendFirst() }];
  }
}

export const draws: EditorModule["draws"] = null;
export const create: EditorModule["create"] = (host) => new TranscriptEditor(host);
