import assert from "node:assert/strict";
import { test } from "node:test";
import { DeviceShelf, type Depot } from "./device_shelf.ts";
import type { Shelf } from "./outbox.ts";

class Small implements Shelf {
  readonly entries = new Map<string, string>();
  full = false;
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
    if (this.full) throw new Error("full");
    this.entries.set(key, value);
  }
  removeItem(key: string): void {
    this.entries.delete(key);
  }
}

class Large implements Depot {
  readonly kept = new Map<string, string>();
  full = false;
  async entries(): Promise<readonly (readonly [string, string])[]> {
    return [...this.kept];
  }
  async put(key: string, value: string): Promise<void> {
    await Promise.resolve();
    if (this.full) throw new Error("full");
    this.kept.set(key, value);
  }
  async drop(key: string): Promise<void> {
    this.kept.delete(key);
  }
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

test("an entry is in the small storage at once, and only in the database once that has it", async () => {
  const [small, large] = [new Small(), new Large()];
  const shelf = await DeviceShelf.open(small, large, "me.");
  shelf.setItem("me.1", "a");
  assert.equal(small.getItem("me.1"), "a");
  await settle();
  assert.equal(small.length, 0);
  assert.deepEqual([...large.kept], [["me.1", "a"]]);
});

test("what either storage kept is there again, and somebody else's is not", async () => {
  const [small, large] = [new Small(), new Large()];
  large.kept.set("me.1", "a").set("you.1", "x");
  small.entries.set("me.2", "b").set("you.2", "y");
  const shelf = await DeviceShelf.open(small, large, "me.");
  assert.deepEqual([shelf.key(0), shelf.key(1), shelf.length], ["me.1", "me.2", 2]);
});

test("an entry taken out before the database had it stays out", async () => {
  const [small, large] = [new Small(), new Large()];
  const shelf = await DeviceShelf.open(small, large, "me.");
  shelf.setItem("me.1", "a");
  shelf.removeItem("me.1");
  await settle();
  assert.equal(small.length + large.kept.size + shelf.length, 0);
});

test("a full device is told, with how much is only in this window; a small one with room is enough", async () => {
  const [small, large] = [new Small(), new Large()];
  const told: number[] = [];
  const shelf = await DeviceShelf.open(small, large, "me.");
  shelf.onFull = (unkept) => void told.push(unkept);
  large.full = true;
  shelf.setItem("me.1", "a");
  await settle();
  assert.deepEqual(told, []);
  small.full = true;
  shelf.setItem("me.2", "b");
  shelf.setItem("me.3", "c");
  await settle();
  assert.deepEqual(told, [1, 2]);
  shelf.removeItem("me.2");
  assert.equal(shelf.unkept, 1);
  assert.equal(shelf.getItem("me.3"), "c");
});

test("without a database the small storage is used as before", async () => {
  const small = new Small();
  const shelf = await DeviceShelf.open(small, null, "me.");
  shelf.setItem("me.1", "a");
  await settle();
  assert.equal(small.getItem("me.1"), "a");
});
