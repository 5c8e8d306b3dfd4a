import { apply, svg } from "./dom.ts";
import type { View } from "./types.ts";

const CASING_PX = 4.5;
const LINE_PX = 2;
const TAG_PX = 26;
const UNDER_PX = 5;

interface Outlined<G> {
  readonly class: number;
  readonly geometry: G;
}

/** All resting shapes in a few strokes: every black casing first, then one fill and one line a class color. */
export function paintIdle<G>(
  context: CanvasRenderingContext2D,
  view: View,
  elements: readonly Outlined<G>[],
  colorOf: (code: number) => number,
  outline: (path: Path2D, geometry: G) => void,
): void {
  if (elements.length === 0) return;
  const styles = getComputedStyle(document.documentElement);
  const casing = new Path2D();
  const byColor = new Map<number, Path2D>();
  for (const { geometry, class: code } of elements) {
    const color = colorOf(code);
    let path = byColor.get(color);
    if (!path) byColor.set(color, (path = new Path2D()));
    outline(path, geometry);
    outline(casing, geometry);
  }
  context.strokeStyle = "#000";
  context.lineWidth = CASING_PX / view.scale;
  context.stroke(casing);
  for (const [color, path] of byColor) {
    const value = styles.getPropertyValue(`--class-${color}`).trim() || "#fff";
    context.fillStyle = value;
    context.strokeStyle = value;
    context.globalAlpha = 0.16;
    context.fill(path);
    context.globalAlpha = 1;
    context.lineWidth = LINE_PX / view.scale;
    context.stroke(path);
  }
}

/** The name of the shape in hand: it stands above the shape; where there is no room, below it. */
export class NameTag {
  readonly node = svg("g", { class: "tag" });
  readonly #root: SVGSVGElement;
  readonly #plate = svg("rect", { rx: 2, height: 22 });
  readonly #text = svg("text", {});
  readonly #gap: number;
  #named = "";
  #width = 0;

  /** `gap_px` is left free between shape and tag, beside the few there always are. */
  constructor(root: SVGSVGElement, gap_px = 0) {
    this.#root = root;
    this.#gap = gap_px;
    this.node.append(this.#plate, this.#text);
  }

  /** At the left end of a shape that reaches from `top` to `bottom` on the screen. */
  show(name: string, left: number, top: number, bottom: number): void {
    this.node.setAttribute("visibility", name ? "inherit" : "hidden");
    if (!name) return;
    if (this.#named !== name) {
      this.#named = name;
      this.#text.textContent = name;
      this.#width = this.#text.getComputedTextLength() + 12;
    }
    const x = Math.min(Math.max(0, left - 1), Math.max(0, this.#root.clientWidth - this.#width));
    const above = TAG_PX + this.#gap;
    const y = top >= above + 2 ? top - above : bottom + UNDER_PX + this.#gap;
    apply(this.#plate, { x, y, width: this.#width });
    apply(this.#text, { x: x + 6, y: y + 15.5 });
  }
}
