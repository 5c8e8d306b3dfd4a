import { h } from "../../frontend/src/dom.ts";
import { LongPress } from "../../frontend/src/held_menu.ts";
import type { SoundPlayer } from "../../frontend/src/sound.ts";
import { held, rows, seeing, segmentAt, shifted, withEnd, zoomed, type Segment, type Stretch, type Window } from "./segments.ts";

const WAVE_PX = 64;
const ROW_PX = 26;
/** At first so much of a sound is seen. */
const FIRST_SPAN = 30_000;
const COLORS_MS = 1000;

export interface Look { readonly color: number; readonly name: string; readonly text: string }

interface Colors { readonly at: number; readonly of: ReadonlyMap<number, string>; readonly ink: string; readonly faint: string; readonly line: string }

export interface TimelineOf {
  look(segment: Segment): Look;
  select(id: string | null): void;
  create(stretch: Stretch, anchor: number): void;
  reshape(segment: Segment, stretch: Stretch, anchor: number): void;
  /** What can be done with a segment, where a finger rests on it. */
  menu(segment: Segment, at: { readonly x: number; readonly y: number }): void;
  isActive(): boolean;
}

type Grip = { readonly kind: "new"; readonly anchor: number } | { readonly kind: "start" | "end" | "move"; readonly segment: Segment; readonly at: number };

/** The segments of one sound on a canvas of its own: only what is seen is painted, at most once a frame. */
export class Timeline {
  readonly root: HTMLElement;
  readonly player: SoundPlayer;
  readonly #do: TimelineOf;
  readonly #canvas = h("canvas");
  readonly #observer: ResizeObserver;
  readonly #quiet: () => void;
  #segments: readonly Segment[] = [];
  #rowOf: ReadonlyMap<string, number> = new Map();
  #selected: string | null = null;
  #pending: number | null = null;
  #window: Window = { from: 0, span: FIRST_SPAN };
  #grip: Grip | null = null;
  #draft: Stretch | null = null;
  #pressed = { x: 0, moved: false };
  readonly #resting = new LongPress();
  /** Fingers on the line, each with its place; with two it is moved and zoomed, until the last has left. */
  readonly #fingers = new Map<number, number>();
  #pinching = false;
  #frame = 0;
  #colors: Colors | null = null;

