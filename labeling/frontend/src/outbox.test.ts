import assert from "node:assert/strict";
import { test } from "node:test";
import { backOff, Outbox, type Outcome, type OutboxOptions, type Parcel, type Refusal, type Shelf } from "./outbox.ts";

class MemoryShelf implements Shelf {
  readonly entries = new Map<string, string>();
  get length(): number {
    return this.entries.size;
  }
  key(index: number): string | null {
    return [...this.entries.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.entries.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.entries.set(key, value);
  }
  removeItem(key: string): void {
    this.entries.delete(key);
  }
}

const parcel = (task: number): Parcel => ({ key: `key-${task}`, task, url: `/tasks/${task}`, body: "{}" });

function outbox(shelf: Shelf | null, outcomes: Outcome[], more: Partial<OutboxOptions> = {}) {
  const sent: string[] = [];
  const waits: number[] = [];
  const phases: string[] = [];
  const refused: [number, string][] = [];
  const box = new Outbox({
    shelf,
    prefix: "out.",
    send: async (one) => {
      sent.push(one.key);
      return outcomes.shift() ?? { kind: "done" };
    },
    wait: async (ms) => void waits.push(ms),
    onState: ({ phase, waiting }) => void phases.push(`${phase} ${waiting}`),
    onRefused: (one, refusal: Refusal) => void refused.push([one.task, refusal.code]),
    ...more,
  });
  return { box, sent, waits, phases, refused };
}

test("answers are sent in the order they were given", async () => {
  const { box, sent } = outbox(new MemoryShelf(), []);
  for (const task of [3, 1, 2]) box.push(parcel(task));
  await box.flush();
  assert.deepEqual(sent, ["key-3", "key-1", "key-2"]);
});

test("a try again carries the same key, and the next answer waits its turn", async () => {
  const { box, sent, waits, phases } = outbox(new MemoryShelf(), [{ kind: "retry" }, { kind: "retry" }]);
  box.push(parcel(1));
  box.push(parcel(2));
  await box.flush();
  assert.deepEqual(sent, ["key-1", "key-1", "key-1", "key-2"]);
  assert.deepEqual(waits, [1000, 2000]);
  assert.equal(phases.at(-1), "saved 0");
  assert.ok(phases.includes("offline 2"));
});

test("what was not sent is found again after a reload, in order", async () => {
  const shelf = new MemoryShelf();
  const before = outbox(shelf, [{ kind: "lapsed", message: "" }]);
  before.box.push(parcel(1));
  before.box.push(parcel(2));
  await before.box.flush();
  assert.deepEqual(before.box.tasks(), [1, 2]);
  const after = outbox(shelf, []);
  await after.box.flush();
  assert.deepEqual(after.sent, ["key-1", "key-2"]);
  assert.equal(shelf.length, 0);
});

test("an ended session stops the sending and keeps everything", async () => {
  const shelf = new MemoryShelf();
  const { box, sent, phases } = outbox(shelf, [{ kind: "lapsed", message: "" }]);
  box.push(parcel(1));
  await box.flush();
  assert.deepEqual(sent, ["key-1"]);
  assert.equal(phases.at(-1), "lapsed 1");
  assert.equal(shelf.length, 1);
});

test("a refused answer is handed back once and does not block the next", async () => {
  const refusal: Outcome = { kind: "refused", code: "place_taken", message: "", fields: {} };
  const { box, sent, refused } = outbox(new MemoryShelf(), [refusal]);
  box.push(parcel(1));
  box.push(parcel(2));
  await box.flush();
  assert.deepEqual(refused, [[1, "place_taken"]]);
  assert.deepEqual(sent, ["key-1", "key-2"]);
});

test("a full or forbidden storage does not lose an answer", async () => {
  const shelf = new MemoryShelf();
  shelf.setItem = () => {
    throw new Error("full");
  };
  const { box, sent } = outbox(shelf, []);
  box.push(parcel(1));
  await box.flush();
  assert.deepEqual(sent, ["key-1"]);
});

test("what is not a parcel is thrown away", async () => {
  const shelf = new MemoryShelf();
  shelf.setItem("out.1", "{not json");
  shelf.setItem("other", "kept");
  const { box } = outbox(shelf, []);
  assert.equal(box.waiting, 0);
  assert.deepEqual([...shelf.entries.keys()], ["other"]);
});

test("waits double up to half a minute", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 6, 40].map(backOff), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});
