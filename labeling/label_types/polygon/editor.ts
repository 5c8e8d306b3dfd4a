import { ElementPanels } from "../../frontend/src/element_panels.ts";
import { whileActive } from "../../frontend/src/hotkeys.ts";
import { newElementId } from "../../frontend/src/ids.ts";
import { t } from "../../frontend/src/messages.ts";
import { visibleBounds } from "../../frontend/src/viewport.ts";
import { Unanswerable } from "../../frontend/src/unanswerable.ts";
import type { Binding, Bounds, ClassSpec, Editor, EditorModule, Host, Json, Layer, Part, Pictures, Point, Size, View } from "../../frontend/src/types.ts";
import { ActiveRing, paintIdle } from "./drawing.ts";
import * as rings from "./rings.ts";
import type { Polygon, Ring } from "./rings.ts";

type Gesture =
  | { readonly kind: "place"; readonly at: Point }
  | { readonly kind: "corner"; readonly polygon: Polygon; readonly ring: Ring; readonly corner: number; begun: boolean }
  | { readonly kind: "move"; readonly polygon: Polygon; readonly start: Point; begun: boolean };

const MOUSE_REACH = 8;
const TOUCH_REACH = 22;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Outlines on a picture, corner by corner, by mouse, pen, touch or keyboard alone. */
class PolygonEditor implements Editor, Layer {
  readonly bindings: readonly Binding[];
  readonly #host: Host;
  readonly #pictures: Pictures;
  readonly #classes: readonly ClassSpec[];
  readonly #smallest: number;
  readonly #panels: ElementPanels<Polygon>;
  readonly #active: ActiveRing;
  readonly #detach: () => void;
  #polygons: readonly Polygon[] = [];
  #selected: string | null = null;
  #corner: number | null = null;
  #hand: number;
  /** The corners set so far of a shape that is not closed yet, and where the next one would be. */
  #draft: Ring | null = null;
  #next: Point | null = null;
  #gesture: Gesture | null = null;
  #pressed: Point = { x: 0, y: 0 };
  #live: Ring | null = null;
  #leaving = false;

