import { apply, svg } from "./dom.ts";
import type { Bounds, View } from "./types.ts";

const CASING_PX = 4.5;
const LINE_PX = 2;
const TAG_PX = 26;
const UNDER_PX = 5;
/** Where more shapes than this are seen, those smaller than the other on the screen are plain spots: an outline would fill them anyway. */
const MANY = 1_000;
const SPOT_PX = 14;

/** What a fingertip covers. */
const COARSE_PX = 24;

/** How large a handle is drawn: as given for a fine pointer, as a finger needs it for a coarse one. */
export function handleSize(fine_px: number): number {
  return matchMedia("(pointer: coarse)").matches ? COARSE_PX : fine_px;
}

interface Outlined<G> {
  readonly class: number;
  readonly geometry: G;
}

/** A spot each in the class's color, a color at a time. */
function paintSpots<G>(context: CanvasRenderingContext2D, elements: readonly Outlined<G>[], colors: (code: number) => string, boundsOf: (geometry: G) => Bounds): void {
  context.globalAlpha = 0.7;
  for (const code of new Set(elements.map((one) => one.class))) {
    context.fillStyle = colors(code);
    for (const one of elements) {
      if (one.class !== code) continue;
      const { x0, y0, x1, y1 } = boundsOf(one.geometry);
      context.fillRect(x0, y0, x1 - x0, y1 - y0);
    }
  }
  context.globalAlpha = 1;
}

/** All resting shapes in a few strokes: every black casing first, then one fill and one line a class color. */
export function paintIdle<G>(
  context: CanvasRenderingContext2D,
  view: View,
  seen: readonly Outlined<G>[],
  colorOf: (code: number) => number,
  outline: (path: Path2D, geometry: G) => void,
  boundsOf: (geometry: G) => Bounds,
): void {
  if (seen.length === 0) return;
  const styles = getComputedStyle(document.documentElement);
  const valueOf = (color: number): string => styles.getPropertyValue(`--class-${color}`).trim() || "#fff";
  const isSpot = ({ geometry }: Outlined<G>): boolean => {
    const { x0, y0, x1, y1 } = boundsOf(geometry);
    return Math.max(x1 - x0, y1 - y0) * view.scale < SPOT_PX;
  };
  const spots = seen.length > MANY ? seen.filter(isSpot) : [];
  paintSpots(context, spots, (code) => valueOf(colorOf(code)), boundsOf);
  const elements = spots.length > 0 ? seen.filter((one) => !isSpot(one)) : seen;
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
    const value = valueOf(color);
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
