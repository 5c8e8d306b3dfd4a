import { DrawnEditor } from "../../frontend/src/drawn_editor.ts";
import { openMenu, type MenuItem } from "../../frontend/src/held_menu.ts";
import { t } from "../../frontend/src/messages.ts";
import { Unanswerable } from "../../frontend/src/unanswerable.ts";
import type { Binding, Bounds, EditorModule, Host, Json, Pictures, Point, View } from "../../frontend/src/types.ts";
import { ActiveFigure, outline } from "./drawing.ts";
import * as figures from "./figures.ts";
import type { Figure, Points, Skeleton } from "./figures.ts";
import { PointsList } from "./points_list.ts";

type Gesture =
  | { readonly kind: "place"; readonly at: Point }
  | { readonly kind: "point"; readonly figure: Figure; readonly name: string; begun: boolean }
  | { readonly kind: "move"; readonly figure: Figure; readonly start: Point; begun: boolean };

/** Named points on a picture, figure by figure, by mouse, pen, touch or keyboard alone. */
class KeypointEditor extends DrawnEditor<Figure["geometry"]> {
  readonly bindings: readonly Binding[];
  protected readonly joins = "round";
  readonly #skeleton: Skeleton;
  readonly #active: ActiveFigure;
  readonly #list: PointsList;
  /** The point in hand, set or still to be set. */
  #held: string | null = null;
  #gesture: Gesture | null = null;
  #live: Points | null = null;

  constructor(host: Host, pictures: Pictures) {
    const skeleton = figures.skeletonOf(host.question.spec);
    const count = ({ geometry }: Figure): string => t("n_of_total", { n: Object.keys(geometry.points).length, total: skeleton.names.length });
    super(host, pictures, {
      line: (figure, name) => ({ main: name, side: count(figure) }),
      place: (figure) => this.#placeText(figure),
      words: { list: t("figures"), none: t("figures_none"), place: t("point"), remove: t("delete_figure") },
    }, { few: "too_few_figures", many: "too_many_figures" });
    this.#skeleton = skeleton;
    this.#active = new ActiveFigure(pictures.overlay);
    this.#list = new PointsList(host, skeleton, (name) => this.#hold(name));
    this.bindings = this.#makeBindings();
    this.open();
  }

  override destroy(): void {
    this.#active.remove();
    this.#list.remove();
    super.destroy();
  }

  override show(value: Json | undefined): void {
    super.show(value);
    if (!this.current()) this.#held = null;
  }

  protected override refresh(): void {
    super.refresh();
    this.#list.show(this.current()?.geometry.points ?? null, this.#held);
  }

  protected override picked(figure: Figure | null, inSight: boolean): void {
    this.#held = figure ? figures.nextUnset(figure.geometry.points, null, this.#skeleton) : null;
    super.picked(figure, inSight);
  }

  #placeText(figure: Figure): string {
    const points = this.#live ?? figure.geometry.points;
    const held = this.#held === null ? undefined : points[this.#held];
    if (this.#held === null) return t("n_of_total", { n: Object.keys(points).length, total: this.#skeleton.names.length });
    return held ? `${this.#held}: ${held.x}, ${held.y}` : `${this.#held}: ${t("point_unset")}`;
  }

  /* -- drawn on the picture --------------------------------------------------------------------------------- */

