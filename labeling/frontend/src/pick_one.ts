import { h } from "./dom.ts";
import { t } from "./messages.ts";
import { optionList } from "./options.ts";
import type { Binding, Editor, Host, Json } from "./types.ts";

/** The code that a stored answer keeps under `name`, or null for anything else. */
export function codeIn(value: Json | undefined, name: string): number | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const code = (value as Readonly<Record<string, Json>>)[name];
  return typeof code === "number" ? code : null;
}

/** The one class that an answer names. */
export function only(value: Json | undefined, name: string): readonly number[] {
  const code = codeIn(value, name);
  return code === null ? [] : [code];
}

/** What a press of a class's key makes of the answer: pressed again, an optional one is taken back. */
export function picked(value: Json | undefined, name: string, code: number, optional: boolean): Json | undefined {
  return optional && codeIn(value, name) === code ? undefined : { [name]: code };
}

export interface PickOneLook {
  /** The answer's only field. */
  readonly field: string;
  readonly hint: string;
  readonly list: string;
}

/** One out of the question's classes: radio buttons with a key each. */
export class PickOne implements Editor {
  readonly bindings: readonly Binding[];
  readonly #host: Host;
  readonly #field: string;
  readonly #inputs: ReadonlyMap<number, HTMLInputElement>;
  readonly #clear = h("button", { type: "button", class: "btn quiet" }, t("clear_answer"));
  #value: Json | undefined;

  constructor(host: Host, { field, hint, list }: PickOneLook) {
    this.#host = host;
    this.#field = field;
    const { question, classKeys } = host;
    const classes = question.spec.classes ?? [];
    const id = `q-${question.key}`;
    const { inputs, rows } = optionList("radio", id, classes, classKeys, (code) => host.commit({ [field]: code }));
    this.#inputs = inputs;
    this.#clear.addEventListener("click", () => host.commit(undefined));
    this.#clear.hidden = true;
    const heading = h("legend", { id }, `${question.prompt} `, h("span", { class: "faint sm" }, hint));
    host.form.append(h("fieldset", { class: "question" }, heading, h("div", { class: list }, ...rows)), this.#clear);
    this.bindings = classes.flatMap((cls): Binding[] => {
      const chord = classKeys.get(cls.code);
      return chord ? [{ chord, says: cls.name, group: question.prompt, run: () => this.#press(cls.code, cls.name) }] : [];
    });
  }

  show(value: Json | undefined): void {
    this.#value = value;
    const code = codeIn(value, this.#field);
    for (const [own, input] of this.#inputs) input.checked = own === code;
    this.#clear.hidden = code === null || this.#host.question.required;
    if (code !== null) this.#host.inHand(code);
  }

  problem(): string | null {
    return null;
  }

  focus(): void {
    (this.#inputs.get(codeIn(this.#value, this.#field) ?? Number.NaN) ?? this.#inputs.values().next().value)?.focus();
  }

  destroy(): void {
    this.#host.form.replaceChildren();
  }

  #press(code: number, name: string): void {
    const next = picked(this.#value, this.#field, code, !this.#host.question.required);
    this.#host.commit(next);
    this.#host.announce(next === undefined ? t("not_answered", { name }) : name);
    if (next !== undefined && !this.#host.pictures) this.#inputs.get(code)?.focus();
  }
}
