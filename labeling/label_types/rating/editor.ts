import { h } from "../../frontend/src/dom.ts";
import { t } from "../../frontend/src/messages.ts";
import { optionList } from "../../frontend/src/options.ts";
import type { Binding, ClassSpec, Editor, EditorModule, Host, Json } from "../../frontend/src/types.ts";
import { levelOf, rated } from "./state.ts";

/** A level on a scale: the levels side by side from the lowest to the highest, with a key each. */
class RatingEditor implements Editor {
  readonly bindings: readonly Binding[];
  readonly #host: Host;
  readonly #levels: readonly ClassSpec[];
  readonly #inputs: ReadonlyMap<number, HTMLInputElement>;
  readonly #clear = h("button", { type: "button", class: "btn quiet" }, t("clear_answer"));
  #value: Json | undefined;

  constructor(host: Host) {
    this.#host = host;
    const { question } = host;
    this.#levels = question.spec.classes ?? [];
    const id = `q-${question.key}`;
    const { inputs, rows } = optionList("radio", id, this.#levels, host.classKeys, (level) => host.commit({ level }));
    this.#inputs = inputs;
    this.#clear.addEventListener("click", () => host.commit(undefined));
    this.#clear.hidden = true;
    const heading = h("legend", { id }, `${question.prompt} `, h("span", { class: "faint sm" }, t("one_level")));
    host.form.append(h("fieldset", { class: "question" }, heading, h("div", { class: `scale ${rows.length > 7 ? "many" : ""}`.trim() }, ...rows)), this.#clear);
    this.bindings = this.#makeBindings();
  }

  show(value: Json | undefined): void {
    this.#value = value;
    const level = levelOf(value);
    for (const [own, input] of this.#inputs) input.checked = own === level;
    this.#clear.hidden = level === null || this.#host.question.required;
    if (level !== null) this.#host.inHand(level);
  }

  problem(): string | null {
    return null;
  }

  focus(): void {
    (this.#inputs.get(levelOf(this.#value) ?? Number.NaN) ?? this.#inputs.values().next().value)?.focus();
  }

  destroy(): void {
    this.#host.form.replaceChildren();
  }

  #commit(next: { readonly level: number } | undefined): void {
    const before = levelOf(this.#value) ?? Number.NaN;
    this.#host.commit(next);
    const name = (code: number): string => this.#levels.find((level) => level.code === code)?.name ?? "";
    this.#host.announce(next ? name(next.level) : t("not_answered", { name: name(before) }));
    if (next && !this.#host.pictures) this.#inputs.get(next.level)?.focus();
  }

  #makeBindings(): Binding[] {
    const { question, classKeys } = this.#host;
    const group = question.prompt;
    return this.#levels.flatMap((level): Binding[] => {
      const chord = classKeys.get(level.code);
      return chord ? [{ chord, says: level.name, group, run: () => this.#commit(rated(this.#value, level.code, !question.required)) }] : [];
    });
  }
}

export const draws: EditorModule["draws"] = null;
export const create: EditorModule["create"] = (host) => new RatingEditor(host);
