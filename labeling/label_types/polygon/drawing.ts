import { apply, svg } from "../../frontend/src/dom.ts";
import { handleSize, NameTag } from "../../frontend/src/drawn_shapes.ts";
import { toScreen } from "../../frontend/src/viewport.ts";
import type { View } from "../../frontend/src/types.ts";
import { bounds, middleOf, ringsOf, type Region, type Ring } from "./rings.ts";

const CORNER_PX = 9;
const MIDDLE_PX = 3.5;
const ROOM_FOR_CORNERS_PX = 4;

interface ActiveLook {
  readonly color: number;
  readonly name: string;
  /** Still being drawn: open, its first corner ready to close it. */
  readonly open: boolean;
  /** The corner in hand, of the outline (ring 0) or of a hole. */
  readonly corner: { readonly ring: number; readonly at: number } | null;
  /** Without corners to take: it is painted. */
  readonly bare: boolean;
}

/** The one ring in hand, in screen coordinates, with its corners, the middles of its sides and its class's name. */
export class ActiveRing {
  readonly #group = svg("g");
  readonly #casing = svg("path", { class: "casing" });
  readonly #shape = svg("path", { class: "shape", "fill-rule": "evenodd" });
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

  show(region: Region, view: View, look: ActiveLook): void {
    apply(this.#group, { class: `c${look.color}`, visibility: "visible" });
    const all = ringsOf(region);
    const line = (ring: Ring): string => ring.map(([x, y], index) => {
      const at = toScreen(view, { x, y });
      return `${index === 0 ? "M" : "L"}${at.x} ${at.y}`;
    }).join("") + (look.open ? "" : "Z");
    const d = all.map(line).join("");
    apply(this.#casing, { d });
    apply(this.#shape, { d, class: look.open ? "shape" : "shape fill" });
    this.#handles.replaceChildren(...(look.bare ? [] : all.flatMap((ring, index) => this.#handlesOf(ring, index, view, look))));
    const { x0, y0, y1 } = bounds(region.points);
    const start = toScreen(view, { x: x0, y: y0 });
    this.#tag.show(look.open ? "" : look.name, start.x, start.y, toScreen(view, { x: x0, y: y1 }).y);
  }

  #handlesOf(ring: Ring, index: number, view: View, look: ActiveLook): SVGElement[] {
    const corners = ring.map(([cx, cy], at) => {
      const { x, y } = toScreen(view, { x: cx, y: cy });
      const held = (look.corner?.ring === index && look.corner.at === at) || (look.open && at === 0);
      const size = handleSize(CORNER_PX) + (held ? 4 : 0);
      return svg("rect", { class: held ? "handle held" : "handle", x: x - size / 2, y: y - size / 2, width: size, height: size, rx: held ? size / 2 : 2 });
    });
    const middles = look.open ? [] : ring.map((_, side) => {
      const { x, y } = toScreen(view, middleOf(ring, side));
      return svg("circle", { class: "handle", cx: x, cy: y, r: (MIDDLE_PX * handleSize(CORNER_PX)) / CORNER_PX });
    });
    return [...middles, ...corners];
  }
}
