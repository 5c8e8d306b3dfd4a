import { DrawnEditor } from "../../frontend/src/drawn_editor.ts";
import { t, type MessageKey } from "../../frontend/src/messages.ts";
import { Unanswerable } from "../../frontend/src/unanswerable.ts";
import type { Binding, Bounds, EditorModule, Host, Json, Part, Pictures, Point, View } from "../../frontend/src/types.ts";
import { ActiveRing } from "./drawing.ts";
import * as rings from "./rings.ts";
import type { Polygon, Ring } from "./rings.ts";

type Gesture =
  | { readonly kind: "place"; readonly at: Point }
  | { readonly kind: "corner"; readonly polygon: Polygon; readonly ring: Ring; readonly corner: number; begun: boolean }
  | { readonly kind: "move"; readonly polygon: Polygon; readonly start: Point; begun: boolean };

/** Outlines on a picture, corner by corner, by mouse, pen, touch or keyboard alone. */
class PolygonEditor extends DrawnEditor<Polygon["geometry"]> {
  readonly bindings: readonly Binding[];
  protected readonly joins = "round";
  readonly #smallest: number;
  readonly #largest: number;
  readonly #active: ActiveRing;
  #corner: number | null = null;
  /** The corners set so far of a shape that is not closed yet, and where the next one would be. */
  #draft: Ring | null = null;
  #next: Point | null = null;
  #gesture: Gesture | null = null;
  #live: Ring | null = null;

