import { apply, svg } from "../../frontend/src/dom.ts";
import { handleSize, NameTag } from "../../frontend/src/drawn_shapes.ts";
import { toScreen } from "../../frontend/src/viewport.ts";
import type { View } from "../../frontend/src/types.ts";
import { bounds, type Points, type Skeleton } from "./figures.ts";

const POINT_PX = 5;
const ROOM_FOR_POINTS_PX = 6;

/** A cross says that something hides the point; a spot, that it is seen. */
function cross(x: number, y: number, size: number): string {
  return `M${x - size} ${y - size}L${x + size} ${y + size}M${x - size} ${y + size}L${x + size} ${y - size}`;
}

/** The resting figure as a path in picture pixels. */
export function outline(path: Path2D, points: Points, { lines }: Skeleton, scale: number): void {
  for (const [from, to] of lines) {
    const [a, b] = [points[from], points[to]];
    if (!a || !b) continue;
    path.moveTo(a.x, a.y);
    path.lineTo(b.x, b.y);
  }
  const size = POINT_PX / scale;
  for (const { x, y, visible } of Object.values(points)) {
    if (visible) {
      path.moveTo(x + size / 2, y);
      path.arc(x, y, size / 2, 0, 2 * Math.PI);
    } else {
      path.addPath(new Path2D(cross(x, y, size * 0.7)));
    }
  }
}

/** The one figure in hand, in screen coordinates: its lines, its points, and the name of the one in hand. */
export class ActiveFigure {
  readonly #group = svg("g");
  readonly #casing = svg("path", { class: "casing" });
  readonly #shape = svg("path", { class: "shape" });
  readonly #handles = svg("g");
  readonly #tag: NameTag;

  constructor(root: SVGSVGElement) {
    this.#tag = new NameTag(root, ROOM_FOR_POINTS_PX);
    this.#group.append(this.#casing, this.#shape, this.#handles, this.#tag.node);
    this.hide();
    root.append(this.#group);
  }

  hide(): void {
    this.#group.setAttribute("visibility", "hidden");
  }

  remove(): void {
    this.#group.remove();
  }

  show(points: Points, skeleton: Skeleton, view: View, look: { readonly color: number; readonly name: string; readonly held: string | null }): void {
    apply(this.#group, { class: `c${look.color}`, visibility: "visible" });
    const d = skeleton.lines.flatMap(([from, to]) => {
      const [a, b] = [points[from], points[to]];
      if (!a || !b) return [];
      const [start, end] = [toScreen(view, a), toScreen(view, b)];
      return [`M${start.x} ${start.y}L${end.x} ${end.y}`];
    }).join("");
    apply(this.#casing, { d });
    apply(this.#shape, { d });
    this.#handles.replaceChildren(...Object.entries(points).flatMap(([name, point]) => {
      const { x, y } = toScreen(view, point);
      const held = name === look.held;
      const spot = svg("circle", { class: held ? "handle held" : "handle", cx: x, cy: y, r: handleSize(2 * POINT_PX) / 2 + (held ? 2 : 0) });
      return point.visible ? [spot] : [spot, svg("path", { class: "hiddenpoint", d: cross(x, y, POINT_PX * 0.5) })];
    }));
    const { x0, y0, y1 } = bounds(points);
    const held = look.held === null ? undefined : points[look.held];
    const start = toScreen(view, held ?? { x: x0, y: y0 });
    this.#tag.show(look.name, start.x, start.y, held ? start.y : toScreen(view, { x: x0, y: y1 }).y);
  }
}