  constructor(host: Host, pictures: Pictures) {
    this.#host = host;
    this.#pictures = pictures;
    this.#classes = host.question.spec.classes ?? [];
    const smallest = host.question.spec["min_area"];
    this.#smallest = typeof smallest === "number" ? smallest : 1;
    this.#hand = this.#classes[0]?.code ?? 0;
    this.#panels = new ElementPanels<Polygon>(host, {
      take: (code) => this.#take(code),
      select: (id) => this.#select(id, true),
      remove: () => this.#remove(),
      line: ({ geometry }, name) => ({ main: name, side: sizeText(geometry.points) }),
      place: ({ geometry }) => t("polygon_place", { n: geometry.points.length, area: Math.round(rings.area(geometry.points)) }),
      words: { list: t("shapes"), none: t("polygons_none"), place: t("polygon"), remove: t("delete_shape") },
      touch: pictures.surface.parentElement,
    });
    this.#active = new ActiveRing(pictures.overlay);
    this.#detach = pictures.attach(this);
    pictures.surface.setAttribute("aria-describedby", this.#panels.hintId);
    pictures.surface.addEventListener("focus", this.#onFocus);
    pictures.surface.addEventListener("dblclick", this.#onDouble);
    this.bindings = this.#makeBindings();
    if (host.isActive()) host.inHand(this.#hand);
  }

  destroy(): void {
    this.#detach();
    this.#active.remove();
    this.#panels.destroy();
    this.#pictures.surface.removeEventListener("focus", this.#onFocus);
    this.#pictures.surface.removeEventListener("dblclick", this.#onDouble);
  }

  show(value: Json | undefined): void {
    this.#polygons = rings.polygonsOf(value);
    const current = this.#current();
    if (!current) this.#selected = null;
    if (this.#corner !== null && this.#corner >= (current?.geometry.points.length ?? 0)) this.#corner = null;
    this.#refresh();
  }

  /** A shape that is not closed is not sent, and not lost either. */
  problem(value: Json | undefined): string | null {
    if (this.#draft) return t("polygon_open");
    const count = rings.polygonsOf(value).length;
    const { min, max } = this.#host.question.spec;
    if (min !== undefined && count < min) return t("too_few_polygons", { n: min });
    if (max !== undefined && count > max) return t("too_many_polygons", { n: max });
    return null;
  }

  focus(): void {
    this.#pictures.surface.focus({ preventScroll: true });
  }

  rest(): void {
    this.#selected = null;
    this.#corner = null;
    this.#draft = null;
    this.cancel();
  }

  /* -- state -------------------------------------------------------------------------------------------- */

  get #picture(): Size {
    return { width: this.#pictures.part.width || 1, height: this.#pictures.part.height || 1 };
  }

  #current(): Polygon | null {
    return this.#polygons.find((polygon) => polygon.id === this.#selected) ?? null;
  }

  #class(code: number): ClassSpec {
    return this.#classes.find((cls) => cls.code === code) ?? { code, name: `${code}` };
  }

  #refresh(): void {
    this.#panels.show(this.#polygons, this.#current(), this.#host.isActive() ? this.#hand : null);
    this.#pictures.redraw();
    this.moved(this.#pictures.view());
  }

  #commit(polygons: readonly Polygon[]): void {
    this.#host.commit(rings.asValue(polygons));
  }

  #spoken(ring: Ring): string {
    const { x0, y0, x1, y1 } = rings.bounds(ring);
    const round = (value: number): number => Math.round(value * 10) / 10;
    return t("place", { x: round(x0), y: round(y0), w: round(x1 - x0), h: round(y1 - y0) });
  }

  #select(id: string | null, inSight: boolean): void {
    this.#host.activate();
    this.#selected = id;
    this.#corner = null;
    this.#draft = null;
    this.#leaving = false;
    const polygon = this.#current();
    if (polygon) {
      if (polygon.part !== this.#pictures.part.role) this.#pictures.showPart(polygon.part);
      this.#hand = polygon.class;
      this.#host.inHand(polygon.class);
      if (inSight) this.#bringIntoSight(rings.bounds(polygon.geometry.points));
      const n = this.#polygons.indexOf(polygon) + 1;
      this.#host.announce(t("selected", { name: this.#class(polygon.class).name, n, total: this.#polygons.length, place: this.#spoken(polygon.geometry.points) }));
    } else {
      this.#host.announce(t("selected_none"));
    }
    this.#refresh();
  }

  #bringIntoSight(place: Bounds): void {
    const view = this.#pictures.view();
    const size = this.#pictures.size();
    if (rings.overlaps(place, visibleBounds(view, size, -24))) return;
    this.#pictures.setView({ scale: view.scale, x: size.width / 2 - ((place.x0 + place.x1) / 2) * view.scale, y: size.height / 2 - ((place.y0 + place.y1) / 2) * view.scale });
  }

  /** Why a ring cannot stand, said where it was drawn; null if it can. */
  #wrong(ring: Ring): string | null {
    if (ring.length > rings.MOST_CORNERS) return t("too_many_corners", { n: rings.MOST_CORNERS });
    if (!rings.isSimple(ring)) return t("crosses_itself");
    return rings.area(ring) < this.#smallest ? t("too_small_area", { n: this.#smallest }) : null;
  }

  #add(ring: Ring): boolean {
    const wrong = this.#wrong(ring);
    if (wrong) {
      this.#host.tell(wrong);
      return false;
    }
    const id = newElementId(new Set(this.#polygons.map((polygon) => polygon.id)));
    const polygon: Polygon = { id, class: this.#hand, part: this.#pictures.part.role, geometry: { points: ring }, attributes: {} };
    this.#selected = id;
    this.#corner = null;
    this.#draft = null;
    this.#leaving = false;
    this.#commit([...this.#polygons, polygon]);
    this.#host.announce(t("created", { name: this.#class(polygon.class).name, place: this.#spoken(ring) }));
    return true;
  }

  #reshape(polygon: Polygon, ring: Ring, said: "moved" | "resized"): void {
    const wrong = this.#wrong(ring);
    if (wrong) {
      this.#host.tell(wrong);
      this.#refresh();
      return;
    }
    this.#commit(this.#polygons.map((one) => (one.id === polygon.id ? { ...one, geometry: { points: ring } } : one)));
    this.#host.announce(t(said, { name: this.#class(polygon.class).name, place: this.#spoken(ring) }));
  }

  /** The corner in hand goes; a triangle, or a shape with no corner in hand, goes as a whole. */
  #remove(): boolean {
    const polygon = this.#current();
    if (!polygon) return false;
    const { points } = polygon.geometry;
    if (this.#corner !== null && points.length > 3) {
      const at = this.#corner;
      this.#corner = Math.min(at, points.length - 2);
      this.#reshape(polygon, rings.without(points, at), "resized");
      return true;
    }
    this.#corner = null;
    this.#selected = (rings.neighbor(this.#polygons, polygon.id, 1) ?? rings.neighbor(this.#polygons, polygon.id, -1))?.id ?? null;
    this.#commit(this.#polygons.filter((one) => one.id !== polygon.id));
    this.#host.announce(t("deleted", { name: this.#class(polygon.class).name, n: this.#polygons.length }));
    return true;
  }

  /** A class is taken in hand; the selected polygon becomes one of it. */
  #take(code: number): void {
    this.#host.activate();
    this.#hand = code;
    this.#host.inHand(code);
    const polygon = this.#current();
    const name = this.#class(code).name;
    if (polygon && polygon.class !== code) {
      this.#commit(this.#polygons.map((one) => (one.id === polygon.id ? { ...one, class: code } : one)));
      this.#host.announce(t("reclassed", { name }));
      return;
    }
    this.#host.announce(t("in_hand", { name }));
    this.#refresh();
  }

  /* -- a shape that is being drawn -------------------------------------------------------------------------- */

  #place(at: Point, reach: number): void {
    const corner = rings.cornerAt(at, this.#picture);
    const draft = this.#draft ?? [];
    if (draft.length >= 3 && rings.nearestCorner(draft.slice(0, 1), at, reach) === 0) {
      this.#close();
      return;
    }
    const last = draft.at(-1);
    if (last && last[0] === corner[0] && last[1] === corner[1]) return;
    this.#selected = null;
    this.#corner = null;
    this.#draft = [...draft, corner];
    this.#next = null;
    this.#host.announce(t("corner_set", { n: this.#draft.length, x: corner[0], y: corner[1] }));
    this.#refresh();
  }

  #close(): boolean {
    if (!this.#draft) return false;
    if (this.#draft.length < 3) this.#host.tell(t("three_corners"));
    else this.#add(this.#draft);
    this.#refresh();
    return true;
  }

  #unplace(): boolean {
    if (!this.#draft) return false;
    this.#draft = this.#draft.length > 1 ? this.#draft.slice(0, -1) : null;
    this.#refresh();
    return true;
  }

  readonly #onDouble = (): void => {
    if (this.#host.isActive() && (this.#draft?.length ?? 0) >= 3) this.#close();
  };

  /* -- drawn on the picture ----------------------------------------------------------------------------------- */

  paint(context: CanvasRenderingContext2D, view: View, seen: Bounds): void {
    const { role } = this.#pictures.part;
    const idle = this.#polygons.filter((polygon) => polygon.part === role && polygon.id !== this.#selected && rings.overlaps(rings.bounds(polygon.geometry.points), seen));
    paintIdle(context, view, idle, (code) => this.#class(code).color ?? 12);
  }

  moved(view: View): void {
    const polygon = this.#current();
    if (this.#draft) {
      const next = this.#next ? [rings.cornerAt(this.#next, this.#picture)] : [];
      const cls = this.#class(this.#hand);
      this.#active.show([...this.#draft, ...next], view, { color: cls.color ?? 12, name: cls.name, open: true, corner: null });
    } else if (polygon && polygon.part === this.#pictures.part.role) {
      const cls = this.#class(polygon.class);
      this.#active.show(this.#live ?? polygon.geometry.points, view, { color: cls.color ?? 12, name: cls.name, open: false, corner: this.#corner });
    } else {
      this.#active.hide();
    }
  }

  partChanged(_part: Part): void {
    const polygon = this.#current();
    if (polygon && polygon.part !== this.#pictures.part.role) this.#selected = null;
    this.#draft = null;
    this.cancel();
  }

  /* -- hands ------------------------------------------------------------------------------------------------------ */

  down(event: PointerEvent, at: Point): boolean {
    if (event.button !== 0 || !this.#host.isActive()) return false;
    this.#pressed = { x: event.clientX, y: event.clientY };
    this.#gesture = this.#begin(event, at);
    return true;
  }

  #begin(event: PointerEvent, at: Point): Gesture {
    const reach = (event.pointerType === "touch" ? TOUCH_REACH : MOUSE_REACH) / this.#pictures.view().scale;
    const polygon = this.#current();
    if (this.#draft || !polygon || polygon.part !== this.#pictures.part.role || event.shiftKey) return { kind: "place", at };
    const { points } = polygon.geometry;
    const corner = rings.nearestCorner(points, at, reach);
    if (corner !== null) return { kind: "corner", polygon, ring: points, corner, begun: false };
    const side = rings.nearestSide(points, at, reach);
    const middle = side === null ? null : rings.middleOf(points, side);
    if (side !== null && middle && Math.hypot(middle.x - at.x, middle.y - at.y) <= reach) {
      return { kind: "corner", polygon, ring: rings.split(points, side, rings.cornerAt(middle, this.#picture)), corner: side + 1, begun: false };
    }
    return rings.contains(points, at) ? { kind: "move", polygon, start: at, begun: false } : { kind: "place", at };
  }

  drag(event: PointerEvent, at: Point): void {
    const gesture = this.#gesture;
    if (!gesture || gesture.kind === "place") return;
    const slack = event.pointerType === "touch" ? 8 : 3;
    if (!gesture.begun && Math.hypot(event.clientX - this.#pressed.x, event.clientY - this.#pressed.y) < slack) return;
    gesture.begun = true;
    if (gesture.kind === "corner") {
      this.#corner = gesture.corner;
      this.#live = rings.withCorner(gesture.ring, gesture.corner, rings.cornerAt(at, this.#picture));
    } else {
      this.#live = rings.moved(gesture.polygon.geometry.points, at.x - gesture.start.x, at.y - gesture.start.y, this.#picture);
    }
    this.moved(this.#pictures.view());
    this.#panels.place({ ...gesture.polygon, geometry: { points: this.#live } });
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
    else this.#pick(at, event);
  }

  /** A press sets a corner; with nothing begun, one on a shape selects it. Shift begins inside another. */
  #press(event: PointerEvent, at: Point): void {
    const reach = (event.pointerType === "touch" ? TOUCH_REACH : MOUSE_REACH) / this.#pictures.view().scale;
    const under = this.#draft || event.shiftKey ? null : rings.polygonAt(this.#polygons, this.#pictures.part.role, at, reach / 2);
    if (under) this.#select(under.id, false);
    else if (!this.#draft && this.#selected) this.#select(null, false);
    else this.#place(at, reach);
  }

  #pick(at: Point, event: PointerEvent): void {
    const reach = (event.pointerType === "touch" ? TOUCH_REACH : MOUSE_REACH) / 2 / this.#pictures.view().scale;
    const under = rings.polygonAt(this.#polygons, this.#pictures.part.role, at, reach);
    if (under && under.id !== this.#selected) this.#select(under.id, false);
    else this.#hold(null);
  }

  cancel(): void {
    this.#gesture = null;
    this.#live = null;
    this.#next = null;
    this.#refresh();
  }

  hover(at: Point): void {
    if (!this.#host.isActive()) return;
    if (this.#draft) {
      this.#next = at;
      this.#pictures.setCursor(null);
      this.moved(this.#pictures.view());
      return;
    }
    const reach = MOUSE_REACH / this.#pictures.view().scale;
    const points = this.#current()?.geometry.points;
    if (points && (rings.nearestCorner(points, at, reach) !== null || rings.contains(points, at))) this.#pictures.setCursor("move");
    else this.#pictures.setCursor(rings.polygonAt(this.#polygons, this.#pictures.part.role, at, reach / 2) ? "pick" : null);
  }

  /* -- keys ------------------------------------------------------------------------------------------------------------ */

  readonly #onFocus = (): void => {
    this.#leaving = false;
  };

  #onPicture(): boolean {
    const focused = document.activeElement;
    return focused === document.body || focused === this.#pictures.surface;
  }

  #hold(corner: number | null): void {
    this.#corner = corner;
    const ring = this.#current()?.geometry.points;
    const at = corner === null ? undefined : ring?.[corner];
    if (corner !== null && ring && at) this.#host.announce(t("corner_held", { n: corner + 1, total: ring.length, x: at[0], y: at[1] }));
    this.#refresh();
  }

  #nextCorner(by: 1 | -1): boolean | void {
    const ring = this.#current()?.geometry.points;
    if (!ring) return false;
    this.#hold(this.#corner === null ? (by > 0 ? 0 : ring.length - 1) : (this.#corner + by + ring.length) % ring.length);
    return undefined;
  }

  /** The side after the corner in hand is cut in two; the new corner is in hand then. */
  #split(): boolean | void {
    const polygon = this.#current();
    if (!polygon) return false;
    const side = this.#corner ?? 0;
    const ring = rings.split(polygon.geometry.points, side, rings.cornerAt(rings.middleOf(polygon.geometry.points, side), this.#picture));
    this.#corner = side + 1;
    this.#reshape(polygon, ring, "resized");
    this.#hold(this.#corner);
    return undefined;
  }

  #arrow(dx: number, dy: number): boolean | void {
    const polygon = this.#current();
    if (!polygon || !this.#onPicture()) return false;
    const { points } = polygon.geometry;
    const [x, y] = (this.#corner === null ? undefined : points[this.#corner]) ?? [0, 0];
    if (this.#corner === null) this.#reshape(polygon, rings.moved(points, dx, dy, this.#picture), "moved");
    else this.#reshape(polygon, rings.withCorner(points, this.#corner, rings.cornerAt({ x: x + dx, y: y + dy }, this.#picture)), "resized");
    this.#bringIntoSight(rings.bounds(points));
    return undefined;
  }

  /** Tab walks the shapes while the picture has the focus; past the last one, or after Escape, it leaves. */
  #tab(step: 1 | -1): boolean | void {
    if (document.activeElement !== this.#pictures.surface || this.#leaving) return false;
    const next = rings.neighbor(this.#polygons, this.#selected, step);
    if (!next) return false;
    this.#select(next.id, true);
    return undefined;
  }

  #escape(): boolean | void {
    if (this.#gesture) {
      this.cancel();
    } else if (this.#draft) {
      this.#draft = null;
      this.#refresh();
    } else if (this.#corner !== null) {
      this.#hold(null);
    } else if (this.#selected) {
      this.#select(null, false);
      this.#leaving = true;
    } else {
      this.#leaving = true;
      return false;
    }
    return undefined;
  }

  #create(): void {
    this.#add(rings.centered(visibleBounds(this.#pictures.view(), this.#pictures.size()), this.#picture));
    this.focus();
  }

  #makeBindings(): Binding[] {
    const group = t("polygons");
    const { classKeys } = this.#host;
    const classes = this.#classes.flatMap((cls): Binding[] => {
      const chord = classKeys.get(cls.code);
      return chord ? [{ chord, says: cls.name, group: t("classes"), run: () => this.#take(cls.code) }] : [];
    });
    const arrows = Object.entries(ARROWS).flatMap(([key, [dx, dy]]): Binding[] => [
      { chord: key, says: t("nudge_corner"), ...(key === "ArrowLeft" ? { group, shows: ["← ↑ ↓ →", "Alt"] } : {}), run: () => this.#arrow(dx, dy) },
      { chord: `Alt+${key}`, says: t("nudge_corner"), run: () => this.#arrow(10 * dx, 10 * dy) },
    ]);
    const erase = (): boolean => this.#unplace() || this.#remove();
    const hands: Binding[] = [
      { chord: "n", says: t("new_polygon"), group, run: (event) => (event.repeat ? undefined : this.#create()) },
      { chord: "Enter", says: t("close_polygon"), group, run: () => this.#close() },
      { chord: "Tab", says: t("next_shape"), group, shows: ["Tab", "⇧ Tab"], run: () => this.#tab(1) },
      { chord: "Shift+Tab", says: t("next_shape"), run: () => this.#tab(-1) },
      { chord: ".", says: t("next_corner"), group, shows: [",", "."], run: () => this.#nextCorner(1) },
      { chord: ",", says: t("next_corner"), run: () => this.#nextCorner(-1) },
      { chord: "/", says: t("split_side"), group, run: () => this.#split() },
      ...arrows,
      { chord: "Delete", says: t("delete_corner"), group, run: erase },
      { chord: "Backspace", says: t("delete_corner"), run: erase },
      { chord: "Ctrl+z", says: t("undo"), run: () => this.#unplace() },
      { chord: "z", says: t("undo"), run: () => this.#unplace() },
      { chord: "Escape", says: t("selected_none"), run: () => this.#escape() },
    ];
    return [...whileActive(this.#host, hands), ...classes];
  }
}

function sizeText(ring: Ring): string {
  const { x0, y0, x1, y1 } = rings.bounds(ring);
  return `${Math.round(x1 - x0)} × ${Math.round(y1 - y0)}`;
}

export const draws: EditorModule["draws"] = "image";
export const blank: Json = { elements: [] };
export const create: EditorModule["create"] = (host) => (host.pictures ? new PolygonEditor(host, host.pictures) : new Unanswerable(host, t("no_picture", { name: host.question.prompt })));
