import { h, icon, kbd, keepFocus } from "./dom.ts";
import { t } from "./messages.ts";
import type { ClassSpec, Host } from "./types.ts";

export interface Listed {
  readonly id: string;
  readonly class: number;
}

/** What the panels ask of their editor, and the words they use. */
export interface PanelsOf<E extends Listed> {
  take(code: number): void;
  select(id: string): void;
  remove(): void;
  /** An element's line in the list: what it is, and a few small words at the end. */
  line(element: E, name: string): { readonly main: string; readonly side: string };
  /** Where it is, in full. */
  place(element: E): string;
  readonly words: { readonly list: string; readonly none: string; readonly place: string; readonly remove: string };
  /** Where a hand without keys finds what is selected: over the picture, or in the rail. */
  readonly touch: HTMLElement | null;
}

/** A list longer than this shows only what lies around the selected shape. */
const ROWS = 200;

/** Beside what is marked: the classes, the elements as a list, and what is selected. */
export class ElementPanels<E extends Listed> {
  readonly hintId: string;
  readonly #host: Host;
  readonly #actions: PanelsOf<E>;
  readonly #classes: readonly ClassSpec[];
  readonly #picks = new Map<number, { button: HTMLButtonElement; count: HTMLElement }>();
  readonly #list: HTMLElement;
  readonly #heading: HTMLElement;
  readonly #hint: HTMLElement;
  readonly #selected: HTMLElement;
  readonly #selectedName = h("h2");
  readonly #place = h("dd", { class: "mono xs" });
  readonly #tag = h("span", { class: "seltag narrow-only", "aria-hidden": "true" });
  readonly #touchBar: HTMLElement;
  #elements: readonly E[] = [];
  #current: E | null = null;

  constructor(host: Host, actions: PanelsOf<E>) {
    this.#host = host;
    this.#actions = actions;
    this.#classes = host.question.spec.classes ?? [];
    const id = `shapes-${host.question.key}`;
    this.hintId = `${id}-hint`;
    this.#heading = h("h2", { id }, actions.words.list);
    this.#hint = h("p", { class: "note", id: this.hintId }, actions.words.none);
    this.#list = h("div", { class: "picks shapes", role: "listbox", tabindex: "0", "aria-labelledby": id, keydown: (event) => this.#key(event as KeyboardEvent) });
    this.#selected = h("section", { class: "panel wide-only" }, this.#selectedName, h("dl", { class: "dl" }, h("dt", {}, actions.words.place), this.#place), h("div", { class: "row" }, this.#deleteButton(true)));
    this.#touchBar = h("div", { class: "shapebar narrow-only" }, this.#deleteButton(false));
    host.side.append(
      h("section", { class: "panel" }, h("h2", { class: "wide-only" }, host.question.prompt), this.#rail()),
      h("section", { class: "panel wide-only" }, this.#heading, this.#list, this.#hint),
      this.#selected,
    );
    actions.touch?.append(this.#tag, this.#touchBar);
  }

  destroy(): void {
    this.#host.side.replaceChildren();
    this.#tag.remove();
    this.#touchBar.remove();
  }

  #deleteButton(worded: boolean): HTMLButtonElement {
    const label = this.#actions.words.remove;
    const button = h("button", { type: "button", class: worded ? "btn" : "btn icon-only", "aria-label": worded ? null : label, click: () => this.#actions.remove() }, icon("trash"), worded ? label : null, worded ? h("kbd", { "aria-hidden": "true" }, "Del") : null);
    keepFocus(button);
    return button;
  }

  #rail(): HTMLElement {
    const rail = h("div", { class: "picks rail", role: "group", "aria-label": t("classes") });
    for (const cls of this.#classes) {
      const count = h("span", { class: "n" });
      const button = h("button", { type: "button", class: `pick c${cls.color ?? 12}`, "aria-pressed": "false", click: () => this.#actions.take(cls.code) },
        h("span", { class: "swatch" }), h("span", { class: "clip" }, cls.name), count, kbd(this.#host.classKeys.get(cls.code)));
      if (cls.definition) button.title = cls.definition;
      keepFocus(button);
      this.#picks.set(cls.code, { button, count });
      rail.append(button);
    }
    return rail;
  }

  show(elements: readonly E[], current: E | null, hand: number | null): void {
    const changed = elements !== this.#elements || current !== this.#current;
    this.#elements = elements;
    this.#current = current;
    for (const [code, { button }] of this.#picks) button.setAttribute("aria-pressed", String(code === hand));
    if (changed) {
      this.#count();
      this.#rows();
    }
    const name = current ? this.#name(current.class) : "";
    this.#selected.hidden = current === null;
    this.#selectedName.textContent = `${t("selected_title")} ${name}`.trim();
    this.#tag.textContent = name;
    this.#touchBar.hidden = current === null;
    if (current) this.place(current);
  }

  place(element: E): void {
    this.#place.textContent = this.#actions.place(element);
  }

  #name(code: number): string {
    return this.#classes.find((cls) => cls.code === code)?.name ?? String(code);
  }

  #count(): void {
    const counts = new Map<number, number>();
    for (const one of this.#elements) counts.set(one.class, (counts.get(one.class) ?? 0) + 1);
    for (const [code, { count }] of this.#picks) count.textContent = counts.has(code) ? String(counts.get(code)) : "";
  }

  #rows(): void {
    const at = this.#current ? this.#elements.indexOf(this.#current) : 0;
    const first = Math.max(0, Math.min(at - ROWS / 2, this.#elements.length - ROWS));
    const rows = this.#elements.slice(first, first + ROWS).map((one, index) => this.#row(one, first + index));
    this.#list.replaceChildren(...rows);
    this.#list.hidden = rows.length === 0;
    this.#hint.hidden = rows.length > 0;
    const active = rows.find((row) => row.getAttribute("aria-selected") === "true");
    if (active) {
      this.#list.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    } else {
      this.#list.removeAttribute("aria-activedescendant");
    }
  }

  #row(element: E, index: number): HTMLElement {
    const cls = this.#classes.find((one) => one.code === element.class);
    const { main, side } = this.#actions.line(element, this.#name(element.class));
    return h("div", {
      class: `pick c${cls?.color ?? 12}`, role: "option", id: `shape-${this.#host.question.key}-${element.id}`,
      "aria-selected": String(element === this.#current), "aria-setsize": this.#elements.length, "aria-posinset": index + 1,
      click: () => this.#actions.select(element.id),
    }, h("span", { class: "swatch" }), h("span", { class: "clip" }, main), h("span", { class: "n" }, side));
  }

  #key(event: KeyboardEvent): void {
    const at = this.#current ? this.#elements.indexOf(this.#current) : -1;
    const last = this.#elements.length - 1;
    const to = { ArrowDown: Math.min(last, at + 1), ArrowUp: Math.max(0, at - 1), Home: 0, End: last }[event.key];
    const element = to === undefined || event.altKey || event.shiftKey || event.ctrlKey || event.metaKey ? undefined : this.#elements[to];
    if (!element) return;
    event.preventDefault();
    this.#actions.select(element.id);
  }
}
