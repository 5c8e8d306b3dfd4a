import { h, kbd } from "./dom.ts";
import type { ClassSpec } from "./types.ts";

export interface OptionList {
  readonly inputs: ReadonlyMap<number, HTMLInputElement>;
  readonly rows: readonly HTMLElement[];
}

/** The classes of a question as radio buttons or check boxes, each with the key it answers to. */
export function optionList(kind: "radio" | "checkbox", name: string, classes: readonly ClassSpec[], keys: ReadonlyMap<number, string>, choose: (code: number, on: boolean) => void): OptionList {
  const inputs = new Map<number, HTMLInputElement>();
  const rows = classes.map((cls) => {
    const input = h("input", { type: kind, name, value: cls.code, change: () => choose(cls.code, input.checked) });
    inputs.set(cls.code, input);
    const row = h("label", { class: "option" }, input, h("span", { class: "grow" }, cls.name), kbd(keys.get(cls.code)));
    if (cls.definition) row.title = cls.definition;
    return row;
  });
  return { inputs, rows };
}