  constructor(player: SoundPlayer, hintId: string, actions: TimelineOf) {
    this.player = player;
    this.#do = actions;
    this.root = h("div", { class: "timeline", tabindex: "0", role: "application", "aria-label": player.part.role, "aria-describedby": hintId }, this.#canvas);
    this.#listen();
    this.#observer = new ResizeObserver(() => this.#later());
    this.#observer.observe(this.root);
    this.#quiet = player.onTime(() => this.#follow());
  }

  destroy(): void {
    this.#observer.disconnect();
    this.#quiet();
    this.#resting.end();
    cancelAnimationFrame(this.#frame);
    this.root.remove();
  }

  /** `segments` are those of this sound, in order; `pending` is where a new one begins. */
  show(segments: readonly Segment[], selected: string | null, pending: number | null): void {
    if (segments !== this.#segments) this.#rowOf = rows(segments);
    this.#segments = segments;
    this.#selected = selected;
    this.#pending = pending;
    this.#later();
  }

  see(stretch: Stretch): void {
    this.#window = seeing(this.#window, stretch, this.#length);
    this.#later();
  }

  zoom(by: number, at = this.player.now_ms): void {
    this.#window = zoomed(this.#window, at, by, this.#length);
    this.#later();
  }

  get #length(): number {
    return this.player.length_ms;
  }

  /** The playhead is kept in sight while the sound plays. */
  #follow(): void {
    const now = this.player.now_ms;
    const { from, span } = this.#window;
    if (now < from || now > from + span * 0.95) this.#window = held({ from: now - span * 0.1, span }, this.#length);
    this.#later();
  }

  #later(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#paint();
    });
  }

  /* -- pointer ------------------------------------------------------------------------------------------------ */

  #timeAt(x: number): number {
    const { left, width } = this.#canvas.getBoundingClientRect();
    return this.#window.from + ((x - left) / Math.max(1, width)) * this.#window.span;
  }

  #rowAt(y: number): number | null {
    const row = Math.floor((y - this.#canvas.getBoundingClientRect().top - WAVE_PX) / ROW_PX);
    return row < 0 ? null : row;
  }

  #gripAt(event: PointerEvent): Grip | null {
    const at = this.#timeAt(event.clientX);
    const row = this.#rowAt(event.clientY);
    if (row === null) return null;
    const reach = ((event.pointerType === "touch" ? 16 : 7) / Math.max(1, this.#canvas.clientWidth)) * this.#window.span;
    const current = this.#segments.find(({ id }) => id === this.#selected);
    if (current && this.#rowOf.get(current.id) === row) {
      const { start, end } = current.geometry;
      const near = Math.abs(at - end) <= reach ? "end" : Math.abs(at - start) <= reach ? "start" : at > start && at < end ? "move" : null;
      if (near) return { kind: near, segment: current, at };
    }
    return segmentAt(this.#segments, at, row, this.#rowOf) ? null : { kind: "new", anchor: at };
  }

  #listen(): void {
    const { root } = this;
    root.addEventListener("pointerdown", (event) => this.#down(event));
    root.addEventListener("pointermove", (event) => this.#move(event));
    root.addEventListener("pointerup", (event) => this.#up(event));
    root.addEventListener("pointercancel", (event) => {
      this.#lift(event);
      this.#let();
    });
    root.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.root.focus({ preventScroll: true });
    this.root.setPointerCapture(event.pointerId);
    this.#pressed = { x: event.clientX, moved: false };
    this.#grip = this.#gripAt(event);
    event.preventDefault();
    if (event.pointerType === "mouse") return;
    this.#fingers.set(event.pointerId, event.clientX);
    if (this.#fingers.size > 1) {
      this.#pinching = true;
      this.#resting.end();
      this.#let();
    } else this.#resting.begin(event, () => this.#rested(event));
  }

  #rested({ clientX, clientY }: PointerEvent): void {
    const row = this.#rowAt(clientY);
    const found = row === null ? null : segmentAt(this.#segments, this.#timeAt(clientX), row, this.#rowOf);
    if (!found) return;
    this.#let();
    // Nothing more comes of this press.
    this.#pressed.moved = true;
    this.#do.menu(found, { x: clientX, y: clientY });
  }

  /** Two fingers: what is between them stays there. */
  #pinch(event: PointerEvent): void {
    const [a = 0, b = 0] = this.#fingers.values();
    this.#fingers.set(event.pointerId, event.clientX);
    const [c = 0, d = 0] = this.#fingers.values();
    const at = this.#timeAt((a + b) / 2);
    this.zoom(Math.max(1, Math.abs(a - b)) / Math.max(1, Math.abs(c - d)), at);
    this.#window = held({ ...this.#window, from: this.#window.from + at - this.#timeAt((c + d) / 2) }, this.#length);
    this.#later();
  }

  /** Whether this finger was one of two. */
  #lift(event: PointerEvent): boolean {
    this.#resting.end();
    this.#fingers.delete(event.pointerId);
    const pinched = this.#pinching;
    if (this.#fingers.size === 0) this.#pinching = false;
    return pinched;
  }

  #move(event: PointerEvent): void {
    if (!this.root.hasPointerCapture(event.pointerId)) {
      const grip = this.#gripAt(event);
      this.root.dataset["cursor"] = grip && grip.kind !== "new" ? (grip.kind === "move" ? "move" : "edge") : "";
      return;
    }
    if (this.#pinching) {
      this.#pinch(event);
      return;
    }
    this.#resting.move(event);
    if (Math.abs(event.clientX - this.#pressed.x) > 3) this.#pressed.moved = true;
    if (!this.#pressed.moved) return;
    const at = this.#timeAt(event.clientX);
    if (!this.#grip) this.player.seekTo(at);
    else this.#draft = this.#drafted(this.#grip, at);
    this.#later();
  }

  #drafted(grip: Grip, at: number): Stretch | null {
    if (grip.kind === "move") return shifted(grip.segment.geometry, at - grip.at, this.#length);
    if (grip.kind !== "new") return withEnd(grip.segment.geometry, grip.kind, at, this.#length);
    const [start, end] = [Math.min(at, grip.anchor), Math.max(at, grip.anchor)].map((one) => Math.round(Math.min(Math.max(0, one), this.#length)));
    return start !== undefined && end !== undefined && start < end ? { start, end } : null;
  }

  /** A drag makes or changes a segment; a press selects the one there, or sets the playhead. */
  #up(event: PointerEvent): void {
    if (!this.root.hasPointerCapture(event.pointerId) || this.#lift(event)) return;
    const [grip, draft, { moved }] = [this.#grip, this.#draft, this.#pressed];
    this.#let();
    if (moved && grip && draft) {
      if (grip.kind === "new") this.#do.create(draft, Math.round(grip.anchor));
      else this.#do.reshape(grip.segment, draft, grip.kind === "start" ? draft.end : grip.kind === "end" ? draft.start : (draft.start + draft.end) / 2);
      return;
    }
    if (moved) return;
    const at = this.#timeAt(event.clientX);
    const row = this.#rowAt(event.clientY);
    const found = row === null ? null : segmentAt(this.#segments, at, row, this.#rowOf);
    this.player.seekTo(found && found.id !== this.#selected ? found.geometry.start : at);
    if (row !== null) this.#do.select(found?.id ?? null);
  }

  #let(): void {
    this.#grip = null;
    this.#draft = null;
    this.#later();
  }

  /** Sideways, or up and down: along the sound. With Ctrl, as by two fingers: nearer or farther. */
  #wheel(event: WheelEvent): void {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) {
      this.zoom(Math.exp(event.deltaY / 300), this.#timeAt(event.clientX));
      return;
    }
    const by = ((event.deltaX || event.deltaY) / Math.max(1, this.#canvas.clientWidth)) * this.#window.span;
    this.#window = held({ ...this.#window, from: this.#window.from + by }, this.#length);
    this.#later();
  }

  /* -- painting ------------------------------------------------------------------------------------------------- */

  /** Canvas colors have to be settled for the theme, which may change. */
  #settled(): Colors {
    if (this.#colors && performance.now() - this.#colors.at < COLORS_MS) return this.#colors;
    const probe = h("span", { class: "swatch" });
    this.root.append(probe);
    const of = new Map<number, string>();
    for (let color = 1; color <= 12; color += 1) {
      probe.className = `swatch c${color}`;
      of.set(color, getComputedStyle(probe).backgroundColor);
    }
    probe.remove();
    const { color: ink, textDecorationColor: faint, caretColor: line } = getComputedStyle(this.root);
    return (this.#colors = { at: performance.now(), of, ink, faint, line });
  }

  #paint(): void {
    const width = this.root.clientWidth;
    if (width < 1) return;
    const depth = Math.max(0, ...this.#rowOf.values()) + 1;
    const height = WAVE_PX + depth * ROW_PX;
    const density = devicePixelRatio;
    const canvas = this.#canvas;
    if (canvas.width !== Math.round(width * density) || canvas.height !== Math.round(height * density)) {
      Object.assign(canvas, { width: Math.round(width * density), height: Math.round(height * density) });
      canvas.style.setProperty("height", `${height}px`);
    }
    const context = canvas.getContext("2d");
    if (!context) return;
    this.#window = held(this.#window, this.#length);
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    const colors = this.#settled();
    this.#wave(context, width, colors.faint);
    this.#boxes(context, width, colors);
    const x = this.#x(this.player.now_ms, width);
    context.fillStyle = colors.line;
    context.fillRect(x - 1, 0, 2, height);
  }

  #x(at: number, width: number): number {
    return ((at - this.#window.from) / this.#window.span) * width;
  }

  #wave(context: CanvasRenderingContext2D, width: number, color: string): void {
    const peaks = this.player.detail;
    if (!peaks || this.#length === 0) return;
    context.fillStyle = color;
    const buckets = peaks.values.length / 2;
    const perPixel = (this.#window.span / this.#length / width) * buckets;
    for (let x = 0; x < width; x += 1) {
      const first = Math.floor((this.#window.from / this.#length) * buckets + x * perPixel);
      let loud = 0;
      for (let at = first; at < Math.max(first + 1, first + perPixel) && at < buckets; at += 1) loud = Math.max(loud, Math.abs(peaks.values[2 * at] ?? 0), Math.abs(peaks.values[2 * at + 1] ?? 0));
      const tall = Math.max(1, loud * (WAVE_PX - 6));
      context.fillRect(x, (WAVE_PX - tall) / 2, 1, tall);
    }
  }

  #boxes(context: CanvasRenderingContext2D, width: number, colors: Colors): void {
    const { from, span } = this.#window;
    context.font = "600 11px system-ui, sans-serif";
    context.textBaseline = "middle";
    const grip = this.#grip;
    for (const segment of this.#segments) {
      const isDrawn = grip && grip.kind !== "new" && grip.segment.id === segment.id && this.#draft !== null;
      const { start, end } = isDrawn && this.#draft ? this.#draft : segment.geometry;
      if (end < from || start > from + span) continue;
      const { color, name, text } = this.#do.look(segment);
      this.#box(context, this.#x(start, width), this.#x(end, width), this.#rowOf.get(segment.id) ?? 0, colors.of.get(color) ?? colors.ink, text === "" ? name : `${name}: ${text}`, colors.ink, segment.id === this.#selected);
    }
    const begun = grip?.kind === "new" ? this.#draft : this.#pending === null ? null : { start: Math.min(this.#pending, this.player.now_ms), end: Math.max(this.#pending, this.player.now_ms) };
    if (begun) this.#box(context, this.#x(begun.start, width), this.#x(begun.end, width), 0, colors.line, "", colors.ink, true);
  }

  #box(context: CanvasRenderingContext2D, x0: number, x1: number, row: number, color: string, words: string, ink: string, on: boolean): void {
    const top = WAVE_PX + row * ROW_PX + 2;
    const wide = Math.max(1.5, x1 - x0 - 0.5);
    context.globalAlpha = on ? 0.55 : 0.3;
    context.fillStyle = color;
    context.fillRect(x0, top, wide, ROW_PX - 4);
    context.globalAlpha = 0.12;
    if (on) context.fillRect(x0, 0, wide, WAVE_PX);
    context.globalAlpha = 1;
    context.fillRect(x0, top, wide, 3);
    if (on) {
      context.strokeStyle = ink;
      context.lineWidth = 1.5;
      context.strokeRect(x0, top, wide, ROW_PX - 4);
      context.fillStyle = ink;
      context.fillRect(x0 - 2, top, 4, ROW_PX - 4);
      context.fillRect(x0 + wide - 2, top, 4, ROW_PX - 4);
    }
    if (wide < 22 || words === "") return;
    context.save();
    context.beginPath();
    context.rect(x0, top, wide - 4, ROW_PX - 4);
    context.clip();
    context.fillStyle = ink;
    context.fillText(words, Math.max(x0, 0) + 6, top + ROW_PX / 2);
    context.restore();
  }
}
