import { h } from "../../frontend/src/dom.ts";
import { t } from "../../frontend/src/messages.ts";
import { optionList } from "../../frontend/src/options.ts";
import type { Binding, Editor, EditorModule, Host, Json } from "../../frontend/src/types.ts";
import { chosenCode, toggled } from "./state.ts";

/** One class out of a list: radio buttons with a key each. */
class ChoiceEditor implements Editor {
  readonly bindings: readonly Binding[];
  readonly #host: Host;
  readonly #inputs: ReadonlyMap<number, HTMLInputElement>;
  readonly #clear = h("button", { type: "button", class: "btn quiet" }, t("clear_answer"));
  #value: Json | undefined;

  constructor(host: Host) {
    this.#host = host;
    const { question } = host;
    const id = `q-${question.key}`;
    const heading = h("legend", { id }, `${question.prompt} `, h("span", { class: "faint sm" }, t("one_answer")));
    const { inputs, rows } = optionList("radio", id, question.spec.classes ?? [], host.classKeys, (code) => host.commit({ class: code }));
    this.#inputs = inputs;
    this.#clear.addEventListener("click", () => host.commit(undefined));
    this.#clear.hidden = true;
    host.form.append(h("fieldset", { class: "question" }, heading, h("div", { class: "opts" }, ...rows)), this.#clear);
    this.bindings = this.#makeBindings();
  }

  show(value: Json | undefined): void {
    this.#value = value;
    const code = chosenCode(value);
    for (const [own, input] of this.#inputs) input.checked = own === code;
    this.#clear.hidden = code === null || this.#host.question.required;
    if (code !== null) this.#host.inHand(code);
  }

  problem(): string | null {
    return null;
  }

  focus(): void {
    const chosen = this.#inputs.get(chosenCode(this.#value) ?? Number.NaN);
    (chosen ?? this.#inputs.values().next().value)?.focus();
  }

  destroy(): void {
    this.#host.form.replaceChildren();
  }

  #press(code: number, name: string): void {
    const next = toggled(this.#value, code, !this.#host.question.required);
    this.#host.commit(next);
    this.#host.announce(next === undefined ? t("not_answered", { name }) : name);
    if (next !== undefined && !this.#host.pictures) this.#inputs.get(code)?.focus();
  }

  #makeBindings(): Binding[] {
    const { question, classKeys } = this.#host;
    return (question.spec.classes ?? []).flatMap((cls): Binding[] => {
      const chord = classKeys.get(cls.code);
      return chord ? [{ chord, says: cls.name, group: question.prompt, run: () => this.#press(cls.code, cls.name) }] : [];
    });
  }
}

export const draws: EditorModule["draws"] = null;
export const create: EditorModule["create"] = (host) => new ChoiceEditor(host);
