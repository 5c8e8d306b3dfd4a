import { DrawnEditor } from "../../frontend/src/drawn_editor.ts";
import { openMenu } from "../../frontend/src/held_menu.ts";
import { newElementId } from "../../frontend/src/ids.ts";
import { t, type MessageKey } from "../../frontend/src/messages.ts";
import { Unanswerable } from "../../frontend/src/unanswerable.ts";
import type { Binding, Bounds, EditorModule, Host, Json, Part, Pictures, Point, View } from "../../frontend/src/types.ts";
import { ActiveRing } from "./drawing.ts";
import * as rings from "./rings.ts";
import type { Polygon, Region, Ring } from "./rings.ts";
import { BrushTools } from "./brush_tools.ts";
import { brushed } from "./brush.ts";

type Gesture =
  | { readonly kind: "place"; readonly at: Point }
  | { readonly kind: "corner"; readonly polygon: Polygon; readonly ring: Ring; readonly corner: Corner; begun: boolean }
  | { readonly kind: "brush"; readonly line: Point[]; readonly adds: boolean }
  | { readonly kind: "move"; readonly polygon: Polygon; readonly start: Point; begun: boolean };

/** A corner of the outline (ring 0) or of a hole. */
interface Corner { readonly ring: number; readonly at: number }

/** Outlines on a picture, corner by corner, by mouse, pen, touch or keyboard alone. */
class PolygonEditor extends DrawnEditor<Region> {
  readonly bindings: readonly Binding[];
  protected readonly joins = "round";
  readonly #smallest: number;
  readonly #largest: number;
  readonly #active: ActiveRing;
  readonly #tools: BrushTools;
  #corner: Corner | null = null;
  /** The corners set so far of a shape that is not closed yet, and where the next one would be. */
  #draft: Ring | null = null;
  #next: Point | null = null;
  #gesture: Gesture | null = null;
  #live: Region | null = null;

