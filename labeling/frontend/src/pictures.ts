import { h, icon, keepFocus, svg } from "./dom.ts";
import { t } from "./messages.ts";
import { LongPress } from "./held_menu.ts";
import { fitView, keepInSight, pinch, toPicture, visibleBounds, zoomAt } from "./viewport.ts";
import type { Binding, Layer, Part, Pictures, Point, Size, View } from "./types.ts";

/** Around the surface this much is painted too, so that a pan only moves the canvas until it runs out. */
const OVERSCAN = 256;
const WHEEL_STEP = 0.0015;

interface Light { brightness: number; contrast: number; invert: boolean }

/** An item's pictures: pan, zoom, light; the rest is done by the layers that editors attach. */
export class PictureView implements Pictures {
  readonly surface: HTMLElement;
  readonly overlay: SVGSVGElement;
  readonly bindings: readonly Binding[];
  part: Part;

  readonly #stage: HTMLElement;
  readonly #parts: readonly Part[];
  readonly #picture = h("img", { class: "picture", alt: "", draggable: "false" });
  readonly #canvas = h("canvas", { class: "idle" });
  readonly #layers: Layer[] = [];
  readonly #pointers = new Map<number, Point>();
  readonly #observer: ResizeObserver;
  readonly #level = h("button", { type: "button", class: "btn level" });
  readonly #tools = new Map<string, HTMLButtonElement>();
  readonly #lightbox: HTMLElement;
  readonly #tabs: HTMLElement | null;
  readonly #light: Light = { brightness: 100, contrast: 100, invert: false };
  readonly #chrome: HTMLElement[] = [];
  readonly #draws: boolean;
  #size: Size = { width: 1, height: 1 };
  #view: View = { scale: 1, x: 0, y: 0 };
  #painted: View = this.#view;
  #fitted = true;
  #tool: "draw" | "hand" = "draw";
  #spaceHeld = false;
  #panning: number | null = null;
  readonly #resting = new LongPress();
  #owner: { layer: Layer; pointer: number } | null = null;
  #frame = 0;
  #stale = true;
  #settle = 0;

