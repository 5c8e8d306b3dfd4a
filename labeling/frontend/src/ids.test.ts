import assert from "node:assert/strict";
import { test } from "node:test";
import { newElementId, newId } from "./ids.ts";

test("an id is a version 4 UUID of its random bytes", () => {
  assert.equal(newId((bytes) => bytes.fill(0xff)), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  assert.equal(newId((bytes) => bytes.fill(0)), "00000000-0000-4000-8000-000000000000");
});

test("element ids differ from each other and from taken ones", () => {
  const taken = new Set<string>();
  for (let count = 0; count < 2000; count += 1) taken.add(newElementId(taken));
  assert.equal(taken.size, 2000);
});
