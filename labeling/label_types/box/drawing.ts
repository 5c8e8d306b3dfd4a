import { apply, svg } from "../../frontend/src/dom.ts";
import { handleSize, NameTag } from "../../frontend/src/drawn_shapes.ts";
import { toScreen } from "../../frontend/src/viewport.ts";
import type { View } from "../../frontend/src/types.ts";
import { around, HANDLES, handlePoint, height, middleOf, width, type Rect } from "./shapes.ts";

const HANDLE_PX = 9;
/** Between its corners a side has a handle of its own where it is so many handles long. */
const ROOM = 2.5;
/** How far above the box the handle lies that turns it. */
export const TURN_PX = 26;

/** The one shape in hand, in screen coordinates, so that lines and handles keep their size at any zoom. */
export class ActiveShape {
  readonly #group = svg("g");
  readonly #casing = svg("rect", { class: "casing" });
  readonly #shape = svg("rect", { class: "shape fill" });
  readonly #tag: NameTag;
  readonly #handles = HANDLES.map(() => svg("rect", { class: "handle", rx: 2 }));

  readonly #turner: readonly [SVGElement, SVGElement] | null;
  readonly #turning = svg("g");

  /** `turns`: with a handle above it that turns it. */
  constructor(root: SVGSVGElement, turns: boolean) {
    this.#tag = new NameTag(root, turns ? TURN_PX + HANDLE_PX : 0);
    this.#turner = turns ? [svg("path", { class: "casing thin" }), svg("circle", { class: "handle", r: handleSize(HANDLE_PX + 2) / 2 })] : null;
    this.#turning.append(this.#casing, this.#shape, ...(this.#turner ?? []), ...this.#handles);
    this.#group.append(this.#turning, this.#tag.node);
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
    const size = handleSize(HANDLE_PX);
    this.#handles.forEach((handle, index) => {
      const name = HANDLES[index] ?? "nw";
      const at = toScreen(view, handlePoint(rect, name));
      const side = name === "n" || name === "s" ? place.width : name === "e" || name === "w" ? place.height : Infinity;
      const shown = rests && side >= ROOM * size;
      apply(handle, { x: at.x - size / 2, y: at.y - size / 2, width: size, height: size, visibility: shown ? "inherit" : "hidden" });
    });
    const middle = toScreen(view, middleOf(rect));
    apply(this.#turning, { transform: `rotate(${rect.angle ?? 0} ${middle.x} ${middle.y})` });
    if (this.#turner) {
      const [stem, knob] = this.#turner;
      apply(stem, { d: `M${middle.x} ${start.y}V${start.y - TURN_PX}`, visibility: rests ? "inherit" : "hidden" });
      apply(knob, { cx: middle.x, cy: start.y - TURN_PX, visibility: rests ? "inherit" : "hidden" });
    }
    const { x0, y0, y1 } = around(rect);
    this.#tag.show(name, toScreen(view, { x: x0, y: y0 }).x, toScreen(view, { x: x0, y: y0 }).y, toScreen(view, { x: x0, y: y1 }).y);
  }

  remove(): void {
    this.#group.remove();
  }
}
