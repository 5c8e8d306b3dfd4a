import { apply, svg } from "../../frontend/src/dom.ts";
import { toScreen } from "../../frontend/src/viewport.ts";
import type { View } from "../../frontend/src/types.ts";
import { bounds, middleOf, type Polygon, type Ring } from "./rings.ts";

const CASING_PX = 4.5;
const LINE_PX = 2;
const CORNER_PX = 9;
const MIDDLE_PX = 3.5;

/** All resting polygons in a few strokes: every black casing first, then one fill and one line a class color. */
export function paintIdle(context: CanvasRenderingContext2D, view: View, polygons: readonly Polygon[], colorOf: (code: number) => number): void {
  if (polygons.length === 0) return;
  const styles = getComputedStyle(document.documentElement);
  const casing = new Path2D();
  const byColor = new Map<number, Path2D>();
  for (const { geometry, class: code } of polygons) {
    const color = colorOf(code);
    const path = byColor.get(color) ?? new Path2D();
    byColor.set(color, path);
    for (const one of [path, casing]) {
      geometry.points.forEach(([x, y], index) => (index === 0 ? one.moveTo(x, y) : one.lineTo(x, y)));
      one.closePath();
    }
  }
  context.lineJoin = "round";
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

export interface ActiveLook {
  readonly color: number;
  readonly name: string;
  /** Still being drawn: open, its first corner ready to close it. */
  readonly open: boolean;
  /** The corner in hand. */
  readonly corner: number | null;
}

/** The one ring in hand, in screen coordinates, with its corners, the middles of its sides and its class's name. */
export class ActiveRing {
  readonly #root: SVGSVGElement;
  readonly #group = svg("g");
  readonly #casing = svg("path", { class: "casing" });
  readonly #shape = svg("path", { class: "shape" });
  readonly #handles = svg("g");
  readonly #tag = svg("g", { class: "tag" });
  readonly #plate = svg("rect", { rx: 2, height: 22 });
  readonly #text = svg("text", {});
  #named = "";
  #plateWidth = 0;

  constructor(root: SVGSVGElement) {
    this.#root = root;
    this.#tag.append(this.#plate, this.#text);
    this.#group.append(this.#casing, this.#shape, this.#tag, this.#handles);
    this.hide();
    root.append(this.#group);
  }

  hide(): void {
    this.#group.setAttribute("visibility", "hidden");
  }

  remove(): void {
    this.#group.remove();
  }

  show(ring: Ring, view: View, look: ActiveLook): void {
    apply(this.#group, { class: `c${look.color}`, visibility: "visible" });
    const at = ring.map(([x, y]) => toScreen(view, { x, y }));
    const d = at.map(({ x, y }, index) => `${index === 0 ? "M" : "L"}${x} ${y}`).join("") + (look.open ? "" : "Z");
    apply(this.#casing, { d });
    apply(this.#shape, { d, class: look.open ? "shape" : "shape fill" });
    const corners = at.map(({ x, y }, index) => {
      const held = index === look.corner || (look.open && index === 0);
      const size = held ? CORNER_PX + 4 : CORNER_PX;
      return svg("rect", { class: held ? "handle held" : "handle", x: x - size / 2, y: y - size / 2, width: size, height: size, rx: held ? size / 2 : 2 });
    });
    const middles = look.open ? [] : ring.map((_, side) => {
      const { x, y } = toScreen(view, middleOf(ring, side));
      return svg("circle", { class: "handle", cx: x, cy: y, r: MIDDLE_PX });
    });
    this.#handles.replaceChildren(...middles, ...corners);
    this.#name(look.open ? "" : look.name, ring, view);
  }

  /** The tag stands above the shape; where there is no room, below it. */
  #name(name: string, ring: Ring, view: View): void {
    this.#tag.setAttribute("visibility", name ? "inherit" : "hidden");
    if (!name) return;
    if (this.#named !== name) {
      this.#named = name;
      this.#text.textContent = name;
      this.#plateWidth = this.#text.getComputedTextLength() + 12;
    }
    const { x0, y0, y1 } = bounds(ring);
    const start = toScreen(view, { x: x0, y: y0 });
    const left = Math.min(Math.max(0, start.x - 1), Math.max(0, this.#root.clientWidth - this.#plateWidth));
    const top = start.y >= 32 ? start.y - 30 : toScreen(view, { x: x0, y: y1 }).y + 9;
    apply(this.#plate, { x: left, y: top, width: this.#plateWidth });
    apply(this.#text, { x: left + 6, y: top + 15.5 });
  }
}