  protected outline(path: Path2D, { points }: Figure["geometry"]): void {
    outline(path, points, this.#skeleton, this.pictures.view().scale);
  }

  protected boundsOf({ points }: Figure["geometry"]): Bounds {
    return figures.bounds(points);
  }

  moved(view: View): void {
    const figure = this.here();
    const points = this.#live ?? figure?.geometry.points;
    if (!figure || !points) {
      this.#active.hide();
      return;
    }
    const cls = this.classOf(figure.class);
    const name = this.#held !== null && points[this.#held] && this.#skeleton.names.length > 1 ? this.#held : cls.name;
    this.#active.show(points, this.#skeleton, view, { color: cls.color ?? 12, name, held: this.#held });
  }

  /* -- hands ------------------------------------------------------------------------------------------------------ */

  protected begin(event: PointerEvent, at: Point): void {
    const reach = this.reach(event.pointerType);
    const figure = this.here();
    this.#gesture = { kind: "place", at };
    if (!figure || event.shiftKey) return;
    const { points } = figure.geometry;
    const name = figures.nearest(points, at, reach);
    if (name !== null) this.#gesture = { kind: "point", figure, name, begun: false };
    else if (figures.distanceTo(points, at, this.#skeleton) <= reach / 2) this.#gesture = { kind: "move", figure, start: at, begun: false };
  }

  protected override get removes(): string {
    return t("delete_this_figure");
  }

  protected under(at: Point, reach: number): Figure | null {
    return figures.figureAt(this.elements, this.pictures.part.role, at, reach, this.#skeleton);
  }

  /** The point under the finger is in hand while its menu is open. */
  override held(event: PointerEvent, at: Point): boolean {
    const figure = this.here();
    const name = figure && figures.nearest(figure.geometry.points, at, this.reach(event.pointerType));
    if (!figure || !name) return super.held(event, at);
    this.#hold(name);
    const sides: MenuItem[] = this.#skeleton.otherSide.size > 0 ? [{ label: t("swap_sides"), run: () => void this.#swap() }] : [];
    const own: MenuItem[] = [{ label: t("toggle_hidden"), run: () => void this.#toggle() }, { label: t("delete_this_point"), run: () => void this.remove() }, ...sides];
    openMenu(name, [...own, ...this.menuOf(figure)], { x: event.clientX, y: event.clientY }, () => this.focus());
    return true;
  }

  drag(event: PointerEvent, at: Point): void {
    const gesture = this.#gesture;
    if (!gesture || gesture.kind === "place" || (!gesture.begun && !this.hasMoved(event))) return;
    gesture.begun = true;
    const { points } = gesture.figure.geometry;
    if (gesture.kind === "point") {
      this.#held = gesture.name;
      this.#live = figures.withPoint(points, gesture.name, figures.placedAt(at, this.picture, points[gesture.name]?.visible), this.#skeleton);
    } else {
      this.#live = figures.moved(points, at.x - gesture.start.x, at.y - gesture.start.y, this.picture);
    }
    this.moved(this.pictures.view());
    this.panels.place(gesture.figure);
  }

  up(event: PointerEvent, at: Point): void {
    const gesture = this.#gesture;
    const live = this.#live;
    this.#gesture = null;
    this.#live = null;
    if (!gesture) return;
    if (gesture.kind !== "place" && gesture.begun && live) this.reshape(gesture.figure, { points: live }, "moved");
    else if (gesture.kind === "point") this.#hold(gesture.name);
    else this.#place(at, this.reach(event.pointerType), event.shiftKey);
  }

  /** A press sets the point in hand, or the next that is not set; where there is none it takes a figure or begins one. */
  #place(at: Point, reach: number, anew: boolean): void {
    const figure = anew ? null : this.here();
    const name = figure ? this.#toSet(figure) : null;
    if (figure && name !== null) {
      this.#set(figure, name, at);
      return;
    }
    const under = anew ? null : figures.figureAt(this.elements, this.pictures.part.role, at, reach / 2, this.#skeleton);
    if (under) this.select(under.id, false);
    else this.#begin(at);
  }

  #toSet(figure: Figure): string | null {
    const { points } = figure.geometry;
    if (this.#held !== null && !points[this.#held]) return this.#held;
    return figures.nextUnset(points, this.#held, this.#skeleton);
  }

  #set(figure: Figure, name: string, at: Point): void {
    const points = figures.withPoint(figure.geometry.points, name, figures.placedAt(at, this.picture), this.#skeleton);
    this.#held = figures.nextUnset(points, name, this.#skeleton) ?? name;
    this.reshape(figure, { points }, "moved");
    this.#tell(name, points);
  }

  #begin(at: Point): void {
    const first = this.#skeleton.names[0] ?? "";
    const points = { [first]: figures.placedAt(at, this.picture) };
    this.#held = figures.nextUnset(points, first, this.#skeleton) ?? first;
    this.add(this.pictures.part.role, { points });
    this.#tell(first, points);
  }

  /** What was set, and what comes next. */
  #tell(name: string, points: Points): void {
    const point = points[name];
    if (!point) return;
    const said = t("point_set", { name, x: point.x, y: point.y });
    const next = this.#held !== null && !points[this.#held] ? ` ${t("point_next", { name: this.#held })}` : "";
    this.host.announce(said + next);
  }

  cancel(): void {
    this.#gesture = null;
    this.#live = null;
    this.refresh();
  }

  hover(at: Point): void {
    if (!this.host.isActive()) return;
    const reach = this.reach("mouse");
    const points = this.here()?.geometry.points;
    if (points && figures.nearest(points, at, reach) !== null) this.pictures.setCursor("move");
    else this.pictures.setCursor(figures.figureAt(this.elements, this.pictures.part.role, at, reach / 2, this.#skeleton) ? "pick" : null);
  }

  /* -- keys ------------------------------------------------------------------------------------------------------------ */

  #hold(name: string | null): void {
    this.#held = name;
    const point = name === null ? undefined : this.current()?.geometry.points[name];
    if (name !== null) {
      const state = !point ? t("point_unset") : point.visible ? t("point_visible") : t("point_hidden");
      this.host.announce(t("point_held", { name, state }));
    }
    this.refresh();
  }

  #walk(step: 1 | -1): boolean | void {
    const { names } = this.#skeleton;
    if (!this.current()) return false;
    const at = this.#held === null ? (step > 0 ? -1 : names.length) : names.indexOf(this.#held);
    this.#hold(names[(at + step + names.length) % names.length] ?? null);
    return undefined;
  }

  /** The point in hand moves; one that is not set yet appears beside the one before it. With none in hand all move. */
  #push(figure: Figure, dx: number, dy: number): void {
    const { points } = figure.geometry;
    if (this.#held === null) {
      this.reshape(figure, { points: figures.moved(points, dx, dy, this.picture) }, "moved");
    } else {
      const from = points[this.#held] ?? this.#beside(points, this.#held);
      const next = figures.placedAt({ x: from.x + dx, y: from.y + dy }, this.picture, from.visible);
      this.reshape(figure, { points: figures.withPoint(points, this.#held, next, this.#skeleton) }, "moved");
    }
    this.bringIntoSight(figures.bounds(points));
  }

  #beside(points: Points, name: string): figures.Keypoint {
    const { names } = this.#skeleton;
    const before = names.slice(0, names.indexOf(name)).reverse().find((one) => points[one]) ?? Object.keys(points)[0] ?? "";
    return { ...(points[before] ?? { x: this.picture.width / 2, y: this.picture.height / 2 }), visible: true };
  }

  #toggle(): boolean | void {
    const figure = this.current();
    const point = this.#held === null ? undefined : figure?.geometry.points[this.#held];
    if (!figure || !point || this.#held === null) return false;
    const points = { ...figure.geometry.points, [this.#held]: { ...point, visible: !point.visible } };
    this.reshape(figure, { points }, "moved");
    this.#hold(this.#held);
    return undefined;
  }

  #swap(): boolean | void {
    const figure = this.current();
    if (!figure || this.#skeleton.otherSide.size === 0) return false;
    this.reshape(figure, { points: figures.sidesSwapped(figure.geometry.points, this.#skeleton) }, "moved");
    this.host.announce(t("sides_swapped"));
    return undefined;
  }

  /** The point in hand is not labeled any more; the last one goes with its figure, and so does all with none in hand. */
  protected override remove(): boolean {
    const figure = this.current();
    const name = this.#held;
    if (!figure || name === null || !figure.geometry.points[name] || Object.keys(figure.geometry.points).length === 1) return super.remove();
    this.reshape(figure, { points: figures.withoutPoint(figure.geometry.points, name) }, "moved");
    this.#hold(name);
    return true;
  }

  protected override escape(): boolean | void {
    if (!this.#gesture && this.#held === null) return super.escape();
    this.#held = null;
    this.cancel();
    return undefined;
  }

  #create(): void {
    const { x0, y0, x1, y1 } = this.seen();
    this.#begin({ x: (x0 + x1) / 2, y: (y0 + y1) / 2 });
    this.#held = this.#skeleton.names[0] ?? null;
    this.refresh();
    this.focus();
  }

  #makeBindings(): Binding[] {
    const group = t("figures");
    return this.keys(group, "next_shape", "delete_point", [
      { chord: "n", says: t("new_figure"), group, run: (event) => (event.repeat ? undefined : this.#create()) },
      { chord: ".", says: t("next_point"), group, shows: [",", "."], run: () => this.#walk(1) },
      { chord: ",", says: t("next_point"), run: () => this.#walk(-1) },
      { chord: "v", says: t("toggle_hidden"), group, run: () => this.#toggle() },
      { chord: "x", says: t("swap_sides"), group, run: () => this.#swap() },
      ...this.arrows("", t("nudge_point"), group, ["← ↑ ↓ →", "Alt"], (figure, dx, dy) => this.#push(figure, dx, dy)),
    ]);
  }
}

export const draws: EditorModule["draws"] = "image";
export const blank: Json = { elements: [] };
export { classesIn } from "../../frontend/src/elements.ts";
export const create: EditorModule["create"] = (host) => (host.pictures ? new KeypointEditor(host, host.pictures) : new Unanswerable(host, t("no_picture", { name: host.question.prompt })));
