import { apply, h, icon, keepFocus } from "./dom.ts";
import { t } from "./messages.ts";
import { peaksOf, soundTime, ticks, type Peaks } from "./sound_peaks.ts";
import type { Part } from "./types.ts";

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;
const BUCKETS = 480;
const BAR = 0.62;

/** One sound of an item: play, seek, speed, loop, and its waveform. The bytes are fetched once, for the ear and for the eye. */
export class SoundPlayer {
  readonly part: Part;
  readonly #root: HTMLElement;
  readonly #audio = h("audio", { preload: "auto" });
  readonly #play = h("button", { type: "button", class: "btn primary icon-only", disabled: true });
  readonly #clock = h("span", { class: "mono sm push clock" }, "–");
  readonly #canvas = h("canvas");
  readonly #wave: HTMLElement;
  readonly #ticks = h("div", { class: "ticks", "aria-hidden": "true" });
  readonly #speeds = new Map<number, HTMLButtonElement>();
  readonly #loop = h("input", { type: "checkbox" });
  readonly #leaving = new AbortController();
  readonly #observer: ResizeObserver;
  readonly #listeners = new Set<() => void>();
  #peaks: Peaks | null = null;
  #bytes: ArrayBuffer | null = null;
  #detail: Peaks | null = null;
  #until_s: number | null = null;
  #address: string | null = null;
  #frame = 0;

