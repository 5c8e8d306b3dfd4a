import { apply, svg } from "../../frontend/src/dom.ts";
import { toScreen } from "../../frontend/src/viewport.ts";
import type { View } from "../../frontend/src/types.ts";
import { HANDLES, handlePoint, height, width, type Box, type Rect } from "./shapes.ts";

const CASING_PX = 4.5;
const LINE_PX = 2;
const HANDLE_PX = 9;

/** All resting boxes in a few strokes: every black casing first, then one fill and one line a class color. */
export function paintIdle(context: CanvasRenderingContext2D, view: View, boxes: readonly Box[], colorOf: (code: number) => number): void {
  if (boxes.length === 0) return;
  const styles = getComputedStyle(document.documentElement);
  const casing = new Path2D();
  const byColor = new Map<number, Path2D>();
  for (const { geometry, class: code } of boxes) {
    const color = colorOf(code);
    let path = byColor.get(color);
    if (!path) byColor.set(color, (path = new Path2D()));
    path.rect(geometry.x0, geometry.y0, width(geometry), height(geometry));
    casing.rect(geometry.x0, geometry.y0, width(geometry), height(geometry));
  }
  context.lineJoin = "miter";
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

/** The one shape in hand, in screen coordinates, so that lines and handles keep their size at any zoom. */
export class ActiveShape {
  readonly #root: SVGSVGElement;
  readonly #group = svg("g");
  readonly #casing = svg("rect", { class: "casing" });
  readonly #shape = svg("rect", { class: "shape fill" });
  readonly #tag = svg("g", { class: "tag" });
  readonly #plate = svg("rect", { rx: 2, height: 22 });
  readonly #text = svg("text", {});
  readonly #handles = HANDLES.map(() => svg("rect", { class: "handle", width: HANDLE_PX, height: HANDLE_PX, rx: 2 }));
  #named = "";
  #plateWidth = 0;

  constructor(root: SVGSVGElement) {
    this.#root = root;
    this.#tag.append(this.#plate, this.#text);
    this.#group.append(this.#casing, this.#shape, this.#tag, ...this.#handles);
    this.hide();
    root.append(this.#group);
  }

  hide(): void {
    this.#group.setAttribute("visibility", "hidden");
  }

  show(rect: Rect, view: View, color: number, name: string, rests: boolean): void {
    const start = toScreen(view, { x: rect.x0, y: rect.y0 });
    const place = { x: start.x, y: start.y, width: width(rect) * view.scale, height: height(rect) * view.scale };
    apply(this.#group, { class: `c${color}`, visibility: "visible" });
    apply(this.#casing, place);
    apply(this.#shape, place);
    this.#handles.forEach((handle, index) => {
      const at = toScreen(view, handlePoint(rect, HANDLES[index] ?? "nw"));
      apply(handle, { x: at.x - HANDLE_PX / 2, y: at.y - HANDLE_PX / 2, visibility: rests ? "inherit" : "hidden" });
    });
    this.#name(name, start.x, start.y, place.height);
  }

  /** The tag stands above the shape; where there is no room, below it. */
  #name(name: string, x: number, y: number, high: number): void {
    if (this.#named !== name) {
      this.#named = name;
      this.#text.textContent = name;
      this.#plateWidth = this.#text.getComputedTextLength() + 12;
    }
    const room = this.#root.clientWidth;
    const left = Math.min(Math.max(0, x - 1), Math.max(0, room - this.#plateWidth));
    const top = y >= 28 ? y - 26 : y + high + 5;
    apply(this.#plate, { x: left, y: top, width: this.#plateWidth });
    apply(this.#text, { x: left + 6, y: top + 15.5 });
  }

  remove(): void {
    this.#group.remove();
  }
}
