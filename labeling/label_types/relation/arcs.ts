import { h, svg } from "../../frontend/src/dom.ts";
import { place, same, type Marks } from "../span/marks.ts";
import type { Span } from "../span/spans.ts";
import { heights, pieces, type End, type Link, type Piece } from "./links.ts";

/** From one line of a link to the next above it, in pixels, and how many there are room for. */
const LANE_PX = 16;
const MOST_LANES = 8;
/** About what a letter of a link's name takes, and its edges. */
const LETTER_PX = 6.4;
const EDGES_PX = 14;
const HEAD_PX = 4;

export interface Drawn { readonly link: Link; readonly from: Span; readonly to: Span; readonly symmetric: boolean; readonly on: boolean }

/** The links of one text, drawn above its lines: each line of text has as much room as its links take. */
export class Arcs {
  readonly #marks: Marks;
  readonly #layer = h("span", { class: "marks arcs", dir: "ltr", "aria-hidden": "true" });
  readonly #lines = svg("svg");
  #pieces: ReadonlyMap<Piece, number> = new Map();
  #drawn: ReadonlyMap<string, Drawn> = new Map();
  /** What the layout rests on: links and spans, then the size of the text once they were drawn. */
  #rests: readonly unknown[] = [];
  #isStanding = false;

  constructor(marks: Marks, pick: (id: string) => void) {
    this.#marks = marks;
    marks.shown.body.classList.add("linked");
    marks.shown.body.append(this.#layer);
    this.#layer.addEventListener("pointerdown", (event) => {
      const name = event.target instanceof HTMLElement ? event.target.dataset["link"] : undefined;
      if (name === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      pick(name);
    });
  }

  remove(): void {
    this.#layer.remove();
  }

