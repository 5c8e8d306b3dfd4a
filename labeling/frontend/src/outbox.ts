/** Answers on their way: kept on the device, sent in order with one key each, never twice, whatever the network does. */

export interface Parcel {
  readonly key: string;
  readonly task: number;
  readonly url: string;
  readonly body: string;
}

export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "retry" }
  | { readonly kind: "lapsed"; readonly message: string }
  | { readonly kind: "refused"; readonly code: string; readonly message: string; readonly fields: Readonly<Record<string, string>> };

export type Refusal = Extract<Outcome, { kind: "refused" }>;

export interface OutboxState {
  readonly phase: "saved" | "sending" | "offline" | "lapsed";
  readonly waiting: number;
}

/** The part of `Storage` that is used; a full or forbidden one throws. */
export interface Shelf {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface OutboxOptions {
  readonly shelf: Shelf | null;
  readonly prefix: string;
  send(parcel: Parcel): Promise<Outcome>;
  /** Resolves after so long, or sooner when the network comes back. */
  wait(ms: number): Promise<void>;
  onState(state: OutboxState): void;
  onRefused(parcel: Parcel, refusal: Refusal): void;
  onSent?(parcel: Parcel): void;
}

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

/** 1, 2, 4, … seconds, at most 30. */
export function backOff(tries: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(tries, 10));
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #queue: { parcel: Parcel; place: string }[] = [];
  #running: Promise<void> | null = null;
  #phase: OutboxState["phase"] = "saved";
  #count = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
    for (const place of this.#stored()) {
      const parcel = readParcel(options.shelf?.getItem(place) ?? null);
      if (parcel) this.#queue.push({ parcel, place });
      else options.shelf?.removeItem(place);
    }
    this.#count = this.#queue.length;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** The tasks whose answers have not arrived yet. */
  tasks(): number[] {
    return this.#queue.map(({ parcel }) => parcel.task);
  }

  get state(): OutboxState {
    return { phase: this.#phase, waiting: this.#queue.length };
  }

  push(parcel: Parcel): void {
    this.#count += 1;
    const place = `${this.#options.prefix}${String(Date.now()).padStart(14, "0")}.${String(this.#count).padStart(6, "0")}`;
    this.#queue.push({ parcel, place });
    try {
      this.#options.shelf?.setItem(place, JSON.stringify(parcel));
    } catch {
      // A full shelf: the parcel still waits in memory and is sent from there.
    }
    void this.flush();
  }

  /** Send what waits. Called again while running it changes nothing. */
  flush(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    let tries = 0;
    for (let first = this.#queue[0]; first; first = this.#queue[0]) {
      this.#tell(tries > 0 ? "offline" : "sending");
      const outcome = await this.#options.send(first.parcel);
      if (outcome.kind === "retry") {
        this.#tell("offline");
        await this.#options.wait(backOff(tries));
        tries += 1;
        continue;
      }
      if (outcome.kind === "lapsed") {
        this.#tell("lapsed");
        return;
      }
      tries = 0;
      this.#queue.shift();
      this.#options.shelf?.removeItem(first.place);
      if (outcome.kind === "refused") this.#options.onRefused(first.parcel, outcome);
      else this.#options.onSent?.(first.parcel);
    }
    this.#tell("saved");
  }

  #tell(phase: OutboxState["phase"]): void {
    this.#phase = phase;
    this.#options.onState(this.state);
  }

  #stored(): string[] {
    const shelf = this.#options.shelf;
    if (!shelf) return [];
    const places: string[] = [];
    for (let index = 0; index < shelf.length; index += 1) {
      const place = shelf.key(index);
      if (place?.startsWith(this.#options.prefix)) places.push(place);
    }
    return places.sort();
  }
}

function readParcel(text: string | null): Parcel | null {
  if (text === null) return null;
  try {
    const parcel = JSON.parse(text) as Partial<Parcel>;
    const whole = typeof parcel.key === "string" && typeof parcel.task === "number" && typeof parcel.url === "string" && typeof parcel.body === "string";
    return whole ? (parcel as Parcel) : null;
  } catch {
    return null;
  }
}
