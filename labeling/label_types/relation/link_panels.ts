import { h, icon, kbd, keepFocus } from "../../frontend/src/dom.ts";
import { t } from "../../frontend/src/messages.ts";
import type { Host } from "../../frontend/src/types.ts";
import type { Link, Relation } from "./links.ts";

export interface LinkActions {
  /** A relation is taken: for the link in hand, or for the next one. */
  take(name: string): void;
  select(id: string): void;
  begin(): void;
  reverse(): void;
  remove(): void;
  told(link: Link): string;
}

export interface LinkState {
  readonly links: readonly Link[];
  readonly held: Link | null;
  /** The relation in hand. */
  readonly hand: string;
  /** What is told of the link that was begun, or null. */
  readonly begun: string | null;
  readonly canBegin: boolean;
}

/** A list longer than this shows only what lies around the link in hand. */
const ROWS = 200;

/** Beside the text: the relations, a way to begin a link without keys, and the links as a list. */
export class LinkPanels {
  readonly #host: Host;
  readonly #actions: LinkActions;
  readonly #picks = new Map<string, { readonly button: HTMLButtonElement; readonly count: HTMLElement }>();
  readonly #begin: HTMLButtonElement;
  readonly #turn: HTMLButtonElement;
  readonly #remove: HTMLButtonElement;
  readonly #begun = h("p", { class: "note begunlink" });
  readonly #list: HTMLElement;
  readonly #none = h("p", { class: "note wide-only" }, t("links_none"));
  #state: LinkState | null = null;

  constructor(host: Host, relations: readonly Relation[], actions: LinkActions) {
    this.#host = host;
    this.#actions = actions;
    const rail = h("div", { class: "picks rail", role: "group", "aria-label": t("relations") });
    for (const { name, symmetric } of relations) {
      const count = h("span", { class: "n" });
      const button = h("button", { type: "button", class: "pick", "aria-pressed": "false", click: () => actions.take(name) }, h("span", { "aria-hidden": "true" }, symmetric ? "↔" : "→"), h("span", { class: "clip" }, name), count);
      keepFocus(button);
      this.#picks.set(name, { button, count });
      rail.append(button);
    }
    this.#begin = this.#button(t("link_begin"), "l", () => actions.begin());
    this.#turn = this.#button(t("link_reverse"), "x", () => actions.reverse());
    this.#remove = this.#button(t("delete_link"), "Delete", () => actions.remove());
    const id = `links-${host.question.key}`;
    this.#list = h("div", { class: "picks shapes", role: "listbox", tabindex: "0", "aria-labelledby": id, keydown: (event) => this.#key(event as KeyboardEvent) });
    host.side.append(
      h("section", { class: "panel links" }, h("h2", { class: "wide-only" }, t("relations")), h("div", { class: "row" }, this.#begin, this.#turn, this.#remove), this.#begun, rail),
      h("section", { class: "panel wide-only" }, h("h2", { id }, t("links_here")), this.#list, this.#none),
    );
  }

  show(state: LinkState): void {
    const before = this.#state;
    this.#state = state;
    for (const [name, { button }] of this.#picks) button.setAttribute("aria-pressed", String(name === (state.held?.relation ?? state.hand)));
    this.#begin.hidden = !state.canBegin;
    this.#begin.setAttribute("aria-pressed", String(state.begun !== null));
    this.#turn.hidden = state.held === null;
    this.#remove.hidden = state.held === null;
    this.#begun.textContent = state.begun ?? "";
    if (before?.links === state.links && before.held === state.held) return;
    for (const [name, { count }] of this.#picks) {
      const n = state.links.filter(({ relation }) => relation === name).length;
      count.textContent = n > 0 ? String(n) : "";
    }
    this.#rows(state);
  }

  #button(label: string, chord: string, click: () => void): HTMLButtonElement {
    const button = h("button", { type: "button", class: "btn", click }, chord === "Delete" ? icon("trash") : null, label, kbd(chord));
    keepFocus(button);
    return button;
  }

  #rows({ links, held }: LinkState): void {
    const at = held ? links.indexOf(held) : 0;
    const first = Math.max(0, Math.min(at - ROWS / 2, links.length - ROWS));
    const rows = links.slice(first, first + ROWS).map((link, index) => h("div", {
      class: "pick", role: "option", id: `link-${this.#host.question.key}-${link.id}`, "aria-selected": String(link === held),
      "aria-setsize": links.length, "aria-posinset": first + index + 1, click: () => this.#actions.select(link.id),
    }, h("span", { class: "clip" }, this.#actions.told(link))));
    this.#list.replaceChildren(...rows);
    this.#list.hidden = rows.length === 0;
    this.#none.hidden = rows.length > 0;
    const active = rows.find((row) => row.getAttribute("aria-selected") === "true");
    if (active) {
      this.#list.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    } else {
      this.#list.removeAttribute("aria-activedescendant");
    }
  }

  #key(event: KeyboardEvent): void {
    const { links, held } = this.#state ?? { links: [], held: null };
    const at = held ? links.indexOf(held) : -1;
    const last = links.length - 1;
    const to = { ArrowDown: Math.min(last, at + 1), ArrowUp: Math.max(0, at - 1), Home: 0, End: last }[event.key];
    const link = to === undefined || event.altKey || event.shiftKey || event.ctrlKey || event.metaKey ? undefined : links[to];
    if (!link) return;
    event.preventDefault();
    event.stopPropagation();
    this.#actions.select(link.id);
  }
}
