import type { Shelf } from "./outbox.ts";

const STORE = "out";
const OPENS_WITHIN_MS = 3000;

/** Where large things are kept: the part of a database that is used. A full or forbidden one rejects. */
export interface Depot {
  entries(): Promise<readonly (readonly [string, string])[]>;
  put(key: string, value: string): Promise<void>;
  drop(key: string): Promise<void>;
}

/**
 * Unsent answers on this device: written at once to the small storage, which a closing tab cannot lose, and moved to the
 * database, which holds more, as soon as that has it for good. Whoever finds no room in either is told.
 */
export class DeviceShelf implements Shelf {
  /** Called with how many entries are nowhere but in this window. */
  onFull: (unkept: number) => void = () => undefined;
  readonly #mirror: Map<string, string>;
  readonly #small: Shelf | null;
  readonly #depot: Depot | null;
  readonly #unkept = new Set<string>();

  private constructor(small: Shelf | null, depot: Depot | null, entries: Map<string, string>) {
    this.#small = small;
    this.#depot = depot;
    this.#mirror = entries;
  }

  /** What both storages have of these entries, under the names they were given. */
  static async open(small: Shelf | null, depot: Depot | null, prefix: string): Promise<DeviceShelf> {
    const entries = new Map<string, string>();
    let working = depot;
    try {
      for (const [key, value] of (await depot?.entries()) ?? []) if (key.startsWith(prefix)) entries.set(key, value);
    } catch {
      working = null;
    }
    for (let index = 0; index < (small?.length ?? 0); index += 1) {
      const key = small?.key(index);
      if (key?.startsWith(prefix)) entries.set(key, small?.getItem(key) ?? "");
    }
    return new DeviceShelf(small, working, entries);
  }

  get length(): number {
    return this.#mirror.size;
  }

  get unkept(): number {
    return this.#unkept.size;
  }

  key(index: number): string | null {
    return [...this.#mirror.keys()][index] ?? null;
  }

  getItem(key: string): string | null {
    return this.#mirror.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#mirror.set(key, value);
    let kept = false;
    try {
      this.#small?.setItem(key, value);
      kept = this.#small !== null;
    } catch {
      // Full: the database may have room.
    }
    void this.#move(key, value, kept);
  }

  removeItem(key: string): void {
    this.#mirror.delete(key);
    this.#unkept.delete(key);
    this.#small?.removeItem(key);
    void this.#depot?.drop(key).catch(() => undefined);
  }

  async #move(key: string, value: string, kept: boolean): Promise<void> {
    try {
      if (!this.#depot) throw new Error("no database");
      await this.#depot.put(key, value);
      if (this.#mirror.has(key)) this.#small?.removeItem(key);
      else await this.#depot.drop(key);
    } catch {
      if (kept || !this.#mirror.has(key)) return;
      this.#unkept.add(key);
      this.onFull(this.#unkept.size);
    }
  }
}

/** The browser's database, or null where it cannot be had. */
export async function openDepot(): Promise<Depot | null> {
  try {
    const base = await Promise.race([opened(), new Promise<null>((resolve) => setTimeout(() => resolve(null), OPENS_WITHIN_MS))]);
    return base ? depotIn(base) : null;
  } catch {
    return null;
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("concord", 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("closed"));
    request.onblocked = () => reject(new Error("blocked"));
  });
}

function depotIn(base: IDBDatabase): Depot {
  const done = (act: (store: IDBObjectStore) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const change = base.transaction(STORE, "readwrite", { durability: "strict" });
      change.oncomplete = () => resolve();
      change.onabort = change.onerror = () => reject(change.error ?? new Error("aborted"));
      act(change.objectStore(STORE));
    });
  return {
    entries: () =>
      new Promise((resolve, reject) => {
        const found: [string, string][] = [];
        const request = base.transaction(STORE).objectStore(STORE).openCursor();
        request.onerror = () => reject(request.error ?? new Error("unreadable"));
        request.onsuccess = () => {
          const cursor = request.result;
          if (!cursor) return resolve(found);
          found.push([String(cursor.key), String(cursor.value)]);
          cursor.continue();
        };
      }),
    put: (key, value) => done((store) => void store.put(value, key)),
    drop: (key) => done((store) => void store.delete(key)),
  };
}
