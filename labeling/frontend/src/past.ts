import { getJson } from "./api.ts";
import type { Answers, Task } from "./types.ts";

/** An answer that was accepted and may still be corrected. */
export interface PastAnswer {
  readonly task: Task;
  readonly annotation: number;
  readonly revision: number;
  readonly submitted_at: string;
  readonly answers: Answers;
}

/** One's own last answers, the last first; null while the server cannot say. */
export async function fetchPast(url: string, task: number | null = null): Promise<readonly PastAnswer[] | null> {
  const found = await getJson<{ answers: readonly PastAnswer[] }>(task === null ? url : `${url}?task=${task}`);
  return found?.answers ?? null;
}

/** The same answer as a task on the desk: what is sent for it corrects the one it came from. */
export function toCorrect(past: PastAnswer): Task {
  return { ...past.task, revises: past.annotation };
}