  constructor(stage: HTMLElement, parts: readonly Part[], draws: boolean, announce: (text: string) => void) {
    const first = parts[0];
    if (!first) throw new Error("an item without a picture has no picture view");
    this.#stage = stage;
    this.#parts = parts;
    this.#draws = draws;
    this.part = first;
    this.overlay = svg("svg", { class: "active", "aria-hidden": "true" });
    this.surface = h("div", { class: "viewer", tabindex: "0", role: draws ? "application" : "group" }, this.#picture, this.#canvas, this.overlay);
    this.#lightbox = this.#makeLightbox();
    this.#tabs = parts.length > 1 ? this.#makeTabs() : null;
    this.#chrome.push(this.#makeTools(), this.#makeZoom(), this.#lightbox);
    if (this.#tabs) this.#chrome.push(this.#tabs);
    stage.append(this.surface, ...this.#chrome);
    this.#picture.addEventListener("error", () => announce(t("picture_failed")));
    this.#listen();
    this.#observer = new ResizeObserver(() => this.#measure());
    this.#observer.observe(this.surface);
    this.bindings = this.#makeBindings();
    if (!draws) this.#useTool("hand");
    this.showPart(first.role);
    this.#measure();
  }

  destroy(): void {
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#resting.end();
    clearTimeout(this.#settle);
    this.surface.remove();
    for (const piece of this.#chrome) piece.remove();
  }

  /* -- what editors use ------------------------------------------------------------------------- */

  attach(layer: Layer): () => void {
    this.#layers.push(layer);
    layer.partChanged(this.part);
    this.redraw();
    return () => {
      const index = this.#layers.indexOf(layer);
      if (index >= 0) this.#layers.splice(index, 1);
    };
  }

  redraw(): void {
    this.#stale = true;
    this.#schedule();
  }

  view(): View {
    return this.#view;
  }

  size(): Size {
    return this.#size;
  }

  setView(view: View): void {
    this.#fitted = false;
    this.#view = keepInSight(view, this.#pictureSize(), this.#size);
    this.#schedule();
  }

  at(event: PointerEvent | MouseEvent): Point {
    return toPicture(this.#view, this.#screen(event));
  }

  setCursor(name: string | null): void {
    if (name) this.surface.dataset["cursor"] = name;
    else delete this.surface.dataset["cursor"];
  }

  showPart(role: string): void {
    const part = this.#parts.find((one) => one.role === role);
    if (!part) return;
    this.part = part;
    const { width, height } = this.#pictureSize();
    this.#picture.style.setProperty("width", `${width}px`);
    this.#picture.style.setProperty("height", `${height}px`);
    if (part.url) this.#picture.src = part.url;
    this.surface.setAttribute("aria-label", this.#parts.length > 1 ? `${t("picture")}: ${role}` : t("picture"));
    for (const tab of this.#tabs?.children ?? []) tab.setAttribute("aria-pressed", String((tab as HTMLElement).dataset["role"] === role));
    for (const layer of this.#layers) layer.partChanged(part);
    this.#fit();
  }

  /* -- view ---------------------------------------------------------------------------------------- */

  #pictureSize(): Size {
    return { width: this.part.width || 1, height: this.part.height || 1 };
  }

  #smallest(): number {
    return Math.min(1, fitView(this.#pictureSize(), this.#size).scale) / 4;
  }

  #fit(): void {
    this.#view = fitView(this.#pictureSize(), this.#size, this.#size.width < 600 ? 8 : 16);
    this.#fitted = true;
    this.redraw();
  }

  #measure(): void {
    const box = this.surface.getBoundingClientRect();
    if (box.width < 1 || box.height < 1) return;
    this.#size = { width: box.width, height: box.height };
    if (this.#fitted) this.#fit();
    else this.setView(this.#view);
    this.redraw();
  }

  #zoom(factor: number, screen: Point = { x: this.#size.width / 2, y: this.#size.height / 2 }): void {
    this.setView(zoomAt(this.#view, screen, factor, this.#smallest()));
  }

  #schedule(): void {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const { scale, x, y } = this.#view;
    this.#picture.style.setProperty("transform", `translate(${x}px, ${y}px) scale(${scale})`);
    this.#picture.classList.toggle("pixels", scale * devicePixelRatio >= 4);
    const level = `${Math.round(scale * 100)}%`;
    if (this.#level.textContent !== level) this.#level.textContent = level;
    const moved = Math.max(Math.abs(x - this.#painted.x), Math.abs(y - this.#painted.y));
    if (this.#stale || moved > OVERSCAN * 0.9) this.#paint();
    else if (scale !== this.#painted.scale || moved > 0) this.#shift();
    for (const layer of this.#layers) layer.moved(this.#view);
  }

  /** Between paintings the painted canvas moves with the view; it is painted anew when the hand rests. */
  #shift(): void {
    const ratio = this.#view.scale / this.#painted.scale;
    const dx = this.#view.x - this.#painted.x * ratio + OVERSCAN * (1 - ratio);
    const dy = this.#view.y - this.#painted.y * ratio + OVERSCAN * (1 - ratio);
    this.#canvas.style.setProperty("transform", `translate(${dx}px, ${dy}px) scale(${ratio})`);
    clearTimeout(this.#settle);
    this.#settle = window.setTimeout(() => this.redraw(), 90);
  }

  #paint(): void {
    clearTimeout(this.#settle);
    this.#stale = false;
    this.#painted = this.#view;
    const density = devicePixelRatio;
    const width = Math.round((this.#size.width + 2 * OVERSCAN) * density);
    const height = Math.round((this.#size.height + 2 * OVERSCAN) * density);
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#canvas.style.setProperty("width", `${width / density}px`);
      this.#canvas.style.setProperty("height", `${height / density}px`);
      this.#canvas.style.setProperty("left", `${-OVERSCAN}px`);
      this.#canvas.style.setProperty("top", `${-OVERSCAN}px`);
    }
    this.#canvas.style.setProperty("transform", "none");
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    const { scale, x, y } = this.#view;
    context.setTransform(scale * density, 0, 0, scale * density, (x + OVERSCAN) * density, (y + OVERSCAN) * density);
    const seen = visibleBounds(this.#view, this.#size, OVERSCAN);
    for (const layer of this.#layers) layer.paint(context, this.#view, seen);
  }

  /* -- hands ------------------------------------------------------------------------------------------ */

  #screen(event: PointerEvent | MouseEvent): Point {
    const box = this.surface.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #listen(): void {
    const surface = this.surface;
    surface.addEventListener("pointerdown", (event) => this.#down(event));
    surface.addEventListener("pointermove", (event) => this.#move(event));
    surface.addEventListener("pointerup", (event) => this.#up(event));
    surface.addEventListener("pointercancel", (event) => this.#drop(event));
    surface.addEventListener("lostpointercapture", (event) => this.#drop(event));
    surface.addEventListener("contextmenu", (event) => event.preventDefault());
    surface.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    surface.addEventListener("blur", () => this.#space(false));
    // The ring is for those who come by keyboard: drawing by hand, or arriving with a new item, leaves the picture alone.
    surface.dataset["quiet"] = "";
    surface.addEventListener("keyup", (event) => {
      if (event.key === "Tab" || event.key.startsWith("Arrow")) delete surface.dataset["quiet"];
    });
  }

  #down(event: PointerEvent): void {
    if (event.button > 1) return;
    if (event.button === 1) event.preventDefault();
    this.surface.focus({ preventScroll: true });
    this.surface.dataset["quiet"] = "";
    this.surface.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, this.#screen(event));
    this.#resting.end();
    if (this.#pointers.size === 2) {
      this.#owner?.layer.cancel();
      this.#owner = null;
      this.#panning = null;
      return;
    }
    if (this.#pointers.size > 2) return;
    if (event.button === 1 || this.#spaceHeld || this.#tool === "hand") {
      this.#panning = event.pointerId;
      this.surface.dataset["panning"] = "";
      return;
    }
    const at = this.at(event);
    for (const layer of [...this.#layers].reverse()) {
      if (!layer.down(event, at)) continue;
      this.#owner = { layer, pointer: event.pointerId };
      this.#resting.begin(event, () => this.#held(event, at));
      return;
    }
  }

  /** What the layer makes of a finger that rests; one with nothing under it goes on drawing. */
  #held(event: PointerEvent, at: Point): void {
    const owner = this.#owner;
    if (owner?.pointer !== event.pointerId || !owner.layer.held?.(event, at)) return;
    owner.layer.cancel();
    this.#owner = null;
  }

  #move(event: PointerEvent): void {
    this.#resting.move(event);
    const last = this.#pointers.get(event.pointerId);
    if (!last) {
      if (event.pointerType !== "touch" && !this.#spaceHeld && this.#tool === "draw") for (const layer of this.#layers) layer.hover(this.at(event));
      return;
    }
    const now = this.#screen(event);
    this.#pointers.set(event.pointerId, now);
    if (this.#pointers.size === 2) {
      const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) this.setView(pinch(this.#view, [last, other], [now, other], this.#smallest()));
    } else if (this.#panning === event.pointerId) {
      this.setView({ scale: this.#view.scale, x: this.#view.x + now.x - last.x, y: this.#view.y + now.y - last.y });
    } else if (this.#owner?.pointer === event.pointerId) {
      this.#owner.layer.drag(event, this.at(event));
    }
  }

  #up(event: PointerEvent): void {
    this.#resting.end();
    if (this.#owner?.pointer === event.pointerId) {
      const { layer } = this.#owner;
      this.#owner = null;
      layer.up(event, this.at(event));
    }
    this.#drop(event);
  }

  #drop(event: PointerEvent): void {
    this.#resting.end();
    this.#pointers.delete(event.pointerId);
    if (this.#owner?.pointer === event.pointerId) {
      this.#owner.layer.cancel();
      this.#owner = null;
    }
    if (this.#panning === event.pointerId) {
      this.#panning = null;
      delete this.surface.dataset["panning"];
    }
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 24 : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? 400 : 1;
    if (event.shiftKey) {
      const across = (event.deltaX || event.deltaY) * unit;
      this.setView({ ...this.#view, x: this.#view.x - across });
      return;
    }
    this.#zoom(Math.exp(-event.deltaY * unit * WHEEL_STEP * (event.ctrlKey ? 6 : 1)), this.#screen(event));
  }

  #space(held: boolean): void {
    this.#spaceHeld = held;
    this.surface.dataset["tool"] = held ? "hand" : this.#tool;
  }

  #useTool(tool: "draw" | "hand"): void {
    this.#tool = tool;
    this.surface.dataset["tool"] = tool;
    for (const [name, button] of this.#tools) if (name !== "light") button.setAttribute("aria-pressed", String(name === tool));
  }

  /* -- tools ---------------------------------------------------------------------------------------------- */

  #button(name: string, iconName: string, label: string, press: () => void): HTMLButtonElement {
    const button = h("button", { type: "button", class: "btn quiet icon-only", "aria-label": label, title: label, "aria-pressed": "false", click: press }, icon(iconName));
    keepFocus(button);
    this.#tools.set(name, button);
    return button;
  }

  #makeTools(): HTMLElement {
    const strip = h("div", { class: "toolstrip", role: "toolbar", "aria-label": t("tools") });
    if (this.#draws) strip.append(this.#button("draw", "box", `${t("draw")}, B`, () => this.#useTool("draw")));
    strip.append(
      this.#button("hand", "hand", t("pan_hold"), () => this.#useTool("hand")),
      this.#button("light", "light", `${t("light")}, L`, () => this.#toggleLight()),
    );
    this.#tools.get("draw")?.setAttribute("aria-pressed", "true");
    return strip;
  }

  #makeZoom(): HTMLElement {
    const press = (name: string, label: string, run: () => void): HTMLButtonElement =>
      h("button", { type: "button", class: "btn icon-only", "aria-label": label, title: label, click: run }, icon(name));
    this.#level.setAttribute("title", t("true_size"));
    this.#level.addEventListener("click", () => this.#zoom(1 / this.#view.scale));
    const bar = h(
      "div",
      { class: "zoombar group", role: "group", "aria-label": t("zoom") },
      press("zoom-out", `${t("zoom_out")}, −`, () => this.#zoom(1 / 1.25)),
      this.#level,
      press("zoom-in", `${t("zoom_in")}, +`, () => this.#zoom(1.25)),
      press("fit", `${t("fit")}, 0`, () => this.#fit()),
    );
    for (const button of bar.querySelectorAll("button")) keepFocus(button);
    return bar;
  }

  #makeTabs(): HTMLElement {
    const tabs = this.#parts.map((part) => h("button", { type: "button", class: "btn", "data-role": part.role, click: () => this.showPart(part.role) }, part.role));
    return h("div", { class: "parttabs group", role: "group", "aria-label": t("pictures") }, ...tabs);
  }

  #makeLightbox(): HTMLElement {
    const slider = (name: "brightness" | "contrast", most: number): HTMLElement =>
      h("label", {}, t(name), h("input", { type: "range", min: "20", max: most, step: "5", value: "100", "data-light": name, input: (event) => {
        this.#light[name] = Number((event.target as HTMLInputElement).value);
        this.#applyLight();
      } }));
    const invert = h("input", { type: "checkbox", "data-light": "invert", change: (event) => {
      this.#light.invert = (event.target as HTMLInputElement).checked;
      this.#applyLight();
    } });
    const reset = h("button", { type: "button", class: "btn", click: () => this.#resetLight() }, t("reset"));
    const note = h("p", { class: "note" }, t("view_only"));
    const box = h("div", { class: "lightbox", role: "group", "aria-label": t("light") }, slider("brightness", 300), slider("contrast", 300),
      h("div", { class: "row" }, h("span", { class: "check" }, h("label", { class: "check" }, invert, t("invert"))), reset), note);
    box.hidden = true;
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.#toggleLight();
      this.surface.focus({ preventScroll: true });
    });
    return box;
  }

  #resetLight(): void {
    Object.assign(this.#light, { brightness: 100, contrast: 100, invert: false });
    for (const input of this.#lightbox.querySelectorAll("input")) {
      if (input.type === "range") input.value = "100";
      else input.checked = false;
    }
    this.#applyLight();
  }

  #applyLight(): void {
    const { brightness, contrast, invert } = this.#light;
    const plain = brightness === 100 && contrast === 100 && !invert;
    this.#picture.style.setProperty("filter", plain ? "none" : `brightness(${brightness}%) contrast(${contrast}%) invert(${invert ? 1 : 0})`);
    this.#tools.get("light")?.setAttribute("aria-pressed", String(!plain || !this.#lightbox.hidden));
  }

  #toggleLight(): void {
    this.#lightbox.hidden = !this.#lightbox.hidden;
    this.#tools.get("light")?.setAttribute("aria-expanded", String(!this.#lightbox.hidden));
    this.#applyLight();
    if (!this.#lightbox.hidden) this.#lightbox.querySelector("input")?.focus();
  }

  #onPicture(): boolean {
    const focused = document.activeElement;
    return focused === document.body || focused === this.surface || focused === this.#stage;
  }

  #makeBindings(): Binding[] {
    const group = t("view");
    const pan = (dx: number, dy: number): (() => boolean | void) => () => {
      if (!this.#onPicture()) return false;
      this.setView({ scale: this.#view.scale, x: this.#view.x + dx, y: this.#view.y + dy });
      return undefined;
    };
    const drawing: Binding[] = this.#draws ? [{ chord: "b", says: t("draw"), run: () => this.#useTool("draw") }] : [];
    return [
      ...drawing,
      { chord: "+", says: t("zoom_in_out"), group, shows: ["+", "−"], run: () => this.#zoom(1.25) },
      { chord: "=", says: t("zoom_in"), run: () => this.#zoom(1.25) },
      { chord: "-", says: t("zoom_out"), run: () => this.#zoom(1 / 1.25) },
      { chord: "0", says: t("fit"), group, run: () => this.#fit() },
      { chord: "Space", says: t("pan_hold_drag"), group, run: () => (this.#onPicture() ? this.#space(true) : false), release: () => this.#space(false) },
      { chord: "ArrowLeft", says: t("pan"), group, shows: ["←", "↑", "↓", "→"], run: pan(64, 0) },
      { chord: "ArrowRight", says: t("pan"), run: pan(-64, 0) },
      { chord: "ArrowUp", says: t("pan"), run: pan(0, 64) },
      { chord: "ArrowDown", says: t("pan"), run: pan(0, -64) },
      { chord: "h", says: t("hide_held"), group, run: () => void (this.surface.dataset["hidden"] = ""), release: () => void delete this.surface.dataset["hidden"] },
      { chord: "l", says: t("light"), group, run: () => this.#toggleLight() },
    ];
  }
}
