/** Active time on one item: it runs while a hand moves, and stops 60 s after the last sign of one. */
export const IDLE_MS = 60_000;

export class ActiveTime {
  #counted: number;
  #since: number | null = null;
  #last = 0;

  constructor(already_ms = 0) {
    this.#counted = already_ms;
  }

  /** A key, a move, a touch, or the item appearing. */
  stir(now_ms: number): void {
    if (this.#since !== null && now_ms - this.#last > IDLE_MS) {
      this.#counted += this.#last + IDLE_MS - this.#since;
      this.#since = now_ms;
    }
    this.#since ??= now_ms;
    this.#last = now_ms;
  }

  /** The page was hidden, or the item left: nothing counts until the next sign. */
  pause(now_ms: number): void {
    this.#counted = this.read(now_ms);
    this.#since = null;
  }

  /** What was counted belongs to work that was sent. */
  restart(): void {
    this.#counted = 0;
    this.#since = null;
  }

  read(now_ms: number): number {
    if (this.#since === null) return Math.round(this.#counted);
    return Math.round(this.#counted + Math.max(0, Math.min(now_ms, this.#last + IDLE_MS) - this.#since));
  }
}

export function clockText(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** Minutes for what is left, from the mean of the items done so far; null until three say something. */
export function minutesLeft(active_ms: readonly number[], items: number): number | null {
  if (active_ms.length < 3 || items <= 0) return null;
  const mean = active_ms.reduce((sum, one) => sum + one, 0) / active_ms.length;
  return Math.max(1, Math.round((mean * items) / 60_000));
}
