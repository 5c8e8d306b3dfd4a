import { t } from "../../frontend/src/messages.ts";
import { ElementPanels } from "../../frontend/src/element_panels.ts";
import { newElementId } from "../../frontend/src/ids.ts";
import { whileActive } from "../../frontend/src/hotkeys.ts";
import { visibleBounds } from "../../frontend/src/viewport.ts";
import { Unanswerable } from "../../frontend/src/unanswerable.ts";
import type { Binding, Bounds, ClassSpec, Editor, EditorModule, Host, Json, Layer, Part, Pictures, Point, Size, View } from "../../frontend/src/types.ts";
import { ActiveShape, paintIdle } from "./drawing.ts";
import * as shapes from "./shapes.ts";
import type { Box, Handle, Rect } from "./shapes.ts";

type Gesture =
  | { readonly kind: "draw"; readonly start: Point; begun: boolean }
  | { readonly kind: "move"; readonly start: Point; readonly box: Box; begun: boolean }
  | { readonly kind: "resize"; readonly handle: Handle; readonly box: Box; begun: boolean };

const MOUSE_REACH = 8;
const TOUCH_REACH = 22;
const EDGE_REACH = 5;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Boxes on a picture, by mouse, pen, touch or keyboard alone. */
class BoxEditor implements Editor, Layer {
  readonly bindings: readonly Binding[];
  readonly #host: Host;
  readonly #pictures: Pictures;
  readonly #classes: readonly ClassSpec[];
  readonly #smallest: number;
  readonly #panels: ElementPanels<Box>;
  readonly #active: ActiveShape;
  readonly #detach: () => void;
  #boxes: readonly Box[] = [];
  #selected: string | null = null;
  #hand: number;
  #gesture: Gesture | null = null;
  #live: Rect | null = null;
  #leaving = false;

