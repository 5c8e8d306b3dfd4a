import { t } from "../../frontend/src/messages.ts";
import { DrawnEditor } from "../../frontend/src/drawn_editor.ts";
import { Unanswerable } from "../../frontend/src/unanswerable.ts";
import type { Binding, Bounds, EditorModule, Host, Json, Pictures, Point, View } from "../../frontend/src/types.ts";
import { ActiveShape, TURN_PX } from "./drawing.ts";
import * as shapes from "./shapes.ts";
import type { Box, Handle, Rect } from "./shapes.ts";

type Gesture =
  | { readonly kind: "draw"; readonly start: Point; begun: boolean }
  | { readonly kind: "move"; readonly start: Point; readonly box: Box; begun: boolean }
  | { readonly kind: "turn"; readonly box: Box; begun: boolean }
  | { readonly kind: "resize"; readonly handle: Handle; readonly box: Box; begun: boolean };

const EDGE_REACH = 5;
/** Turned by hand an angle snaps to half degrees, with Shift to these. */
const TURN_STEP = 15;

/** Boxes on a picture, by mouse, pen, touch or keyboard alone. */
class BoxEditor extends DrawnEditor<Rect> {
  readonly bindings: readonly Binding[];
  protected readonly joins = "miter";
  readonly #smallest: number;
  readonly #largest: number;
  readonly #turns: boolean;
  readonly #active: ActiveShape;
  #gesture: Gesture | null = null;
  #live: Rect | null = null;

  constructor(host: Host, pictures: Pictures) {
    super(host, pictures, {
      line: ({ geometry }, name) => ({ main: name, side: shapes.sizeText(geometry) }),
      place: ({ geometry }) => shapes.placeText(geometry),
      words: { list: t("shapes"), none: t("shapes_none"), place: t("box"), remove: t("delete_shape") },
    }, { few: "too_few", many: "too_many" });
    this.#smallest = host.question.spec.min_size ?? 1;
    this.#largest = host.question.spec.max_size ?? Infinity;
    this.#turns = host.question.spec["rotation"] === true;
    this.#active = new ActiveShape(pictures.overlay, this.#turns);
    this.bindings = this.#makeBindings();
    this.open();
  }

  override destroy(): void {
    this.#active.remove();
    super.destroy();
  }

  /* -- drawn on the picture --------------------------------------------------------------------------------- */

  protected outline(path: Path2D, rect: Rect): void {
    if (!rect.angle) path.rect(rect.x0, rect.y0, shapes.width(rect), shapes.height(rect));
    else {
      shapes.corners(rect).forEach(({ x, y }, index) => (index === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
      path.closePath();
    }
  }

  protected boundsOf(rect: Rect): Bounds {
    return shapes.around(rect);
  }

  moved(view: View): void {
    const box = this.here();
    const drawing = this.#gesture?.kind === "draw";
    const rect = this.#live ?? box?.geometry ?? null;
    if (!rect || (!drawing && !box)) {
      this.#active.hide();
      return;
    }
    const cls = this.classOf(drawing || !box ? this.hand : box.class);
    this.#active.show(rect, view, cls.color ?? 12, cls.name, !drawing);
  }

  /* -- hands --------------------------------------------------------------------------------------------------- */

  protected begin(event: PointerEvent, at: Point): void {
    this.#gesture = this.#meant(at, this.reach(event.pointerType));
  }

  /** What a hand that presses here means to do. */
  #meant(at: Point, reach: number): Gesture {
    const box = this.here();
    if (box) {
      if (this.#turns && this.#onTurner(box.geometry, at, reach)) return { kind: "turn", box, begun: false };
      const small = Math.min(shapes.width(box.geometry), shapes.height(box.geometry)) < 3 * reach;
      const inside = shapes.contains(box.geometry, at);
      const handle = small && inside ? null : shapes.handleAt(box.geometry, at, reach);
      if (handle) return { kind: "resize", handle, box, begun: false };
      if (inside) return { kind: "move", start: at, box, begun: false };
    }
    const touched = this.#edgeAt(at);
    if (touched) return { kind: "move", start: at, box: touched, begun: false };
    return { kind: "draw", start: at, begun: false };
  }

  /** On the handle above the box that turns it. */
  #onTurner(rect: Rect, at: Point, reach: number): boolean {
    const point = shapes.local(rect, at);
    const { x } = shapes.middleOf(rect);
    return Math.hypot(point.x - x, point.y - (rect.y0 - TURN_PX / this.pictures.view().scale)) <= reach;
  }

  protected under(at: Point, reach: number): Box | null {
    return shapes.boxAt(this.elements, this.pictures.part.role, at, reach / 2);
  }

  #edgeAt(at: Point): Box | null {
    const reach = EDGE_REACH / this.pictures.view().scale;
    const near = this.elements.filter((box) => shapes.onEdge(box.geometry, at, reach));
    return shapes.boxAt(near, this.pictures.part.role, at, reach);
  }

