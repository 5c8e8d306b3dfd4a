import { h, kbd } from "../../frontend/src/dom.ts";
import { t } from "../../frontend/src/messages.ts";
import { optionList } from "../../frontend/src/options.ts";
import type { Binding, Editor, EditorModule, Host, Json, Spec } from "../../frontend/src/types.ts";
import { chosenCodes, limits, mayBeNone, toggled, wrongCount } from "./state.ts";

/** Any number of classes out of a list: check boxes with a key each, and "none of these" where that is an answer. */
class ChoicesEditor implements Editor {
  readonly bindings: readonly Binding[];
  readonly #host: Host;
  readonly #spec: Spec;
  readonly #inputs: ReadonlyMap<number, HTMLInputElement>;
  readonly #none: HTMLInputElement;
  #value: Json | undefined;

  constructor(host: Host) {
    this.#host = host;
    this.#spec = host.question.spec;
    const id = `q-${host.question.key}`;
    const heading = h("legend", { id }, `${host.question.prompt} `, h("span", { class: "faint sm" }, howMany(this.#spec)));
    const { inputs, rows } = optionList("checkbox", id, this.#spec.classes ?? [], host.classKeys, (code) => this.#toggle(code));
    this.#inputs = inputs;
    this.#none = h("input", { type: "checkbox", name: id, change: () => this.#setNone(this.#none.checked) });
    const none = h("label", { class: "option none" }, this.#none, h("span", { class: "grow" }, t("none_of_these")), kbd(host.pictures ? "Alt 0" : "0"));
    host.form.append(h("fieldset", { class: "question" }, heading, h("div", { class: "opts" }, ...rows, mayBeNone(this.#spec) ? none : null)));
    this.bindings = this.#makeBindings();
  }

  show(value: Json | undefined): void {
    this.#value = value;
    const chosen = chosenCodes(value);
    for (const [code, input] of this.#inputs) input.checked = chosen?.includes(code) ?? false;
    this.#none.checked = chosen?.length === 0;
  }

  problem(value: Json | undefined): string | null {
    const wrong = wrongCount(value, this.#spec);
    return wrong && t(wrong.too === "few" ? "choose_more" : "choose_fewer", { n: wrong.n });
  }

  focus(): void {
    const chosen = chosenCodes(this.#value)?.[0];
    (this.#inputs.get(chosen ?? Number.NaN) ?? this.#inputs.values().next().value)?.focus();
  }

  destroy(): void {
    this.#host.form.replaceChildren();
  }

  #toggle(code: number): void {
    this.#host.commit(toggled(this.#value, code, this.#spec));
    if (chosenCodes(this.#value)?.includes(code)) this.#host.inHand(code);
  }

  #setNone(on: boolean): void {
    this.#host.commit(on ? { classes: [] } : undefined);
  }

  #press(code: number, name: string): void {
    this.#toggle(code);
    this.#host.announce(chosenCodes(this.#value)?.includes(code) ? name : t("not_answered", { name }));
    if (!this.#host.pictures) this.#inputs.get(code)?.focus();
  }

  /** The key goes on to the next question where this one says "none" already. */
  #pressNone(): boolean | void {
    if (this.#none.checked) return false;
    this.#setNone(true);
    this.#host.announce(t("none_of_these"));
    if (!this.#host.pictures) this.#none.focus();
    return undefined;
  }

  #makeBindings(): Binding[] {
    const group = this.#host.question.prompt;
    const classes = (this.#spec.classes ?? []).flatMap((cls): Binding[] => {
      const chord = this.#host.classKeys.get(cls.code);
      return chord ? [{ chord, says: cls.name, group, run: () => this.#press(cls.code, cls.name) }] : [];
    });
    if (!mayBeNone(this.#spec)) return classes;
    const run = (): boolean | void => this.#pressNone();
    const says = t("none_of_these");
    const alone: Binding[] = this.#host.pictures ? [] : [{ chord: "0", says, group, run }];
    return [...classes, ...alone, { chord: "Alt+0", says, ...(this.#host.pictures ? { group, shows: ["Alt", "0"] } : {}), run }];
  }
}

function howMany(spec: Spec): string {
  const { min, max } = limits(spec);
  if (min !== null && max !== null) return min === max ? t("exactly_n", { n: min }) : t("n_to_m", { n: min, m: max });
  if (min !== null) return t("at_least_n", { n: min });
  return max === null ? t("any_number") : t("at_most_n", { n: max });
}

export const draws: EditorModule["draws"] = null;
export const classesIn: EditorModule["classesIn"] = (value) => chosenCodes(value) ?? [];
export const keep: EditorModule["keep"] = (value, gone) => {
  const classes = (chosenCodes(value) ?? []).filter((code) => !gone.has(code));
  return classes.length > 0 ? { classes } : undefined;
};
export const create: EditorModule["create"] = (host) => new ChoicesEditor(host);
