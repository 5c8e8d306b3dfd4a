import { h } from "../../frontend/src/dom.ts";
import { t } from "../../frontend/src/messages.ts";
import type { Binding, Editor, EditorModule, Host, Json } from "../../frontend/src/types.ts";
import { faultOf, fieldsOf, filledOf, labelOf, typed, withField, type Fault, type Field } from "./fields.ts";

type Entered = string | number | boolean | undefined;

/** Typing that rests longer than this begins a new step of undo. */
const BURST_MS = 1500;

interface Row {
  readonly field: Field;
  readonly root: HTMLElement;
  /** What takes the focus. */
  readonly inputs: readonly HTMLInputElement[];
  show(entered: Entered): void;
}

/** A form over the item, one row a field. */
class RecordEditor implements Editor {
  readonly bindings: readonly Binding[];
  readonly writes = true;
  readonly #host: Host;
  readonly #rows: readonly Row[];
  #value: Json | undefined;
  #burst = { name: "", at: 0 };

  constructor(host: Host) {
    this.#host = host;
    const id = `q-${host.question.key}`;
    this.#rows = fieldsOf(host.question.spec).map((field, at) => (field.kind === "choice" || field.kind === "yes_no" ? this.#picked(field, `${id}-${at}`) : this.#written(field, `${id}-${at}`)));
    host.form.append(h("fieldset", { class: "question" }, h("legend", { id }, host.question.prompt), h("div", { class: "recordform" }, ...this.#rows.map(({ root }) => root))));
    const group = host.question.prompt;
    this.bindings = [
      { chord: "Ctrl+ArrowDown", says: t("next_field"), group, shows: ["Ctrl", "↑ ↓"], whileTyping: true, run: () => this.#walk(1) },
      { chord: "Ctrl+ArrowUp", says: t("next_field"), whileTyping: true, run: () => this.#walk(-1) },
      { chord: "Escape", says: t("leave_field"), group, whileTyping: true, run: () => this.#leave() },
    ];
  }

  show(value: Json | undefined): void {
    this.#value = value;
    const filled = filledOf(value);
    for (const { field, show, root } of this.#rows) {
      show(filled[field.name]);
      if (!faultOf(field, filled[field.name])) this.#complain(root, null);
    }
  }

  problem(value: Json | undefined): string | null {
    if (value === undefined) return null;
    const filled = filledOf(value);
    let first: string | null = null;
    for (const { field, root } of this.#rows) {
      const fault = faultOf(field, filled[field.name]);
      const said = fault && words(fault, field);
      this.#complain(root, said);
      first ??= said && t("field_wrong", { name: labelOf(field), why: said });
    }
    return first;
  }

  /** The first field, or of a form that was begun the first that cannot be sent. */
  focus(): void {
    const filled = filledOf(this.#value);
    const wrong = this.#value === undefined ? undefined : this.#rows.find(({ field }) => faultOf(field, filled[field.name]));
    this.#enter(wrong ?? this.#rows[0]);
  }

  destroy(): void {
    this.#host.form.replaceChildren();
  }

  #enter(row: Row | undefined): void {
    (row?.inputs.find((input) => input.checked) ?? row?.inputs[0])?.focus();
  }

  #at(): number {
    return this.#rows.findIndex(({ root }) => root.contains(document.activeElement));
  }

  #walk(by: 1 | -1): boolean | void {
    const at = this.#at();
    const row = at < 0 ? this.#rows[by > 0 ? 0 : this.#rows.length - 1] : this.#rows[at + by];
    if (!row) return false;
    this.#enter(row);
    return undefined;
  }

  #leave(): boolean | void {
    if (this.#at() < 0) return false;
    (document.activeElement as HTMLElement).blur();
    return undefined;
  }

  #set(field: Field, entered: Entered, amends = false): void {
    const before = filledOf(this.#value)[field.name];
    if (before !== entered) this.#host.commit(withField(filledOf(this.#value), field.name, entered), amends);
  }

  #complain(root: HTMLElement, said: string | null): void {
    const line = root.querySelector<HTMLElement>(".error");
    if (line) line.textContent = said ?? "";
    for (const input of root.querySelectorAll("input")) input.setAttribute("aria-invalid", String(said !== null));
  }

  /** A label, or what stands for one over several inputs. */
  #label(field: Field): readonly (Node | string)[] {
    const hints = [field.required === false ? t("optional") : "", boundsOf(field)].filter((one) => one);
    return hints.length > 0 ? [labelOf(field), h("span", { class: "faint" }, ` ${hints.join(", ")}`)] : [labelOf(field)];
  }

  #written(field: Field, id: string): Row {
    const input = h("input", {
      class: "input", id, type: field.kind === "date" ? "date" : "text", inputmode: field.kind === "number" ? "decimal" : null, autocomplete: "off",
      dir: "auto", "data-enter": "page", "aria-describedby": `${id}-e`, min: field.kind === "date" ? field.min : null, max: field.kind === "date" ? field.max : null,
      input: () => {
        const now = performance.now();
        const amends = this.#burst.name === field.name && now - this.#burst.at < BURST_MS;
        this.#burst = { name: field.name, at: now };
        this.#set(field, typed(field, input.value), amends);
      },
    });
    const root = h("div", { class: "field" }, h("label", { for: id }, ...this.#label(field)), input, h("span", { class: "error", id: `${id}-e` }));
    const show = (entered: Entered): void => {
      // What is being typed stays as it is written, as long as it means what is shown.
      if (typed(field, input.value) === entered) return;
      input.value = entered === undefined ? "" : String(entered);
    };
    return { field, root, inputs: [input], show };
  }

  /** Radio buttons: a digit chooses, Y and N too where that is the question; chosen again, an optional one is emptied. */
  #picked(field: Field, id: string): Row {
    const options: readonly (readonly [string | boolean, string, string])[] = field.kind === "yes_no" ? [[true, t("yes"), "y"], [false, t("no"), "n"]] : (field.options ?? []).map((option, at) => [option, option, at < 9 ? String(at + 1) : ""]);
    const choose = (value: string | boolean): void => {
      const again = filledOf(this.#value)[field.name] === value && field.required === false;
      this.#set(field, again ? undefined : value);
    };
    const inputs = options.map(([value], at) => h("input", { type: "radio", name: id, value: at, "aria-describedby": `${id}-e`, change: () => this.#set(field, value), click: () => (input(at)?.dataset["was"] === "on" ? choose(value) : undefined) }));
    const input = (at: number): HTMLInputElement | undefined => inputs[at];
    const rows = options.map(([, name, key], at) => h("label", { class: "option" }, inputs[at], h("span", { class: "grow" }, name), key ? h("kbd", { "aria-hidden": "true" }, key.toUpperCase()) : null));
    const keydown = (event: Event): void => {
      const { key, ctrlKey, altKey, metaKey } = event as KeyboardEvent;
      const at = ctrlKey || altKey || metaKey ? -1 : options.findIndex(([, , own]) => own !== "" && own === key.toLowerCase());
      const option = options[at];
      if (!option) return;
      event.preventDefault();
      event.stopPropagation();
      choose(option[0]);
      inputs[at]?.focus();
    };
    const root = h("fieldset", { class: "field", keydown }, h("legend", {}, ...this.#label(field)), h("div", { class: options.length > 3 ? "opts" : "opts few" }, ...rows), h("span", { class: "error", id: `${id}-e` }));
    const show = (entered: Entered): void => inputs.forEach((one, at) => {
      one.checked = options[at]?.[0] === entered && entered !== undefined;
      one.dataset["was"] = one.checked ? "on" : "";
    });
    return { field, root, inputs, show };
  }
}

function boundsOf({ kind, min, max }: Field): string {
  if (kind !== "number" && kind !== "date") return "";
  if (min != null && max != null) return t("n_to_m", { n: min, m: max });
  if (min != null) return t("at_least_n", { n: min });
  return max != null ? t("at_most_n", { n: max }) : "";
}

function words(fault: Fault, field: Field): string {
  if (fault.why === "least") return t("field_least", { n: fault.limit });
  if (fault.why === "most") return t("field_most", { n: fault.limit });
  if (fault.why === "length") return t("too_long", { n: field.max_length ?? 200 });
  return t(fault.why === "needed" ? "answer_needed" : fault.why === "no_whole" ? "field_whole" : "field_number");
}

export const draws: EditorModule["draws"] = null;
export const create: EditorModule["create"] = (host) => new RecordEditor(host);