  /** Before the spans are drawn: how many lines of links each line of text has above it. What is beside each other does not depend on it. */
  makeRoom(drawn: readonly Drawn[], part: string): void {
    const { body } = this.#marks.shown;
    this.#drawn = new Map(drawn.map((one) => [one.link.id, one]));
    const { width, height } = body.getBoundingClientRect();
    const rests = drawn.flatMap(({ link, from, to }): readonly unknown[] => [link, from, to]);
    this.#isStanding = same(this.#rests, [...rests, width, height]);
    this.#rests = rests;
    if (this.#isStanding) return;
    const boxes = new Map<string, DOMRect>();
    for (const { from, to } of drawn) {
      for (const span of [from, to]) {
        const first = span.part === part && !boxes.has(span.id) ? this.#marks.boxes(span.geometry)[0] : undefined;
        if (first) boxes.set(span.id, first);
      }
    }
    const origin = body.getBoundingClientRect();
    const page = { left: 0, right: origin.width, backward: this.#marks.backward };
    const ends = this.#ends(drawn, boxes, rowsOf([...boxes.values()]), origin.left);
    const all = drawn.flatMap(({ link }): readonly Piece[] => {
      const [from, to] = [ends.get(`${link.id} from`), ends.get(`${link.id} to`)];
      if (from && to) return pieces(link.id, from, to, page);
      const end = from ?? to;
      return end ? [{ id: link.id, row: end.row, x0: end.x, x1: end.x, from: from ? end.x : null, to: to ? end.x : null }] : [];
    });
    this.#pieces = heights(all, (piece) => this.#room(piece), MOST_LANES);
    body.style.setProperty("--arcs", String(Math.max(0, ...this.#pieces.values(), -1) + (this.#pieces.size > 0 ? 1 : 0)));
  }

  /** Once they are drawn and the lines of text stand where they stay. */
  draw(part: string): void {
    const origin = this.#marks.shown.body.getBoundingClientRect();
    this.#rests = [...this.#rests, origin.width, origin.height];
    if (this.#isStanding) {
      for (const piece of this.#layer.querySelectorAll<SVGElement | HTMLElement>("[data-link]")) piece.classList.toggle("on", this.#drawn.get(piece.dataset["link"] ?? "")?.on ?? false);
      return;
    }
    const tops = new Map<number, number>();
    const rows = [...this.#pieces.keys()].map(({ row }) => row);
    const boxes = [...this.#drawn.values()].flatMap(({ from, to }) => [from, to]).filter((span) => span.part === part).map((span) => this.#marks.boxes(span.geometry)[0]).filter((box) => box !== undefined);
    const row = rowsOf(boxes);
    for (const box of boxes) tops.set(row(box), Math.min(tops.get(row(box)) ?? Infinity, box.top - origin.top));
    const paths: SVGElement[] = [];
    const names: HTMLElement[] = [];
    for (const [piece, lane] of this.#pieces) {
      const one = this.#drawn.get(piece.id);
      if (!one || !rows.includes(piece.row)) continue;
      const top = tops.get(piece.row) ?? 0;
      const y = top - 9 - lane * LANE_PX;
      const on = one.on ? " on" : "";
      paths.push(svg("path", { class: `arc${on}`, "data-link": piece.id, d: pathOf(piece, y, top - 1, !one.symmetric) }));
      const name = h("span", { class: `linkname${on}`, "data-link": piece.id }, one.link.relation);
      const width = Math.min(this.#room(piece), origin.width);
      const left = Math.max(0, Math.min((piece.x0 + piece.x1 - width) / 2, origin.width - width));
      place(name, { left, top: y - 7, width });
      names.push(name);
    }
    this.#lines.replaceChildren(...paths);
    this.#layer.replaceChildren(this.#lines, ...names);
  }

  #room({ id }: Piece): number {
    return (this.#drawn.get(id)?.link.relation.length ?? 0) * LETTER_PX + EDGES_PX;
  }

  /** Where each link begins and ends: side by side over a span that has several. */
  #ends(drawn: readonly Drawn[], boxes: ReadonlyMap<string, DOMRect>, row: (box: DOMRect) => number, left: number): ReadonlyMap<string, End> {
    const at = new Map<string, { readonly key: string; readonly far: number }[]>();
    const middle = (span: Span): number => {
      const box = boxes.get(span.id);
      return box ? row(box) * 1e6 + box.left + box.width / 2 : 0;
    };
    for (const { link, from, to } of drawn) {
      at.set(from.id, [...(at.get(from.id) ?? []), { key: `${link.id} from`, far: middle(to) }]);
      at.set(to.id, [...(at.get(to.id) ?? []), { key: `${link.id} to`, far: middle(from) }]);
    }
    const found = new Map<string, End>();
    for (const [id, ends] of at) {
      const box = boxes.get(id);
      if (!box) continue;
      [...ends].sort((a, b) => a.far - b.far).forEach(({ key }, index) => {
        found.set(key, { row: row(box), x: box.left - left + (box.width * (index + 1)) / (ends.length + 1) });
      });
    }
    return found;
  }
}

/** Numbers the lines of text that rectangles stand in, from the top. */
function rowsOf(boxes: readonly DOMRect[]): (box: DOMRect) => number {
  const middles: { readonly y: number; readonly height: number }[] = [];
  for (const { top, height } of [...boxes].sort((a, b) => a.top + a.height / 2 - (b.top + b.height / 2))) {
    const last = middles.at(-1);
    if (!last || top + height / 2 - last.y > last.height * 0.6) middles.push({ y: top + height / 2, height });
  }
  return ({ top, height }) => {
    let nearest = 0;
    middles.forEach(({ y }, index) => {
      if (Math.abs(y - top - height / 2) < Math.abs((middles[nearest]?.y ?? 0) - top - height / 2)) nearest = index;
    });
    return nearest;
  };
}

/** Up from where it begins, along, and down to where it ends, with a head there if it points. */
function pathOf({ x0, x1, from, to }: Piece, y: number, foot: number, points: boolean): string {
  const legs = [from, to].filter((x) => x !== null).map((x) => `M${x} ${foot}V${y}`).join("");
  const head = to !== null && points ? `M${to - HEAD_PX} ${foot - HEAD_PX}L${to} ${foot}L${to + HEAD_PX} ${foot - HEAD_PX}` : "";
  return `${legs}M${x0} ${y}H${x1}${head}`;
}
