import { getJson, postJson } from "./api.ts";
import type { Answers, Task } from "./types.ts";

export interface KeptDraft {
  readonly task: number;
  readonly answers: Answers;
  readonly active_ms: number;
  readonly revises: number | null;
  readonly saves: number;
  readonly saved_at: string;
  readonly late: boolean;
}

interface Sheet { readonly task: Task; readonly answers: Answers; readonly active_ms: number }

export interface KeptOptions {
  readonly draft_url: string;
  readonly lease_url: string;
  /** Somebody else, or this person in another window, saved other work for the task since. */
  onElsewhere(task: number): void;
  /** What the server says holds now, each time something was kept. */
  onGuideline(version: number): void;
}

/** Unsent work of this person that is on the server. */
export async function ownDrafts(url: string): Promise<readonly KeptDraft[]> {
  return (await getJson<{ drafts: readonly KeptDraft[] }>(url))?.drafts ?? [];
}

/** Changes wait at most this long before they are on the server. */
export const SAVE_AFTER_MS = 2500;
/** A lease is renewed this often while somebody is at work. */
export const RENEW_EVERY_MS = 60_000;

/** Unsent work on the server: what was there when the page opened, and each change soon after it is made. */
export class Kept {
  readonly #options: KeptOptions;
  readonly #known = new Map<number, KeptDraft>();
  readonly #base = new Map<number, number>();
  #waiting: Sheet | null = null;
  #timer = 0;
  #saving: Promise<void> = Promise.resolve();
  #over = new Set<number>();

  constructor(options: KeptOptions) {
    this.#options = options;
  }

  async load(asked: Promise<readonly KeptDraft[]>): Promise<void> {
    for (const draft of await asked) {
      this.#known.set(draft.task, draft);
      this.#base.set(draft.task, draft.saves);
    }
  }

  /** Whether there is work on a task that is still in hand. */
  get hasBegun(): boolean {
    return [...this.#known.values()].some((draft) => !draft.late && draft.revises === null);
  }

  read(task: Task): KeptDraft | null {
    const draft = this.#known.get(task.id);
    return draft && (draft.revises ?? undefined) === task.revises ? draft : null;
  }

  /** Only the newest state counts: a change made while another waits takes its place. */
  save(sheet: Sheet): void {
    if (this.#waiting && this.#waiting.task.id !== sheet.task.id) void this.flush();
    this.#waiting = sheet;
    if (!this.#timer) this.#timer = window.setTimeout(() => void this.flush(), SAVE_AFTER_MS);
  }

  /** What is sent or given back needs no draft any more. */
  forget(task: number): void {
    this.#known.delete(task);
    if (this.#waiting?.task.id === task) this.#stop();
  }

  /** From now on this window's work replaces what another one saved. */
  insist(task: number): void {
    this.#over.add(task);
  }

  flush(): Promise<void> {
    const sheet = this.#waiting;
    this.#stop();
    if (sheet) this.#saving = this.#saving.then(() => this.#put(sheet));
    return this.#saving;
  }

  async renew(task: Task): Promise<void> {
    if (task.revises !== undefined) return;
    const sent = await postJson(this.#options.lease_url.replace("{task}", String(task.id)), {});
    if (sent.kind === "done") this.#options.onGuideline((sent.body as { guideline_version: number }).guideline_version);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#waiting = null;
  }

  async #put({ task, answers, active_ms }: Sheet): Promise<void> {
    const body = {
      answers,
      active_ms,
      guideline_version: task.guideline_version,
      base: this.#base.get(task.id) ?? 0,
      ...(task.revises === undefined ? {} : { revises: task.revises }),
      ...(this.#over.has(task.id) ? { over: true } : {}),
    };
    const sent = await postJson(this.#options.draft_url.replace("{task}", String(task.id)), body, "PUT");
    if (sent.kind === "done") {
      const { saves, guideline_version } = sent.body as { saves: number; guideline_version: number };
      this.#base.set(task.id, saves);
      this.#options.onGuideline(guideline_version);
    } else if (sent.code === "draft_changed") this.#options.onElsewhere(task.id);
  }
}