  constructor(host: Host, pictures: Pictures) {
    this.#host = host;
    this.#pictures = pictures;
    this.#classes = host.question.spec.classes ?? [];
    this.#smallest = host.question.spec.min_size ?? 1;
    this.#hand = this.#classes[0]?.code ?? 0;
    this.#panels = new ElementPanels(host, {
      take: (code) => this.#take(code),
      select: (id) => this.#select(id, true),
      remove: () => this.#remove(),
      line: ({ geometry }, name) => ({ main: name, side: shapes.sizeText(geometry) }),
      place: ({ geometry }) => shapes.placeText(geometry),
      words: { list: t("shapes"), none: t("shapes_none"), place: t("box"), remove: t("delete_shape") },
      touch: pictures.surface.parentElement,
    });
    this.#active = new ActiveShape(pictures.overlay);
    this.#detach = pictures.attach(this);
    pictures.surface.setAttribute("aria-describedby", this.#panels.hintId);
    pictures.surface.addEventListener("focus", this.#onFocus);
    this.bindings = this.#makeBindings();
    if (host.isActive()) host.inHand(this.#hand);
  }

  destroy(): void {
    this.#detach();
    this.#active.remove();
    this.#panels.destroy();
    this.#pictures.surface.removeEventListener("focus", this.#onFocus);
  }

  show(value: Json | undefined): void {
    this.#boxes = shapes.boxesOf(value);
    if (!this.#boxes.some((box) => box.id === this.#selected)) this.#selected = null;
    this.#refresh();
  }

  problem(value: Json | undefined): string | null {
    const count = shapes.boxesOf(value).length;
    const { min, max } = this.#host.question.spec;
    if (min !== undefined && count < min) return t("too_few", { n: min });
    if (max !== undefined && count > max) return t("too_many", { n: max });
    return null;
  }

  focus(): void {
    this.#pictures.surface.focus({ preventScroll: true });
  }

  /* -- state -------------------------------------------------------------------------------------------- */

  get #picture(): Size {
    return { width: this.#pictures.part.width || 1, height: this.#pictures.part.height || 1 };
  }

  #current(): Box | null {
    return this.#boxes.find((box) => box.id === this.#selected) ?? null;
  }

  #class(code: number): ClassSpec {
    return this.#classes.find((cls) => cls.code === code) ?? { code, name: `${code}` };
  }

  #refresh(): void {
    const current = this.#current();
    this.#panels.show(this.#boxes, current, this.#host.isActive() ? this.#hand : null);
    this.#pictures.redraw();
    this.moved(this.#pictures.view());
  }

  #commit(boxes: readonly Box[]): void {
    this.#host.commit(shapes.asValue(boxes));
  }

  #spoken(rect: Rect): string {
    const round = (value: number): number => Math.round(value * 100) / 100;
    return t("place", { x: round(rect.x0), y: round(rect.y0), w: round(shapes.width(rect)), h: round(shapes.height(rect)) });
  }

  /** Another question's drawing is in hand now. */
  rest(): void {
    this.#selected = null;
    this.cancel();
  }

  #select(id: string | null, inSight: boolean): void {
    this.#host.activate();
    this.#selected = id;
    this.#leaving = false;
    const box = this.#current();
    if (box) {
      if (box.part !== this.#pictures.part.role) this.#pictures.showPart(box.part);
      this.#hand = box.class;
      this.#host.inHand(box.class);
      if (inSight) this.#bringIntoSight(box.geometry);
      const n = this.#boxes.indexOf(box) + 1;
      this.#host.announce(t("selected", { name: this.#class(box.class).name, n, total: this.#boxes.length, place: this.#spoken(box.geometry) }));
    } else {
      this.#host.announce(t("selected_none"));
    }
    this.#refresh();
  }

  #bringIntoSight(rect: Rect): void {
    const view = this.#pictures.view();
    const size = this.#pictures.size();
    if (shapes.overlaps(rect, visibleBounds(view, size, -24))) return;
    const x = size.width / 2 - ((rect.x0 + rect.x1) / 2) * view.scale;
    const y = size.height / 2 - ((rect.y0 + rect.y1) / 2) * view.scale;
    this.#pictures.setView({ scale: view.scale, x, y });
  }

  #add(geometry: Rect): void {
    const id = newElementId(new Set(this.#boxes.map((box) => box.id)));
    const box: Box = { id, class: this.#hand, part: this.#pictures.part.role, geometry, attributes: {} };
    this.#selected = id;
    this.#leaving = false;
    this.#commit([...this.#boxes, box]);
    this.#host.announce(t("created", { name: this.#class(box.class).name, place: this.#spoken(geometry) }));
  }

  #reshape(box: Box, geometry: Rect, said: "moved" | "resized"): void {
    this.#commit(shapes.replaced(this.#boxes, { ...box, geometry }));
    this.#host.announce(t(said, { name: this.#class(box.class).name, place: this.#spoken(geometry) }));
  }

  #remove(): boolean {
    const box = this.#current();
    if (!box) return false;
    this.#selected = (shapes.neighbor(this.#boxes, box.id, 1) ?? shapes.neighbor(this.#boxes, box.id, -1))?.id ?? null;
    this.#commit(this.#boxes.filter((one) => one.id !== box.id));
    this.#host.announce(t("deleted", { name: this.#class(box.class).name, n: this.#boxes.length }));
    return true;
  }

  /** A class is taken in hand; the selected box becomes one of it. */
  #take(code: number): void {
    this.#host.activate();
    this.#hand = code;
    this.#host.inHand(code);
    const box = this.#current();
    const name = this.#class(code).name;
    if (box && box.class !== code) {
      this.#commit(shapes.replaced(this.#boxes, { ...box, class: code }));
      this.#host.announce(t("reclassed", { name }));
      return;
    }
    this.#host.announce(t("in_hand", { name }));
    this.#refresh();
  }

  /* -- drawn on the picture --------------------------------------------------------------------------------- */

  paint(context: CanvasRenderingContext2D, view: View, seen: Bounds): void {
    const { role } = this.#pictures.part;
    const idle = this.#boxes.filter((box) => box.part === role && box.id !== this.#selected && shapes.overlaps(box.geometry, seen));
    paintIdle(context, view, idle, (code) => this.#class(code).color ?? 12);
  }

  moved(view: View): void {
    const box = this.#current();
    const drawing = this.#gesture?.kind === "draw";
    const rect = this.#live ?? box?.geometry ?? null;
    if (!rect || (!drawing && box?.part !== this.#pictures.part.role)) {
      this.#active.hide();
      return;
    }
    const cls = this.#class(drawing || !box ? this.#hand : box.class);
    this.#active.show(rect, view, cls.color ?? 12, cls.name, !drawing);
  }

  partChanged(_part: Part): void {
    const box = this.#current();
    if (box && box.part !== this.#pictures.part.role) this.#selected = null;
    this.cancel();
  }

  /* -- hands --------------------------------------------------------------------------------------------------- */

  down(event: PointerEvent, at: Point): boolean {
    if (event.button !== 0 || !this.#host.isActive()) return false;
    this.#gesture = this.#begin(at, event.pointerType === "touch" ? TOUCH_REACH : MOUSE_REACH);
    this.#screen = { x: event.clientX, y: event.clientY };
    return true;
  }

  #screen: Point = { x: 0, y: 0 };

  #begin(at: Point, reach_px: number): Gesture {
    const { scale } = this.#pictures.view();
    const box = this.#current();
    if (box && box.part === this.#pictures.part.role) {
      const reach = reach_px / scale;
      const small = Math.min(shapes.width(box.geometry), shapes.height(box.geometry)) < 3 * reach;
      const inside = shapes.contains(box.geometry, at);
      const handle = small && inside ? null : shapes.handleAt(box.geometry, at, reach);
      if (handle) return { kind: "resize", handle, box, begun: false };
      if (inside) return { kind: "move", start: at, box, begun: false };
    }
    const touched = this.#edgeAt(at, EDGE_REACH / scale);
    if (touched) return { kind: "move", start: at, box: touched, begun: false };
    return { kind: "draw", start: at, begun: false };
  }

  #edgeAt(at: Point, reach: number): Box | null {
    const near = this.#boxes.filter((box) => shapes.onEdge(box.geometry, at, reach));
    return shapes.boxAt(near, this.#pictures.part.role, at, reach);
  }

  drag(event: PointerEvent, at: Point): void {
    const gesture = this.#gesture;
    if (!gesture) return;
    const slack = event.pointerType === "touch" ? 8 : 3;
    if (!gesture.begun && Math.hypot(event.clientX - this.#screen.x, event.clientY - this.#screen.y) < slack) return;
    if (!gesture.begun) {
      gesture.begun = true;
      this.#selected = gesture.kind === "draw" ? null : gesture.box.id;
      this.#pictures.redraw();
    }
    this.#live = this.#dragged(gesture, at, event.altKey);
    this.moved(this.#pictures.view());
    if (gesture.kind !== "draw") this.#panels.place({ ...gesture.box, geometry: this.#live });
  }

  #dragged(gesture: Gesture, at: Point, free: boolean): Rect {
    if (gesture.kind === "draw") return shapes.spanned(gesture.start, at, this.#picture, free);
    if (gesture.kind === "resize") return shapes.resized(gesture.box.geometry, gesture.handle, at, this.#picture, free);
    const by = shapes.snap({ x: at.x - gesture.start.x, y: at.y - gesture.start.y }, free);
    return shapes.moved(gesture.box.geometry, by.x, by.y, this.#picture);
  }

  up(event: PointerEvent, at: Point): void {
    const gesture = this.#gesture;
    const live = this.#live;
    this.#gesture = null;
    this.#live = null;
    if (!gesture) return;
    if (!gesture.begun || !live) {
      this.#click(gesture, at, event.pointerType === "touch" ? TOUCH_REACH / 2 : EDGE_REACH);
      return;
    }
    if (!shapes.bigEnough(live, this.#smallest)) {
      this.#host.announce(t("too_small", { n: this.#smallest }));
      this.#refresh();
    } else if (gesture.kind === "draw") {
      this.#add(live);
    } else {
      this.#reshape(gesture.box, live, gesture.kind === "move" ? "moved" : "resized");
    }
  }

  /** A press without a drag selects the smallest box under it, or none. */
  #click(gesture: Gesture, at: Point, reach_px: number): void {
    const box = gesture.kind === "resize" ? gesture.box : shapes.boxAt(this.#boxes, this.#pictures.part.role, at, reach_px / this.#pictures.view().scale);
    if (box?.id !== this.#selected || !box) this.#select(box?.id ?? null, false);
  }

  cancel(): void {
    this.#gesture = null;
    this.#live = null;
    this.#refresh();
  }

  hover(at: Point): void {
    if (!this.#host.isActive()) return;
    const { scale } = this.#pictures.view();
    const gesture = this.#begin(at, MOUSE_REACH);
    if (gesture.kind === "resize") this.#pictures.setCursor(gesture.handle);
    else if (gesture.kind === "move") this.#pictures.setCursor(gesture.box.id === this.#selected ? "move" : "pick");
    else this.#pictures.setCursor(this.#edgeAt(at, EDGE_REACH / scale) ? "pick" : null);
  }

  /* -- keys --------------------------------------------------------------------------------------------------------- */

  readonly #onFocus = (): void => {
    this.#leaving = false;
  };

  #onPicture(): boolean {
    const focused = document.activeElement;
    return focused === document.body || focused === this.#pictures.surface;
  }

  #arrow(dx: number, dy: number, resizes: boolean): boolean | void {
    const box = this.#current();
    if (!box || !this.#onPicture()) return false;
    const least = Math.max(1, this.#smallest);
    const geometry = resizes ? shapes.stretched(box.geometry, dx, dy, this.#picture, least) : shapes.moved(box.geometry, dx, dy, this.#picture);
    this.#reshape(box, geometry, resizes ? "resized" : "moved");
    this.#bringIntoSight(geometry);
    return undefined;
  }

  /** Tab walks the boxes while the picture has the focus; past the last one, or after Escape, it leaves. */
  #tab(step: 1 | -1): boolean | void {
    if (document.activeElement !== this.#pictures.surface || this.#leaving) return false;
    const next = shapes.neighbor(this.#boxes, this.#selected, step);
    if (!next) return false;
    this.#select(next.id, true);
    return undefined;
  }

  #escape(): boolean | void {
    if (this.#gesture) {
      this.cancel();
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
    const seen = visibleBounds(this.#pictures.view(), this.#pictures.size());
    this.#add(shapes.centered(seen, this.#picture, Math.max(1, this.#smallest)));
    this.focus();
  }

  #makeBindings(): Binding[] {
    const group = t("boxes");
    const { classKeys } = this.#host;
    const keyed = this.#classes.filter((cls) => classKeys.has(cls.code));
    const classes = keyed.map((cls): Binding => {
      const chord = classKeys.get(cls.code) ?? "";
      return { chord, says: cls.name, group: t("classes"), run: () => this.#take(cls.code) };
    });
    const arrows = Object.entries(ARROWS).flatMap(([key, [dx, dy]]): Binding[] => {
      const first = key === "ArrowLeft";
      const move = { says: t("nudge"), ...(first ? { group, shows: ["← ↑ ↓ →", "Alt"] } : {}) };
      const resize = { says: t("resize"), ...(first ? { group, shows: ["⇧", "← ↑ ↓ →"] } : {}) };
      return [
        { chord: key, ...move, run: () => this.#arrow(dx, dy, false) },
        { chord: `Alt+${key}`, says: t("nudge"), run: () => this.#arrow(10 * dx, 10 * dy, false) },
        { chord: `Shift+${key}`, ...resize, run: () => this.#arrow(dx, dy, true) },
        { chord: `Alt+Shift+${key}`, says: t("resize"), run: () => this.#arrow(10 * dx, 10 * dy, true) },
      ];
    });
    const hands: Binding[] = [
      { chord: "n", says: t("new_box"), group, run: (event) => (event.repeat ? undefined : this.#create()) },
      { chord: "Tab", says: t("next_shape"), group, shows: ["Tab", "⇧ Tab"], run: () => this.#tab(1) },
      { chord: "Shift+Tab", says: t("next_shape"), run: () => this.#tab(-1) },
      ...arrows,
      { chord: "Delete", says: t("delete_shape"), group, run: () => this.#remove() },
      { chord: "Backspace", says: t("delete_shape"), run: () => this.#remove() },
      { chord: "Escape", says: t("selected_none"), run: () => this.#escape() },
    ];
    return [...whileActive(this.#host, hands), ...classes];
  }
}

export const draws: EditorModule["draws"] = "image";
export const blank: Json = { elements: [] };
export const create: EditorModule["create"] = (host) => (host.pictures ? new BoxEditor(host, host.pictures) : new Unanswerable(host, t("no_picture", { name: host.question.prompt })));
