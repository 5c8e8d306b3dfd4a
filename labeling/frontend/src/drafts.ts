import type { Shelf } from "./outbox.ts";
import type { Answers } from "./types.ts";

export interface Draft {
  readonly answers: Answers;
  readonly active_ms: number;
  readonly saved_at: number;
  /** The own annotation it would correct. */
  readonly revises?: number;
}

const KEPT_MS = 14 * 24 * 3600 * 1000;

/** Unsent work per task, so that a closed tab or a lapsed session costs nothing. */
export class Drafts {
  readonly #shelf: Shelf | null;
  readonly #prefix: string;

  constructor(shelf: Shelf | null, prefix: string) {
    this.#shelf = shelf;
    this.#prefix = prefix;
  }

  save(task: number, answers: Answers, active_ms: number, now_ms: number, revises?: number): void {
    const draft: Draft = { answers, active_ms, saved_at: now_ms, ...(revises === undefined ? {} : { revises }) };
    try {
      this.#shelf?.setItem(this.#prefix + task, JSON.stringify(draft));
    } catch {
      // A full shelf: the work stays in the page.
    }
  }

  read(task: number): Draft | null {
    try {
      const draft = JSON.parse(this.#shelf?.getItem(this.#prefix + task) ?? "null") as Draft | null;
      return draft && typeof draft.answers === "object" && typeof draft.active_ms === "number" ? draft : null;
    } catch {
      return null;
    }
  }

  drop(task: number): void {
    this.#shelf?.removeItem(this.#prefix + task);
  }

  /** Forget what nobody came back for. */
  sweep(now_ms: number): void {
    const shelf = this.#shelf;
    if (!shelf) return;
    const old: string[] = [];
    for (let index = 0; index < shelf.length; index += 1) {
      const key = shelf.key(index);
      if (!key?.startsWith(this.#prefix)) continue;
      const draft = this.read(Number(key.slice(this.#prefix.length)));
      if (!draft || now_ms - draft.saved_at > KEPT_MS) old.push(key);
    }
    for (const key of old) shelf.removeItem(key);
  }
}
