import { apply, svg } from "../../frontend/src/dom.ts";
import { NameTag } from "../../frontend/src/drawn_shapes.ts";
import { toScreen } from "../../frontend/src/viewport.ts";
import type { View } from "../../frontend/src/types.ts";
import { HANDLES, handlePoint, height, width, type Rect } from "./shapes.ts";

const HANDLE_PX = 9;

/** The one shape in hand, in screen coordinates, so that lines and handles keep their size at any zoom. */
export class ActiveShape {
  readonly #group = svg("g");
  readonly #casing = svg("rect", { class: "casing" });
  readonly #shape = svg("rect", { class: "shape fill" });
  readonly #tag: NameTag;
  readonly #handles = HANDLES.map(() => svg("rect", { class: "handle", width: HANDLE_PX, height: HANDLE_PX, rx: 2 }));

  constructor(root: SVGSVGElement) {
    this.#tag = new NameTag(root);
    this.#group.append(this.#casing, this.#shape, this.#tag.node, ...this.#handles);
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
    this.#tag.show(name, start.x, start.y, start.y + place.height);
  }

  remove(): void {
    this.#group.remove();
  }
}
