import { h, keepFocus } from "../../frontend/src/dom.ts";
import { t } from "../../frontend/src/messages.ts";
import type { Host } from "../../frontend/src/types.ts";
import type { Points, Skeleton } from "./figures.ts";

/** Beside the picture: every point of the question, whether it is set, and which one is in hand. */
export class PointsList {
  readonly #panel: HTMLElement;
  readonly #rows = new Map<string, { readonly button: HTMLButtonElement; readonly state: HTMLElement }>();

  constructor(host: Host, { names }: Skeleton, hold: (name: string) => void) {
    const list = h("div", { class: "picks points", role: "group", "aria-label": t("points") });
    for (const name of names) {
      const state = h("span", { class: "n" });
      const button = h("button", { type: "button", class: "pick", "aria-pressed": "false", click: () => hold(name) }, h("span", { class: "clip" }, name), state);
      keepFocus(button);
      this.#rows.set(name, { button, state });
      list.append(button);
    }
    this.#panel = h("section", { class: "panel" }, h("h2", {}, t("points")), list);
    this.#panel.hidden = names.length < 2;
    host.side.append(this.#panel);
  }

  show(points: Points | null, held: string | null): void {
    for (const [name, { button, state }] of this.#rows) {
      const point = points?.[name];
      state.textContent = !points ? "" : !point ? t("point_unset") : point.visible ? t("point_visible") : t("point_hidden");
      button.setAttribute("aria-pressed", String(name === held));
      button.disabled = points === null;
    }
  }

  remove(): void {
    this.#panel.remove();
  }
}
