import { apply, svg } from "../../frontend/src/dom.ts";
import { NameTag } from "../../frontend/src/drawn_shapes.ts";
import { toScreen } from "../../frontend/src/viewport.ts";
import type { View } from "../../frontend/src/types.ts";
import { bounds, middleOf, type Ring } from "./rings.ts";

const CORNER_PX = 9;
const MIDDLE_PX = 3.5;
const ROOM_FOR_CORNERS_PX = 4;

interface ActiveLook {
  readonly color: number;
  readonly name: string;
  /** Still being drawn: open, its first corner ready to close it. */
  readonly open: boolean;
  /** The corner in hand. */
  readonly corner: number | null;
}

/** The one ring in hand, in screen coordinates, with its corners, the middles of its sides and its class's name. */
export class ActiveRing {
  readonly #group = svg("g");
  readonly #casing = svg("path", { class: "casing" });
  readonly #shape = svg("path", { class: "shape" });
  readonly #handles = svg("g");
  readonly #tag: NameTag;

  constructor(root: SVGSVGElement) {
    this.#tag = new NameTag(root, ROOM_FOR_CORNERS_PX);
    this.#group.append(this.#casing, this.#shape, this.#tag.node, this.#handles);
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
    const { x0, y0, y1 } = bounds(ring);
    const start = toScreen(view, { x: x0, y: y0 });
    this.#tag.show(look.open ? "" : look.name, start.x, start.y, toScreen(view, { x: x0, y: y1 }).y);
  }
}