  constructor(place: HTMLElement, part: Part, announce: (text: string) => void) {
    this.part = part;
    this.#wave = h("div", { class: "wave", role: "slider", tabindex: "0", "aria-label": t("position"), "aria-valuemin": "0", "aria-valuemax": "0", "aria-valuenow": "0" }, this.#canvas);
    this.#play.append(icon("play"));
    const jump = (by_s: number, name: string): HTMLButtonElement => h("button", { type: "button", class: "btn", "aria-label": name, title: name, click: () => this.seek(by_s) }, by_s < 0 ? "−2 s" : "+2 s");
    const speeds = h("div", { class: "group", role: "group", "aria-label": t("speed") }, ...SPEEDS.map((speed) => this.#speedButton(speed)));
    this.#loop.addEventListener("change", () => (this.#audio.loop = this.#loop.checked));
    const bar = h("div", { class: "row clipbar" }, this.#play, h("span", { class: "group" }, jump(-2, t("back_2")), jump(2, t("on_2"))), speeds, h("label", { class: "check" }, this.#loop, t("loop")), this.#clock);
    for (const button of bar.querySelectorAll("button")) keepFocus(button);
    this.#root = h("section", { class: "clipcard", "aria-label": part.role }, bar, this.#wave, this.#ticks);
    place.append(this.#root);
    this.#listen();
    this.#setSpeed(1);
    this.#playing(false);
    this.#observer = new ResizeObserver(() => this.#draw());
    this.#observer.observe(this.#wave);
    void this.#load(part, announce);
  }

  destroy(): void {
    this.#leaving.abort();
    this.#observer.disconnect();
    cancelAnimationFrame(this.#frame);
    this.#audio.pause();
    this.#audio.removeAttribute("src");
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#root.remove();
  }

  toggle(): void {
    if (this.#play.disabled) return;
    if (this.#audio.paused) void this.#audio.play().catch(() => this.#playing(false));
    else this.#audio.pause();
  }

  stop(): void {
    this.#audio.pause();
  }

  get now_ms(): number {
    return this.#audio.currentTime * 1000;
  }

  get length_ms(): number {
    return Math.floor(this.#duration * 1000);
  }

  /** Peaks fine enough to look at a second of the sound; null where there is nothing to draw. */
  get detail(): Peaks | null {
    if (!this.#detail && this.#bytes && this.#peaks) this.#detail = peaksOf(this.#bytes, Math.min(60_000, Math.max(BUCKETS, Math.round(this.#peaks.duration_s * 50))));
    return this.#detail;
  }

  seekTo(at_ms: number): void {
    this.#until_s = null;
    this.#go(at_ms / 1000);
  }

  /** From one time to another, once. */
  playStretch(from_ms: number, to_ms: number): void {
    if (this.#play.disabled) return;
    this.#go(from_ms / 1000);
    this.#until_s = to_ms / 1000;
    void this.#audio.play().catch(() => this.#playing(false));
  }

  /** Told whenever the playhead moves or the sound has come; the answer ends it. */
  onTime(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  seek(by_s: number): void {
    this.#go(this.#audio.currentTime + by_s);
  }

  /** The next speed up or down; says which. */
  faster(by: 1 | -1): string {
    const at = SPEEDS.indexOf(this.#audio.playbackRate as (typeof SPEEDS)[number]);
    const speed = SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, at + by))] ?? 1;
    this.#setSpeed(speed);
    return `${speed}×`;
  }

  toggleLoop(): void {
    this.#loop.checked = !this.#loop.checked;
    this.#audio.loop = this.#loop.checked;
  }

  async #load(part: Part, announce: (text: string) => void): Promise<void> {
    try {
      const response = await fetch(part.url ?? "", { credentials: "same-origin", signal: this.#leaving.signal });
      if (!response.ok) throw new Error(String(response.status));
      const bytes = await response.arrayBuffer();
      this.#peaks = peaksOf(bytes, BUCKETS);
      this.#bytes = bytes;
      // A blob can be sought in, whatever the server makes of ranges.
      this.#address = URL.createObjectURL(new Blob([bytes], { type: response.headers.get("Content-Type") ?? "audio/wav" }));
      this.#audio.src = this.#address;
      this.#play.disabled = false;
    } catch {
      if (this.#leaving.signal.aborted) return;
      this.#clock.textContent = t("sound_failed");
      announce(t("sound_failed"));
    }
  }

  get #duration(): number {
    return Number.isFinite(this.#audio.duration) ? this.#audio.duration : (this.#peaks?.duration_s ?? 0);
  }

  #go(to_s: number): void {
    if (this.#duration === 0) return;
    this.#audio.currentTime = Math.min(this.#duration, Math.max(0, to_s));
    this.#tell();
  }

  #setSpeed(speed: number): void {
    this.#audio.playbackRate = speed;
    this.#audio.defaultPlaybackRate = speed;
    for (const [own, button] of this.#speeds) button.setAttribute("aria-pressed", String(own === speed));
  }

  #speedButton(speed: number): HTMLButtonElement {
    const button = h("button", { type: "button", class: speed === 0.5 || speed === 2 ? "btn wide-only" : "btn", "aria-pressed": "false", click: () => this.#setSpeed(speed) }, `${speed}×`);
    this.#speeds.set(speed, button);
    return button;
  }

  #playing(on: boolean): void {
    this.#play.replaceChildren(icon(on ? "pause" : "play"));
    const name = on ? t("pause") : t("play");
    apply(this.#play, { "aria-label": name, title: name });
  }

  #listen(): void {
    this.#play.addEventListener("click", () => this.toggle());
    this.#audio.addEventListener("play", () => {
      this.#playing(true);
      this.#follow();
    });
    this.#audio.addEventListener("pause", () => {
      this.#playing(false);
      this.#until_s = null;
    });
    for (const news of ["timeupdate", "seeked", "ended"]) this.#audio.addEventListener(news, () => this.#tell());
    this.#audio.addEventListener("loadedmetadata", () => {
      this.#marks();
      this.#tell();
    });
    const point = (event: PointerEvent): void => {
      const box = this.#wave.getBoundingClientRect();
      this.#go(((event.clientX - box.left) / box.width) * this.#duration);
    };
    this.#wave.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      this.#wave.setPointerCapture(event.pointerId);
      point(event);
    });
    this.#wave.addEventListener("pointermove", (event) => {
      if (this.#wave.hasPointerCapture(event.pointerId)) point(event);
    });
    this.#wave.addEventListener("keydown", (event) => this.#key(event));
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const now = this.#audio.currentTime;
    const to = { ArrowLeft: now - 1, ArrowDown: now - 1, ArrowRight: now + 1, ArrowUp: now + 1, PageDown: now - 10, PageUp: now + 10, Home: 0, End: this.#duration }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#go(to);
  }

  #follow(): void {
    cancelAnimationFrame(this.#frame);
    const next = (): void => {
      this.#tell();
      if (!this.#audio.paused) this.#frame = requestAnimationFrame(next);
    };
    next();
  }

  #tell(): void {
    if (this.#until_s !== null && this.#audio.currentTime >= this.#until_s) {
      this.#audio.pause();
      this.#audio.currentTime = this.#until_s ?? this.#audio.currentTime;
    }
    const now = this.#audio.currentTime;
    const text = `${soundTime(now)} / ${soundTime(this.#duration)}`;
    if (this.#clock.textContent !== text) this.#clock.textContent = text;
    apply(this.#wave, { "aria-valuemax": this.#duration.toFixed(2), "aria-valuenow": now.toFixed(2), "aria-valuetext": soundTime(now) });
    this.#draw();
    for (const listener of this.#listeners) listener();
  }

  #marks(): void {
    this.#ticks.replaceChildren(...ticks(this.#duration).map((at) => {
      const mark = h("span", {}, `${at} s`);
      const share = at / this.#duration;
      mark.style.setProperty("left", `${100 * share}%`);
      if (share > 0.95) mark.className = "last";
      return mark;
    }));
  }

  #draw(): void {
    const { width, height } = this.#wave.getBoundingClientRect();
    const density = devicePixelRatio;
    const [across, down] = [Math.round(width * density), Math.round(height * density)];
    if (across < 1 || down < 1) return;
    if (this.#canvas.width !== across || this.#canvas.height !== down) Object.assign(this.#canvas, { width: across, height: down });
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    // A canvas needs colors that are settled for the theme: these properties are, custom ones are not.
    const { color: unplayed, textDecorationColor: played, caretColor: line } = getComputedStyle(this.#wave);
    context.clearRect(0, 0, across, down);
    const head = this.#duration > 0 ? (this.#audio.currentTime / this.#duration) * across : 0;
    const count = Math.max(1, Math.min(BUCKETS, Math.floor(width / 4)));
    const pitch = across / count;
    for (let bar = 0; bar < count; bar += 1) {
      const loud = this.#loudest(bar, count);
      const tall = Math.max(2 * density, loud * down * 0.94);
      context.fillStyle = (bar + 0.5) * pitch < head ? played : unplayed;
      context.fillRect(bar * pitch, (down - tall) / 2, Math.max(1, pitch * BAR), tall);
    }
    context.fillStyle = line;
    context.fillRect(Math.min(across - 2 * density, head), 0, 2 * density, down);
  }

  #loudest(bar: number, bars: number): number {
    const values = this.#peaks?.values;
    if (!values) return 0;
    let most = 0;
    for (let at = Math.floor((bar * BUCKETS) / bars); at < Math.max(1, ((bar + 1) * BUCKETS) / bars); at += 1) most = Math.max(most, Math.abs(values[2 * at] ?? 0), Math.abs(values[2 * at + 1] ?? 0));
    return most;
  }
}
