import { apply, h, icon, keepFocus, svg } from "../../frontend/src/dom.ts";
import { t } from "../../frontend/src/messages.ts";
import { toScreen } from "../../frontend/src/viewport.ts";
import type { Host, Pictures, Point, View } from "../../frontend/src/types.ts";

export type Tool = "outline" | "brush" | "eraser";

const SMALLEST_PX = 2;
const LARGEST_PX = 200;
const FIRST_PX = 16;
const STEP = 1.25;

/** Which tool is in hand, how large it is, and what it is painting. Sizes are on the screen: zooming in paints finer. */
export class BrushTools {
  tool: Tool = "outline";
  readonly #pictures: Pictures;
  readonly #changed: () => void;
  readonly #stroke = svg("path", { class: "brushstroke" });
  readonly #tip = svg("circle", { class: "brushtip" });
  readonly #panel: HTMLElement;
  readonly #picks = new Map<Tool, HTMLButtonElement>();
  readonly #size = h("output", { class: "mono xs" });
  #radius = FIRST_PX;
  #line: readonly Point[] | null = null;
  #at: Point | null = null;

  constructor(host: Host, pictures: Pictures, changed: () => void) {
    this.#pictures = pictures;
    this.#changed = changed;
    pictures.overlay.append(this.#stroke, this.#tip);
    const pick = (tool: Tool, label: string, key: string | null): HTMLButtonElement => {
      const button = h("button", { type: "button", class: "btn", "aria-pressed": "false", click: () => this.use(tool) }, label, key ? h("kbd", { "aria-hidden": "true" }, key) : null);
      keepFocus(button);
      this.#picks.set(tool, button);
      return button;
    };
    const sized = (name: string, label: string, factor: number): HTMLButtonElement => {
      const button = h("button", { type: "button", class: "btn icon-only", "aria-label": label, title: label, click: () => this.resize(factor) }, icon(name));
      keepFocus(button);
      return button;
    };
    this.#panel = h("section", { class: "panel" }, h("h2", { class: "wide-only" }, t("draw_with")),
      h("div", { class: "row", role: "group", "aria-label": t("draw_with") }, pick("outline", t("tool_outline"), null), pick("brush", t("tool_brush"), "V"), pick("eraser", t("tool_eraser"), "X")),
      h("div", { class: "row", role: "group", "aria-label": t("brush_size") }, sized("minus", `${t("brush_smaller")}, [`, 1 / STEP), this.#size, sized("plus", `${t("brush_larger")}, ]`, STEP)));
    host.side.append(this.#panel);
    this.#show();
  }

  remove(): void {
    this.#stroke.remove();
    this.#tip.remove();
    this.#panel.remove();
  }

  /** Taken in hand, or laid down again if it is there already. */
  toggle(tool: Tool): void {
    this.use(this.tool === tool ? "outline" : tool);
  }

  use(tool: Tool): void {
    this.tool = tool;
    this.#show();
    this.#changed();
  }

  resize(factor: number): void {
    this.#radius = Math.min(LARGEST_PX, Math.max(SMALLEST_PX, this.#radius * factor));
    this.#show();
    this.moved(this.#pictures.view());
  }

  /** In pixels of the picture. */
  radius(): number {
    return this.#radius / this.#pictures.view().scale;
  }

  /** What is being painted, or (null) nothing. */
  paint(line: readonly Point[] | null, color: number, adds: boolean): void {
    this.#line = line;
    apply(this.#stroke, { class: adds ? `brushstroke c${color}` : "brushstroke erases" });
    this.tip(line?.at(-1) ?? null);
    this.moved(this.#pictures.view());
  }

  /** Where the hand is. */
  tip(at: Point | null): void {
    this.#at = at;
    this.moved(this.#pictures.view());
  }

  moved(view: View): void {
    const d = (this.#line ?? []).map((one, index) => {
      const { x, y } = toScreen(view, one);
      return `${index === 0 ? "M" : "L"}${x} ${y}`;
    }).join("");
    apply(this.#stroke, { d: this.#line?.length === 1 ? `${d}h0.01` : d, "stroke-width": 2 * this.#radius });
    const shown = this.tool !== "outline" && this.#at !== null;
    const { x, y } = toScreen(view, this.#at ?? { x: 0, y: 0 });
    apply(this.#tip, { cx: x, cy: y, r: this.#radius, visibility: shown ? "visible" : "hidden" });
  }

  #show(): void {
    for (const [tool, button] of this.#picks) button.setAttribute("aria-pressed", String(tool === this.tool));
    this.#size.textContent = `${Math.round(2 * this.#radius)} px`;
    this.#size.parentElement?.toggleAttribute("hidden", this.tool === "outline");
  }
}