  constructor(host: Host, pictures: Pictures) {
    super(host, pictures, {
      line: ({ geometry }, name) => ({ main: name, side: sizeText(geometry.points) }),
      place: ({ geometry }) => t("polygon_place", { n: geometry.points.length, area: Math.round(rings.area(geometry.points)) }),
      words: { list: t("shapes"), none: t("polygons_none"), place: t("polygon"), remove: t("delete_shape") },
    }, { few: "too_few_polygons", many: "too_many_polygons" });
    this.#smallest = host.question.spec.min_area ?? 1;
    this.#largest = host.question.spec.max_area ?? Infinity;
    this.#active = new ActiveRing(pictures.overlay);
    pictures.surface.addEventListener("dblclick", this.#onDouble);
    this.bindings = this.#makeBindings();
    this.open();
  }

  override destroy(): void {
    this.#active.remove();
    this.pictures.surface.removeEventListener("dblclick", this.#onDouble);
    super.destroy();
  }

  override show(value: Json | undefined): void {
    super.show(value);
    if (this.#corner !== null && this.#corner >= (this.current()?.geometry.points.length ?? 0)) this.#hold(null);
  }

  /** A shape that is not closed is not sent, and not lost either. */
  override problem(value: Json | undefined): string | null {
    return this.#draft ? t("polygon_open") : super.problem(value);
  }

  override rest(): void {
    this.#letGo();
    super.rest();
  }

  override partChanged(part: Part): void {
    this.#letGo();
    super.partChanged(part);
  }

  /* -- state -------------------------------------------------------------------------------------------- */

  #letGo(): void {
    this.#corner = null;
    this.#draft = null;
  }

  protected override picked(polygon: Polygon | null, inSight: boolean): void {
    this.#letGo();
    super.picked(polygon, inSight);
  }

  /** Says why a ring cannot stand, where it was drawn. */
  #refuses(ring: Ring): boolean {
    const wrong = this.#wrong(ring);
    if (wrong) {
      this.host.tell(wrong);
      this.refresh();
    }
    return wrong !== null;
  }

  #wrong(ring: Ring): string | null {
    if (ring.length > rings.MOST_CORNERS) return t("too_many_corners", { n: rings.MOST_CORNERS });
    if (!rings.isSimple(ring)) return t("crosses_itself");
    const area = rings.area(ring);
    if (area < this.#smallest) return t("too_small_area", { n: this.#smallest });
    return area > this.#largest ? t("too_large_area", { n: this.#largest }) : null;
  }

  #add(points: Ring): void {
    if (this.#refuses(points)) return;
    this.#letGo();
    this.add(this.pictures.part.role, { points });
  }

  #reshape(polygon: Polygon, points: Ring, said: MessageKey): void {
    if (!this.#refuses(points)) this.reshape(polygon, { points }, said);
  }

  /** The corner in hand goes; a triangle, or a shape with no corner in hand, goes as a whole. */
  protected override remove(): boolean {
    const polygon = this.current();
    const at = this.#corner;
    this.#corner = null;
    if (!polygon || at === null || polygon.geometry.points.length <= 3) return super.remove();
    this.#corner = Math.min(at, polygon.geometry.points.length - 2);
    this.#reshape(polygon, rings.without(polygon.geometry.points, at), "resized");
    return true;
  }

  /* -- a shape that is being drawn -------------------------------------------------------------------------- */

  #place(at: Point, reach: number): void {
    const corner = rings.cornerAt(at, this.picture);
    const draft = this.#draft ?? [];
    if (draft.length >= 3 && rings.nearestCorner(draft.slice(0, 1), at, reach) === 0) {
      this.#close();
      return;
    }
    const last = draft.at(-1);
    if (last && last[0] === corner[0] && last[1] === corner[1]) return;
    this.selected = null;
    this.#corner = null;
    this.#draft = [...draft, corner];
    this.#next = null;
    this.host.announce(t("corner_set", { n: this.#draft.length, x: corner[0], y: corner[1] }));
    this.refresh();
  }

  #close(): boolean {
    if (!this.#draft) return false;
    if (this.#draft.length < 3) this.host.tell(t("three_corners"));
    else this.#add(this.#draft);
    this.refresh();
    return true;
  }

  #unplace(): boolean {
    if (!this.#draft) return false;
    this.#draft = this.#draft.length > 1 ? this.#draft.slice(0, -1) : null;
    this.refresh();
    return true;
  }

  readonly #onDouble = (): void => {
    if (this.host.isActive() && (this.#draft?.length ?? 0) >= 3) this.#close();
  };

  /* -- drawn on the picture ----------------------------------------------------------------------------------- */

  protected outline(path: Path2D, { points }: Polygon["geometry"]): void {
    points.forEach(([x, y], index) => (index === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
    path.closePath();
  }

  protected boundsOf({ points }: Polygon["geometry"]): Bounds {
    return rings.bounds(points);
  }

  moved(view: View): void {
    const polygon = this.here();
    const ring = this.#draft ? [...this.#draft, ...(this.#next ? [rings.cornerAt(this.#next, this.picture)] : [])] : (this.#live ?? polygon?.geometry.points);
    const cls = this.classOf(polygon && !this.#draft ? polygon.class : this.hand);
    if (ring && (this.#draft || polygon)) this.#active.show(ring, view, { color: cls.color ?? 12, name: cls.name, open: this.#draft !== null, corner: this.#draft ? null : this.#corner });
    else this.#active.hide();
  }

  /* -- hands ------------------------------------------------------------------------------------------------------ */

  protected begin(event: PointerEvent, at: Point): void {
    this.#gesture = this.#meant(event, at);
  }

  /** What a hand that presses here means to do. */
  #meant(event: PointerEvent, at: Point): Gesture {
    const reach = this.reach(event.pointerType);
    const polygon = this.here();
    if (this.#draft || !polygon || event.shiftKey) return { kind: "place", at };
    const { points } = polygon.geometry;
    const corner = rings.nearestCorner(points, at, reach);
    if (corner !== null) return { kind: "corner", polygon, ring: points, corner, begun: false };
    const side = rings.nearestSide(points, at, reach);
    const middle = side === null ? null : rings.middleOf(points, side);
    if (side !== null && middle && Math.hypot(middle.x - at.x, middle.y - at.y) <= reach) {
      return { kind: "corner", polygon, ring: rings.split(points, side, rings.cornerAt(middle, this.picture)), corner: side + 1, begun: false };
    }
    return rings.contains(points, at) ? { kind: "move", polygon, start: at, begun: false } : { kind: "place", at };
  }

  drag(event: PointerEvent, at: Point): void {
    const gesture = this.#gesture;
    if (!gesture || gesture.kind === "place" || (!gesture.begun && !this.hasMoved(event))) return;
    gesture.begun = true;
    if (gesture.kind === "corner") {
      this.#corner = gesture.corner;
      this.#live = rings.withCorner(gesture.ring, gesture.corner, rings.cornerAt(at, this.picture));
    } else {
      this.#live = rings.moved(gesture.polygon.geometry.points, at.x - gesture.start.x, at.y - gesture.start.y, this.picture);
    }
    this.moved(this.pictures.view());
    this.panels.place({ ...gesture.polygon, geometry: { points: this.#live } });
  }

  up(event: PointerEvent, at: Point): void {
    const gesture = this.#gesture;
    const live = this.#live;
    this.#gesture = null;
    this.#live = null;
    if (!gesture) return;
    if (gesture.kind === "place") this.#press(event, gesture.at);
    else if (gesture.begun && live) this.#reshape(gesture.polygon, live, gesture.kind === "move" ? "moved" : "resized");
    else if (gesture.kind === "corner" && gesture.ring === gesture.polygon.geometry.points) this.#hold(gesture.corner);
    else this.#pick(event, at);
  }

  #under(event: PointerEvent, at: Point): Polygon | null {
    return rings.polygonAt(this.elements, this.pictures.part.role, at, this.reach(event.pointerType) / 2);
  }

  /** A press sets a corner; with nothing begun, one on a shape selects it. Shift begins inside another. */
  #press(event: PointerEvent, at: Point): void {
    const under = this.#draft || event.shiftKey ? null : this.#under(event, at);
    if (under) this.select(under.id, false);
    else if (!this.#draft && this.selected) this.select(null, false);
    else this.#place(at, this.reach(event.pointerType));
  }

  #pick(event: PointerEvent, at: Point): void {
    const under = this.#under(event, at);
    if (under && under.id !== this.selected) this.select(under.id, false);
    else this.#hold(null);
  }

  cancel(): void {
    this.#gesture = null;
    this.#live = null;
    this.#next = null;
    this.refresh();
  }

  hover(at: Point): void {
    if (!this.host.isActive()) return;
    if (this.#draft) {
      this.#next = at;
      this.pictures.setCursor(null);
      this.moved(this.pictures.view());
      return;
    }
    const reach = this.reach("mouse");
    const points = this.current()?.geometry.points;
    if (points && (rings.nearestCorner(points, at, reach) !== null || rings.contains(points, at))) this.pictures.setCursor("move");
    else this.pictures.setCursor(rings.polygonAt(this.elements, this.pictures.part.role, at, reach / 2) ? "pick" : null);
  }

  /* -- keys ------------------------------------------------------------------------------------------------------------ */

  #hold(corner: number | null): void {
    this.#corner = corner;
    const ring = this.current()?.geometry.points;
    const at = corner === null ? undefined : ring?.[corner];
    if (corner !== null && ring && at) this.host.announce(t("corner_held", { n: corner + 1, total: ring.length, x: at[0], y: at[1] }));
    this.refresh();
  }

  #nextCorner(by: 1 | -1): boolean | void {
    const ring = this.current()?.geometry.points;
    if (!ring) return false;
    this.#hold(this.#corner === null ? (by > 0 ? 0 : ring.length - 1) : (this.#corner + by + ring.length) % ring.length);
    return undefined;
  }

  /** The side after the corner in hand is cut in two; the new corner is in hand then. */
  #split(): boolean | void {
    const polygon = this.current();
    if (!polygon) return false;
    const side = this.#corner ?? 0;
    const { points } = polygon.geometry;
    this.#corner = side + 1;
    this.#reshape(polygon, rings.split(points, side, rings.cornerAt(rings.middleOf(points, side), this.picture)), "resized");
    this.#hold(this.#corner);
    return undefined;
  }

  #push(polygon: Polygon, dx: number, dy: number): void {
    const { points } = polygon.geometry;
    const [x, y] = (this.#corner === null ? undefined : points[this.#corner]) ?? [0, 0];
    if (this.#corner === null) this.#reshape(polygon, rings.moved(points, dx, dy, this.picture), "moved");
    else this.#reshape(polygon, rings.withCorner(points, this.#corner, rings.cornerAt({ x: x + dx, y: y + dy }, this.picture)), "resized");
    this.bringIntoSight(rings.bounds(points));
  }

  protected override escape(): boolean | void {
    if (!this.#gesture && !this.#draft && this.#corner === null) return super.escape();
    if (!this.#gesture) this.#letGo();
    this.cancel();
    return undefined;
  }

  #create(): void {
    this.#add(rings.centered(this.seen(), this.picture));
    this.focus();
  }

  #makeBindings(): Binding[] {
    const group = t("polygons");
    const undo = { says: t("undo"), run: () => this.#unplace() };
    return this.keys(group, "next_shape", "delete_corner", [
      { chord: "n", says: t("new_polygon"), group, run: (event) => (event.repeat ? undefined : this.#create()) },
      { chord: "Enter", says: t("close_polygon"), group, run: () => this.#close() },
      { chord: ".", says: t("next_corner"), group, shows: [",", "."], run: () => this.#nextCorner(1) },
      { chord: ",", says: t("next_corner"), run: () => this.#nextCorner(-1) },
      { chord: "/", says: t("split_side"), group, run: () => this.#split() },
      ...this.arrows("", t("nudge_corner"), group, ["← ↑ ↓ →", "Alt"], (polygon, dx, dy) => this.#push(polygon, dx, dy)),
      { chord: "Ctrl+z", ...undo },
      { chord: "z", ...undo },
    ], () => this.#unplace() || this.remove());
  }
}

function sizeText(ring: Ring): string {
  const { x0, y0, x1, y1 } = rings.bounds(ring);
  return `${Math.round(x1 - x0)} × ${Math.round(y1 - y0)}`;
}

export const draws: EditorModule["draws"] = "image";
export const blank: Json = { elements: [] };
export { classesIn } from "../../frontend/src/elements.ts";
export const create: EditorModule["create"] = (host) => (host.pictures ? new PolygonEditor(host, host.pictures) : new Unanswerable(host, t("no_picture", { name: host.question.prompt })));
