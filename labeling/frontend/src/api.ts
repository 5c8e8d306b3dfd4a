import type { Outcome, Parcel } from "./outbox.ts";
import type { Task } from "./types.ts";

export interface Reason { readonly code: string; readonly message: string }

export type Claimed =
  | { readonly kind: "task"; readonly task: Task }
  | { readonly kind: "none"; readonly reason: Reason }
  | { readonly kind: "offline" }
  | { readonly kind: "lapsed"; readonly message: string }
  | { readonly kind: "refused"; readonly message: string };

function cookie(name: string): string {
  for (const pair of document.cookie.split("; ")) {
    const [key, ...rest] = pair.split("=");
    if (key === name) return decodeURIComponent(rest.join("="));
  }
  return "";
}

function csrfToken(): string {
  return cookie("csrftoken") || document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value || "";
}

async function post(url: string, body: string, headers: Record<string, string> = {}, method = "POST"): Promise<Response | null> {
  try {
    return await fetch(url, {
      method,
      credentials: "same-origin",
      redirect: "manual",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken(), ...headers },
      body,
      signal: AbortSignal.timeout(30_000),
    });
  } catch {
    return null;
  }
}

/** What an address says, or null where it cannot be asked now. */
export async function getJson<T>(url: string): Promise<T | null> {
  try {
    const response = await fetch(url, { credentials: "same-origin", redirect: "manual", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(30_000) });
    return response.ok ? ((await response.json()) as T) : null;
  } catch {
    return null;
  }
}

interface ErrorBody { code: string; message: string; fields: Record<string, string> }

async function errorOf(response: Response): Promise<ErrorBody> {
  const fallback = { code: `http_${response.status}`, message: "", fields: {} };
  try {
    const body = (await response.json()) as Partial<ErrorBody> | null;
    return { code: body?.code ?? fallback.code, message: body?.message ?? "", fields: body?.fields ?? {} };
  } catch {
    return fallback;
  }
}

/** Worth another try: the network, a server that is starting or overloaded. */
function passes(response: Response): boolean {
  return response.status >= 500 || response.status === 429 || response.status === 408;
}

/** Not signed in any more; a redirect is how a session's end looks from here. */
function lapsed(response: Response): boolean {
  return response.status === 401 || response.status === 403 || response.type === "opaqueredirect";
}

export type Posted = { readonly kind: "done"; readonly body: unknown } | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly fields: Readonly<Record<string, string>> };

/** Sends once and says how it ended; who asked may try again. */
export async function postJson(url: string, body: object, method = "POST"): Promise<Posted> {
  const response = await post(url, JSON.stringify(body), {}, method);
  if (!response) return { kind: "failed", code: "offline", message: "", fields: {} };
  if (!response.ok) return { kind: "failed", ...(await errorOf(response)) };
  return { kind: "done", body: response.status === 204 ? null : await response.json() };
}

/** What became of a parcel, and the next task if it came along with the answer. */
export interface Sent { readonly outcome: Outcome; readonly next: Claimed | null }

/** With `holding`, the answer asks for the next task too: one call where there would be two. */
export async function send(parcel: Parcel, holding: readonly number[] | null = null): Promise<Sent> {
  const url = holding ? `${parcel.url}?next=true&holding=${holding.join(",")}` : parcel.url;
  const response = await post(url, parcel.body, { "Idempotency-Key": parcel.key });
  if (!response || passes(response)) return { outcome: { kind: "retry" }, next: null };
  if (response.ok) return { outcome: { kind: "done" }, next: holding ? await nextIn(response) : null };
  if (lapsed(response)) return { outcome: { kind: "lapsed", message: (await errorOf(response)).message }, next: null };
  return { outcome: { kind: "refused", ...(await errorOf(response)) }, next: null };
}

interface Handed { readonly task: Task | null; readonly reason?: Reason }

function claimedFrom({ task, reason }: Handed): Claimed {
  return task ? { kind: "task", task } : { kind: "none", reason: reason ?? { code: "no_task", message: "" } };
}

async function nextIn(response: Response): Promise<Claimed | null> {
  try {
    const { next } = (await response.json()) as { next?: Handed };
    return next ? claimedFrom(next) : null;
  } catch {
    return null;
  }
}

/** The next task that is none of `holding`: those are on this desk already, or on their way back. */
export async function claim(url: string, holding: readonly number[]): Promise<Claimed> {
  const response = await post(url, JSON.stringify(holding.length > 0 ? { holding } : {}));
  if (!response || passes(response)) return { kind: "offline" };
  if (lapsed(response)) return { kind: "lapsed", message: (await errorOf(response)).message };
  if (!response.ok) return { kind: "refused", message: (await errorOf(response)).message };
  try {
    return claimedFrom((await response.json()) as Handed);
  } catch {
    return { kind: "offline" };
  }
}

export type ClaimedPage =
  | { readonly kind: "page"; readonly tasks: readonly Task[]; readonly reason: Reason | null }
  | { readonly kind: "offline" }
  | { readonly kind: "refused"; readonly message: string };

/** Several tasks at once, at most so many. */
export async function claimPage(url: string, most: number, holding: readonly number[]): Promise<ClaimedPage> {
  const response = await post(url, JSON.stringify({ most, ...(holding.length > 0 ? { holding } : {}) }));
  if (!response || passes(response)) return { kind: "offline" };
  if (!response.ok) return { kind: "refused", message: (await errorOf(response)).message };
  try {
    return { kind: "page", ...((await response.json()) as { tasks: readonly Task[]; reason: Reason | null }) };
  } catch {
    return { kind: "offline" };
  }
}