  drag(event: PointerEvent, at: Point): void {
    const gesture = this.#gesture;
    if (!gesture || (!gesture.begun && !this.hasMoved(event))) return;
    if (!gesture.begun) {
      gesture.begun = true;
      this.selected = gesture.kind === "draw" ? null : gesture.box.id;
      this.pictures.redraw();
    }
    this.#live = this.#dragged(gesture, at, event.altKey, event.shiftKey);
    this.moved(this.pictures.view());
    if (gesture.kind !== "draw") this.panels.place({ ...gesture.box, geometry: this.#live });
  }

  #dragged(gesture: Gesture, at: Point, free: boolean, steps: boolean): Rect {
    if (gesture.kind === "turn") {
      const { geometry } = gesture.box;
      return shapes.rotated(geometry, shapes.angleTo(geometry, at, steps ? TURN_STEP : 0.5) - (geometry.angle ?? 0), this.picture);
    }
    if (gesture.kind === "draw") return shapes.spanned(gesture.start, at, this.picture, free);
    if (gesture.kind === "resize") return shapes.resized(gesture.box.geometry, gesture.handle, at, this.picture, free);
    const by = shapes.snap({ x: at.x - gesture.start.x, y: at.y - gesture.start.y }, free);
    return shapes.moved(gesture.box.geometry, by.x, by.y, this.picture);
  }

  up(event: PointerEvent, at: Point): void {
    const gesture = this.#gesture;
    const live = this.#live;
    this.#gesture = null;
    this.#live = null;
    if (!gesture) return;
    if (!gesture.begun || !live) {
      this.#click(gesture, at, event.pointerType === "touch" ? this.reach("touch") / 2 : EDGE_REACH / this.pictures.view().scale);
    } else if (this.#wrong(live)) {
      this.host.tell(this.#wrong(live) ?? "");
      this.refresh();
    } else if (gesture.kind === "draw") {
      this.add(this.pictures.part.role, live);
    } else {
      this.reshape(gesture.box, live, gesture.kind === "resize" ? "resized" : "moved");
    }
  }

  /** Why a box of this size cannot stand. */
  #wrong(rect: Rect): string | null {
    if (!shapes.bigEnough(rect, this.#smallest)) return t("too_small", { n: this.#smallest });
    return shapes.smallEnough(rect, this.#largest) ? null : t("too_large", { n: this.#largest });
  }

  /** A press without a drag selects the smallest box under it, or none. */
  #click(gesture: Gesture, at: Point, reach: number): void {
    const box = gesture.kind === "resize" || gesture.kind === "turn" ? gesture.box : shapes.boxAt(this.elements, this.pictures.part.role, at, reach);
    if (box?.id !== this.selected || !box) this.select(box?.id ?? null, false);
  }

  cancel(): void {
    this.#gesture = null;
    this.#live = null;
    this.refresh();
  }

  hover(at: Point): void {
    if (!this.host.isActive()) return;
    const gesture = this.#meant(at, this.reach("mouse"));
    if (gesture.kind === "resize") this.pictures.setCursor(gesture.box.geometry.angle ? "pick" : gesture.handle);
    else if (gesture.kind === "turn") this.pictures.setCursor("pick");
    else if (gesture.kind === "move") this.pictures.setCursor(gesture.box.id === this.selected ? "move" : "pick");
    else this.pictures.setCursor(null);
  }

  /* -- keys --------------------------------------------------------------------------------------------------------- */

  #push(box: Box, geometry: Rect, said: "moved" | "resized"): void {
    if (!shapes.smallEnough(geometry, this.#largest)) {
      this.host.tell(t("too_large", { n: this.#largest }));
      return;
    }
    this.reshape(box, geometry, said);
    this.bringIntoSight(shapes.around(geometry));
  }

  protected override escape(): boolean | void {
    if (!this.#gesture) return super.escape();
    this.cancel();
    return undefined;
  }

  get #least(): number {
    return Math.max(1, this.#smallest);
  }

  #create(): void {
    this.add(this.pictures.part.role, shapes.centered(this.seen(), this.picture, this.#least, this.#largest));
    this.focus();
  }

  #turn(by: number): boolean | void {
    const box = this.current();
    if (!box) return false;
    this.#push(box, shapes.rotated(box.geometry, by, this.picture), "moved");
    return undefined;
  }

  #makeBindings(): Binding[] {
    const group = t("boxes");
    const turns: Binding[] = this.#turns
      ? [
          { chord: ".", says: t("turn_box"), group, shows: [",", ".", "Alt"], run: () => this.#turn(1) },
          { chord: ",", says: t("turn_box"), run: () => this.#turn(-1) },
          { chord: "Alt+.", says: t("turn_box"), run: () => this.#turn(TURN_STEP) },
          { chord: "Alt+,", says: t("turn_box"), run: () => this.#turn(-TURN_STEP) },
        ]
      : [];
    return this.keys(group, "next_shape", "delete_shape", [
      { chord: "n", says: t("new_box"), group, run: (event) => (event.repeat ? undefined : this.#create()) },
      ...this.arrows("", t("nudge"), group, ["← ↑ ↓ →", "Alt"], (box, dx, dy) => this.#push(box, shapes.moved(box.geometry, dx, dy, this.picture), "moved")),
      ...this.arrows("Shift+", t("resize"), group, ["⇧", "← ↑ ↓ →"], (box, dx, dy) => this.#push(box, shapes.stretched(box.geometry, dx, dy, this.picture, this.#least), "resized")),
      ...turns,
    ]);
  }
}

export const draws: EditorModule["draws"] = "image";
export const blank: Json = { elements: [] };
export { classesIn } from "../../frontend/src/elements.ts";
export const create: EditorModule["create"] = (host) => (host.pictures ? new BoxEditor(host, host.pictures) : new Unanswerable(host, t("no_picture", { name: host.question.prompt })));