  constructor(host: Host, pictures: Pictures) {
    super(host, pictures, {
      line: ({ geometry }, name) => ({ main: name, side: sizeText(geometry.points) }),
      place: ({ geometry }) => t("polygon_place", { n: rings.ringsOf(geometry).flat().length, area: Math.round(rings.regionArea(geometry)) }),
      words: { list: t("shapes"), none: t("polygons_none"), place: t("polygon"), remove: t("delete_shape") },
    }, { few: "too_few_polygons", many: "too_many_polygons" });
    this.#smallest = host.question.spec.min_area ?? 1;
    this.#largest = host.question.spec.max_area ?? Infinity;
    this.#active = new ActiveRing(pictures.overlay);
    this.#tools = new BrushTools(host, pictures, () => this.#useTool());
    pictures.surface.addEventListener("dblclick", this.#onDouble);
    this.bindings = this.#makeBindings();
    this.open();
  }

  override destroy(): void {
    this.#active.remove();
    this.#tools.remove();
    this.pictures.surface.removeEventListener("dblclick", this.#onDouble);
    super.destroy();
  }

  override show(value: Json | undefined): void {
    super.show(value);
    if (this.#corner !== null && !this.#cornerAt(this.#corner)) this.#hold(null);
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

  /** Says why a region cannot stand, where it was drawn. */
  #refuses(region: Region): boolean {
    const wrong = this.#wrong(region);
    if (wrong) {
      this.host.tell(wrong);
      this.refresh();
    }
    return wrong !== null;
  }

  #wrong(region: Region): string | null {
    if (rings.ringsOf(region).flat().length > rings.MOST_CORNERS) return t("too_many_corners", { n: rings.MOST_CORNERS });
    if (!rings.isSimple(region.points)) return t("crosses_itself");
    if (!rings.fits(region.points, region.holes ?? [])) return t("hole_crosses");
    const area = rings.regionArea(region);
    if (area < this.#smallest) return t("too_small_area", { n: this.#smallest });
    return area > this.#largest ? t("too_large_area", { n: this.#largest }) : null;
  }

  #add(points: Ring): void {
    if (this.#refuses({ points })) return;
    this.#letGo();
    this.add(this.pictures.part.role, { points });
  }

  #reshape(polygon: Polygon, region: Region, said: MessageKey): void {
    if (!this.#refuses(region)) this.reshape(polygon, region, said);
  }

  #cornerAt({ ring, at }: Corner): rings.Corner | null {
    const polygon = this.current();
    return (polygon ? rings.ringsOf(polygon.geometry)[ring]?.[at] : undefined) ?? null;
  }

  /** The corner in hand goes; a triangle goes as a whole, and so does a shape with no corner in hand. */
  protected override remove(): boolean {
    const polygon = this.current();
    const held = this.#corner;
    const ring = polygon && held ? rings.ringsOf(polygon.geometry)[held.ring] : undefined;
    this.#corner = null;
    if (!polygon || !held || !ring || (held.ring === 0 && ring.length <= 3)) return super.remove();
    const left = ring.length > 3 ? rings.without(ring, held.at) : null;
    if (left) this.#corner = { ring: held.ring, at: Math.min(held.at, left.length - 1) };
    this.#reshape(polygon, rings.withRing(polygon.geometry, held.ring, left), "resized");
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

  protected outline(path: Path2D, region: Region): void {
    for (const ring of rings.wound(region)) {
      ring.forEach(([x, y], index) => (index === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
      path.closePath();
    }
  }

  protected boundsOf({ points }: Region): Bounds {
    return rings.bounds(points);
  }

  moved(view: View): void {
    this.#tools.moved(view);
    const polygon = this.here();
    const draft = this.#draft ? { points: [...this.#draft, ...(this.#next ? [rings.cornerAt(this.#next, this.picture)] : [])] } : null;
    const region = draft ?? this.#live ?? polygon?.geometry;
    const cls = this.classOf(polygon && !this.#draft ? polygon.class : this.hand);
    if (region && (this.#draft || polygon)) this.#active.show(region, view, { color: cls.color ?? 12, name: cls.name, open: this.#draft !== null, corner: this.#draft ? null : this.#corner, bare: this.#tools.tool !== "outline" });
    else this.#active.hide();
  }

  /* -- hands ------------------------------------------------------------------------------------------------------ */

  protected begin(event: PointerEvent, at: Point): void {
    this.#gesture = this.#meant(event, at);
  }

  /** What a hand that presses here means to do. */
  #meant(event: PointerEvent, at: Point): Gesture {
    const { tool } = this.#tools;
    if (tool !== "outline") return { kind: "brush", line: [at], adds: (tool === "brush") !== event.shiftKey };
    const reach = this.reach(event.pointerType);
    const polygon = this.here();
    if (this.#draft || !polygon || event.shiftKey) return { kind: "place", at };
    for (const [ring, points] of rings.ringsOf(polygon.geometry).entries()) {
      const corner = rings.nearestCorner(points, at, reach);
      if (corner !== null) return { kind: "corner", polygon, ring: points, corner: { ring, at: corner }, begun: false };
    }
    for (const [ring, points] of rings.ringsOf(polygon.geometry).entries()) {
      const side = rings.nearestSide(points, at, reach);
      const middle = side === null ? null : rings.middleOf(points, side);
      if (side === null || !middle || Math.hypot(middle.x - at.x, middle.y - at.y) > reach) continue;
      return { kind: "corner", polygon, ring: rings.split(points, side, rings.cornerAt(middle, this.picture)), corner: { ring, at: side + 1 }, begun: false };
    }
    return rings.inRegion(polygon.geometry, at) ? { kind: "move", polygon, start: at, begun: false } : { kind: "place", at };
  }

  drag(event: PointerEvent, at: Point): void {
    const gesture = this.#gesture;
    if (gesture?.kind === "brush") {
      for (const one of event.getCoalescedEvents?.() ?? []) gesture.line.push(this.pictures.at(one));
      gesture.line.push(at);
      this.#tools.paint(gesture.line, this.#brushColor(), gesture.adds);
      return;
    }
    if (!gesture || gesture.kind === "place" || (!gesture.begun && !this.hasMoved(event))) return;
    gesture.begun = true;
    if (gesture.kind === "corner") {
      const { ring, at: corner } = gesture.corner;
      this.#corner = gesture.corner;
      this.#live = rings.withRing(gesture.polygon.geometry, ring, rings.withCorner(gesture.ring, corner, rings.cornerAt(at, this.picture)));
    } else {
      this.#live = rings.movedRegion(gesture.polygon.geometry, at.x - gesture.start.x, at.y - gesture.start.y, this.picture);
    }
    this.moved(this.pictures.view());
    this.panels.place({ ...gesture.polygon, geometry: this.#live });
  }

  #brushColor(): number {
    return this.colorOf(this.here()?.class ?? this.hand);
  }

  /** What was painted joins the shape in hand, or is a new one; pieces that were cut off become shapes of their own. */
  #brush(line: readonly Point[], adds: boolean): void {
    const polygon = this.here();
    this.#tools.paint(null, 1, adds);
    if (!adds && !polygon) {
      this.host.tell(t("nothing_to_erase"));
      return;
    }
    const regions = brushed(polygon?.geometry ?? null, line, this.#tools.radius(), adds, this.picture, this.#smallest);
    if (!regions) this.host.tell(t("too_ragged"));
    const [first, ...more] = regions ?? [];
    if (!regions || [first, ...more].some((region) => region && this.#refuses(region))) {
      this.refresh();
    } else if (!first) {
      if (polygon) this.#erased(polygon);
      else this.host.tell(t("too_small_area", { n: this.#smallest }));
    } else if (polygon) {
      this.#replace(polygon, first, more);
    } else {
      this.add(this.pictures.part.role, first);
    }
  }

  #erased(polygon: Polygon): void {
    this.#corner = null;
    this.select(polygon.id, false);
    this.removeWhole();
  }

  /** One change, whatever became of the shape. */
  #replace(polygon: Polygon, first: Region, more: readonly Region[]): void {
    const taken = new Set(this.elements.map(({ id }) => id));
    const pieces = more.map((geometry) => {
      const id = newElementId(taken);
      taken.add(id);
      return { ...polygon, id, geometry };
    });
    this.#corner = null;
    this.commit(this.elements.flatMap((one) => (one.id === polygon.id ? [{ ...polygon, geometry: first }, ...pieces] : [one])));
    this.host.announce(t("resized", { name: this.classOf(polygon.class).name, place: this.told({ ...polygon, geometry: first }) }));
  }

  up(event: PointerEvent, at: Point): void {
    const gesture = this.#gesture;
    const live = this.#live;
    this.#gesture = null;
    if (gesture?.kind === "brush") {
      this.#brush([...gesture.line, at], gesture.adds);
      return;
    }
    this.#live = null;
    if (!gesture) return;
    if (gesture.kind === "place") this.#press(event, gesture.at);
    else if (gesture.begun && live) this.#reshape(gesture.polygon, live, gesture.kind === "move" ? "moved" : "resized");
    else if (gesture.kind === "corner" && rings.ringsOf(gesture.polygon.geometry).includes(gesture.ring)) this.#hold(gesture.corner);
    else this.#pick(event, at);
  }

  #under(event: PointerEvent, at: Point): Polygon | null {
    return this.under(at, this.reach(event.pointerType));
  }

  protected under(at: Point, reach: number): Polygon | null {
    return rings.polygonAt(this.elements, this.pictures.part.role, at, reach / 2);
  }

  /** On a corner its own deletion comes first; a shape that is not closed yet can be closed or taken back. */
  override held(event: PointerEvent, at: Point): boolean {
    if (this.#tools.tool !== "outline") return false;
    const place = { x: event.clientX, y: event.clientY };
    if (this.#draft) {
      openMenu(t("polygon"), [{ label: t("close_polygon"), run: () => void this.#close() }, { label: t("undo"), run: () => void this.#unplace() }], place, () => this.focus());
      return true;
    }
    const polygon = this.here();
    const reach = this.reach(event.pointerType);
    const corners = polygon ? rings.ringsOf(polygon.geometry).map((ring) => rings.nearestCorner(ring, at, reach)) : [];
    const ring = corners.findIndex((corner) => corner !== null);
    if (!polygon || ring < 0) return super.held(event, at);
    this.#hold({ ring, at: corners[ring] ?? 0 });
    openMenu(this.classOf(polygon.class).name, [{ label: t("delete_this_corner"), run: () => void this.remove() }, ...this.menuOf(polygon)], place, () => this.focus());
    return true;
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
    this.#tools.paint(null, 1, true);
    this.refresh();
  }

  hover(at: Point): void {
    if (!this.host.isActive()) return;
    if (this.#tools.tool !== "outline") {
      this.#tools.tip(at);
      this.pictures.setCursor("brush");
      return;
    }
    if (this.#draft) {
      this.#next = at;
      this.pictures.setCursor(null);
      this.moved(this.pictures.view());
      return;
    }
    const reach = this.reach("mouse");
    const region = this.here()?.geometry;
    if (region && (rings.inRegion(region, at) || rings.ringsOf(region).some((ring) => rings.nearestCorner(ring, at, reach) !== null))) this.pictures.setCursor("move");
    else this.pictures.setCursor(rings.polygonAt(this.elements, this.pictures.part.role, at, reach / 2) ? "pick" : null);
  }

  /* -- keys ------------------------------------------------------------------------------------------------------------ */

  #hold(corner: Corner | null): void {
    this.#corner = corner;
    const polygon = this.current();
    const at = corner === null ? null : this.#cornerAt(corner);
    if (corner !== null && polygon && at) {
      const before = rings.ringsOf(polygon.geometry).slice(0, corner.ring).flat().length;
      this.host.announce(t("corner_held", { n: before + corner.at + 1, total: rings.ringsOf(polygon.geometry).flat().length, x: at[0], y: at[1] }));
    }
    this.refresh();
  }

  /** Around the outline, then around each hole. */
  #nextCorner(by: 1 | -1): boolean | void {
    const polygon = this.current();
    if (!polygon) return false;
    const all = rings.ringsOf(polygon.geometry).flatMap((ring, index) => ring.map((_, at): Corner => ({ ring: index, at })));
    const held = this.#corner;
    const now = held === null ? (by > 0 ? -1 : 0) : all.findIndex(({ ring, at }) => ring === held.ring && at === held.at);
    this.#hold(all[(now + by + all.length) % all.length] ?? null);
    return undefined;
  }

  /** The side after the corner in hand is cut in two; the new corner is in hand then. */
  #split(): boolean | void {
    const polygon = this.current();
    if (!polygon) return false;
    const { ring, at } = this.#corner ?? { ring: 0, at: 0 };
    const points = rings.ringsOf(polygon.geometry)[ring] ?? [];
    const next = rings.split(points, at, rings.cornerAt(rings.middleOf(points, at), this.picture));
    this.#corner = { ring, at: at + 1 };
    this.#reshape(polygon, rings.withRing(polygon.geometry, ring, next), "resized");
    this.#hold(this.#corner);
    return undefined;
  }

  #push(polygon: Polygon, dx: number, dy: number): void {
    const { geometry } = polygon;
    const held = this.#corner;
    const [x, y] = (held ? this.#cornerAt(held) : null) ?? [0, 0];
    if (held === null) this.#reshape(polygon, rings.movedRegion(geometry, dx, dy, this.picture), "moved");
    else {
      const ring = rings.ringsOf(geometry)[held.ring] ?? [];
      this.#reshape(polygon, rings.withRing(geometry, held.ring, rings.withCorner(ring, held.at, rings.cornerAt({ x: x + dx, y: y + dy }, this.picture))), "resized");
    }
    this.bringIntoSight(rings.bounds(geometry.points));
  }

  /** A hole where the shape has most room; its first corner is in hand then. */
  #cut(): boolean | void {
    const polygon = this.current();
    if (!polygon) return false;
    const hole = rings.roomiest(polygon.geometry);
    if (!hole) {
      this.host.tell(t("no_room"));
      return undefined;
    }
    const holes = [...(polygon.geometry.holes ?? []), hole];
    this.#corner = { ring: holes.length, at: 0 };
    this.#reshape(polygon, { points: polygon.geometry.points, holes }, "resized");
    this.#hold(this.#corner);
    return undefined;
  }

  #useTool(): void {
    this.host.activate();
    this.#letGo();
    this.#tools.tip(null);
    const { tool } = this.#tools;
    this.host.announce(t(tool === "outline" ? "tool_outline" : tool === "brush" ? "tool_brush" : "tool_eraser"));
    this.cancel();
  }

  #size(factor: number): boolean | void {
    if (this.#tools.tool === "outline") return false;
    this.#tools.resize(factor);
    return undefined;
  }

  protected override escape(): boolean | void {
    if (!this.#gesture && !this.#draft && this.#corner === null) {
      if (this.#tools.tool === "outline") return super.escape();
      this.#tools.use("outline");
      return undefined;
    }
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
      { chord: "Alt+n", says: t("cut_hole"), group, shows: ["Alt", "N"], run: () => this.#cut() },
      { chord: "v", says: t("tool_brush"), group, run: () => this.#tools.toggle("brush") },
      { chord: "x", says: t("tool_eraser"), group, run: () => this.#tools.toggle("eraser") },
      { chord: "[", says: t("brush_size"), group, shows: ["[", "]"], run: () => this.#size(1 / 1.25) },
      { chord: "]", says: t("brush_size"), run: () => this.#size(1.25) },
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
