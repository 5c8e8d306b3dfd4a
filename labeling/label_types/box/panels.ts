import { h, icon, kbd, keepFocus } from "../../frontend/src/dom.ts";
import { t } from "../../frontend/src/messages.ts";
import type { ClassSpec, Host } from "../../frontend/src/types.ts";
import { height, placeText, width, type Box, type Rect } from "./shapes.ts";

export interface PanelActions {
  take(code: number): void;
  select(id: string): void;
  remove(): void;
}

/** A list longer than this shows only what lies around the selected shape. */
const ROWS = 200;

/** Beside the picture: the classes, the shapes as a list, and what is selected. */
export class BoxPanels {
  readonly hintId: string;
  readonly #host: Host;
  readonly #actions: PanelActions;
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
  #boxes: readonly Box[] = [];
  #current: Box | null = null;

  constructor(host: Host, actions: PanelActions) {
    this.#host = host;
    this.#actions = actions;
    this.#classes = host.question.spec.classes ?? [];
    const id = `shapes-${host.question.key}`;
    this.hintId = `${id}-hint`;
    this.#heading = h("h2", { id }, t("shapes"));
    this.#hint = h("p", { class: "note", id: this.hintId }, t("shapes_none"));
    this.#list = h("div", { class: "picks shapes", role: "listbox", tabindex: "0", "aria-labelledby": id, keydown: (event) => this.#key(event as KeyboardEvent) });
    this.#selected = h("section", { class: "panel wide-only" }, this.#selectedName, h("dl", { class: "dl" }, h("dt", {}, t("box")), this.#place), h("div", { class: "row" }, this.#deleteButton(true)));
    this.#touchBar = h("div", { class: "shapebar narrow-only" }, this.#deleteButton(false));
    host.side.append(
      h("section", { class: "panel" }, h("h2", { class: "wide-only" }, host.question.prompt), this.#rail()),
      h("section", { class: "panel wide-only" }, this.#heading, this.#list, this.#hint),
      this.#selected,
    );
    host.pictures?.surface.parentElement?.append(this.#tag, this.#touchBar);
  }

  destroy(): void {
    this.#host.side.replaceChildren();
    this.#tag.remove();
    this.#touchBar.remove();
  }

  #deleteButton(worded: boolean): HTMLButtonElement {
    const label = t("delete_shape");
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

  show(boxes: readonly Box[], current: Box | null, hand: number, rect: Rect | null): void {
    const changed = boxes !== this.#boxes || current !== this.#current;
    this.#boxes = boxes;
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
    if (rect) this.place(rect);
  }

  place(rect: Rect): void {
    this.#place.textContent = placeText(rect);
  }

  #name(code: number): string {
    return this.#classes.find((cls) => cls.code === code)?.name ?? String(code);
  }

  #count(): void {
    const counts = new Map<number, number>();
    for (const box of this.#boxes) counts.set(box.class, (counts.get(box.class) ?? 0) + 1);
    for (const [code, { count }] of this.#picks) count.textContent = counts.has(code) ? String(counts.get(code)) : "";
  }

  #rows(): void {
    const at = this.#current ? this.#boxes.indexOf(this.#current) : 0;
    const first = Math.max(0, Math.min(at - ROWS / 2, this.#boxes.length - ROWS));
    const rows = this.#boxes.slice(first, first + ROWS).map((box, index) => this.#row(box, first + index));
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

  #row(box: Box, index: number): HTMLElement {
    const cls = this.#classes.find((one) => one.code === box.class);
    const size = `${Math.round(width(box.geometry))} × ${Math.round(height(box.geometry))}`;
    return h("div", {
      class: `pick c${cls?.color ?? 12}`, role: "option", id: `shape-${this.#host.question.key}-${box.id}`,
      "aria-selected": String(box === this.#current), "aria-setsize": this.#boxes.length, "aria-posinset": index + 1,
      click: () => this.#actions.select(box.id),
    }, h("span", { class: "swatch" }), h("span", { class: "clip" }, cls?.name ?? String(box.class)), h("span", { class: "n" }, size));
  }

  #key(event: KeyboardEvent): void {
    const at = this.#current ? this.#boxes.indexOf(this.#current) : -1;
    const last = this.#boxes.length - 1;
    const to = { ArrowDown: Math.min(last, at + 1), ArrowUp: Math.max(0, at - 1), Home: 0, End: last }[event.key];
    const box = to === undefined || event.altKey || event.shiftKey || event.ctrlKey || event.metaKey ? undefined : this.#boxes[to];
    if (!box) return;
    event.preventDefault();
    this.#actions.select(box.id);
  }
}
