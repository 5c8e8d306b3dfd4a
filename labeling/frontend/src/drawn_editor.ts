import { paintIdle } from "./drawn_shapes.ts";
import { ElementEditor, type Words } from "./element_editor.ts";
import type { PanelsOf } from "./element_panels.ts";
import type { Element } from "./elements.ts";
import { t } from "./messages.ts";
import { visibleBounds } from "./viewport.ts";
import type { Binding, Bounds, Host, Layer, Part, Pictures, Point, Size, View } from "./types.ts";

const MOUSE_REACH = 8;
const TOUCH_REACH = 22;
const PEN_REACH = 12;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export function overlaps(a: Bounds, b: Bounds): boolean {
  return a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1;
}

type Look<G> = Pick<PanelsOf<Element<G>>, "line" | "place" | "words">;

/** What editors of elements on a picture share: the layer, what rests on it, keys and hands. */
export abstract class DrawnEditor<G> extends ElementEditor<G> implements Layer {
  protected readonly pictures: Pictures;
  #detach: () => void = () => undefined;
  #pressed: Point = { x: 0, y: 0 };

  constructor(host: Host, pictures: Pictures, look: Look<G>, words: Pick<Words, "few" | "many">) {
    super(host, { ...look, touch: pictures.surface.parentElement }, { ...words, created: "created", selected: "selected" });
    this.pictures = pictures;
  }

  protected abstract readonly joins: CanvasLineJoin;
  protected abstract outline(path: Path2D, geometry: G): void;
  protected abstract boundsOf(geometry: G): Bounds;
  /** The element under a hand, within its reach. */
  protected abstract under(at: Point, reach: number): Element<G> | null;
  protected abstract begin(event: PointerEvent, at: Point): void;
  abstract moved(view: View): void;
  abstract drag(event: PointerEvent, at: Point): void;
  abstract up(event: PointerEvent, at: Point): void;
  abstract cancel(): void;
  abstract hover(at: Point): void;

  /** The last step of construction: from here on the picture asks for paint. */
  protected open(): void {
    const { surface } = this.pictures;
    this.#detach = this.pictures.attach(this);
    surface.setAttribute("aria-describedby", this.panels.hintId);
    surface.addEventListener("focus", this.#onFocus);
    this.holdFirst();
  }

  override destroy(): void {
    this.#detach();
    this.pictures.surface.removeEventListener("focus", this.#onFocus);
    super.destroy();
  }

  readonly #onFocus = (): void => {
    this.leaving = false;
  };

  focus(): void {
    this.pictures.surface.focus({ preventScroll: true });
  }

  /** Another question's drawing is in hand now. */
  rest(): void {
    this.selected = null;
    this.cancel();
  }

  partChanged(_part: Part): void {
    if (!this.here()) this.selected = null;
    this.cancel();
  }

  paint(context: CanvasRenderingContext2D, view: View, seen: Bounds): void {
    const { role } = this.pictures.part;
    const idle = this.elements.filter((one) => one.part === role && one.id !== this.selected && overlaps(this.boundsOf(one.geometry), seen));
    context.lineJoin = this.joins;
    paintIdle(context, view, idle, (code) => this.colorOf(code), (path, geometry) => this.outline(path, geometry), (geometry) => this.boundsOf(geometry));
  }

  down(event: PointerEvent, at: Point): boolean {
    if (event.button !== 0 || !this.host.isActive()) return false;
    this.#pressed = { x: event.clientX, y: event.clientY };
    this.begin(event, at);
    return true;
  }

  /** A finger that rests on an element opens what can be done with it. */
  held(event: PointerEvent, at: Point): boolean {
    const one = this.under(at, this.reach(event.pointerType));
    if (!one) return false;
    this.openMenu(one, { x: event.clientX, y: event.clientY });
    return true;
  }

  /** A press that shook a little is no drag. */
  protected hasMoved(event: PointerEvent): boolean {
    return Math.hypot(event.clientX - this.#pressed.x, event.clientY - this.#pressed.y) >= (event.pointerType === "mouse" ? 3 : 8);
  }

  /** How near is near, in picture pixels. */
  protected reach(pointer: string): number {
    const reach = pointer === "touch" ? TOUCH_REACH : pointer === "pen" ? PEN_REACH : MOUSE_REACH;
    return reach / this.pictures.view().scale;
  }

  protected get picture(): Size {
    return { width: this.pictures.part.width || 1, height: this.pictures.part.height || 1 };
  }

  protected seen(): Bounds {
    return visibleBounds(this.pictures.view(), this.pictures.size());
  }

  /** The selected element, if it lies on the picture that is shown. */
  protected here(): Element<G> | null {
    const one = this.current();
    return one?.part === this.pictures.part.role ? one : null;
  }

  protected refresh(): void {
    this.panels.show(this.elements, this.current(), this.host.isActive() ? this.hand : null);
    this.pictures.redraw();
    this.moved(this.pictures.view());
  }

  protected told(one: Element<G>): string {
    const { x0, y0, x1, y1 } = this.boundsOf(one.geometry);
    const round = (value: number): number => Math.round(value * 100) / 100;
    return t("place", { x: round(x0), y: round(y0), w: round(x1 - x0), h: round(y1 - y0) });
  }

  protected picked(one: Element<G> | null, inSight: boolean): void {
    if (!one) return;
    if (one.part !== this.pictures.part.role) this.pictures.showPart(one.part);
    if (inSight) this.bringIntoSight(this.boundsOf(one.geometry));
  }

  protected bringIntoSight(place: Bounds): void {
    const { scale } = this.pictures.view();
    const size = this.pictures.size();
    if (overlaps(place, visibleBounds(this.pictures.view(), size, -24))) return;
    this.pictures.setView({ scale, x: size.width / 2 - ((place.x0 + place.x1) / 2) * scale, y: size.height / 2 - ((place.y0 + place.y1) / 2) * scale });
  }

  protected holdsFocus(): boolean {
    return document.activeElement === this.pictures.surface;
  }

  /** Arrow keys, alone by one pixel and with Alt by ten; only the first is listed among the keys. */
  protected arrows(modifier: string, says: string, group: string, shows: readonly string[], run: (one: Element<G>, dx: number, dy: number) => void): Binding[] {
    const push = (dx: number, dy: number) => (): boolean | void => {
      const one = this.current();
      if (!one || !(this.holdsFocus() || document.activeElement === document.body)) return false;
      run(one, dx, dy);
      return undefined;
    };
    return Object.entries(ARROWS).flatMap(([key, [dx, dy]], index): Binding[] => [
      { chord: modifier + key, says, ...(index === 0 ? { group, shows } : {}), run: push(dx, dy) },
      { chord: `Alt+${modifier}${key}`, says, run: push(10 * dx, 10 * dy) },
    ]);
  }
}
