import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenCode, toggled } from "./state.ts";

test("the chosen class is read from a stored answer, and from nothing else", () => {
  assert.equal(chosenCode({ class: 3 }), 3);
  assert.equal(chosenCode(undefined), null);
  assert.equal(chosenCode({ class: "3" }), null);
  assert.equal(chosenCode({ elements: [] }), null);
  assert.equal(chosenCode([3]), null);
});

test("a key chooses, and pressed again takes an optional answer back", () => {
  assert.deepEqual(toggled(undefined, 2, true), { class: 2 });
  assert.deepEqual(toggled({ class: 1 }, 2, true), { class: 2 });
  assert.equal(toggled({ class: 2 }, 2, true), undefined);
});

test("a required answer cannot be taken back", () => {
  assert.deepEqual(toggled({ class: 2 }, 2, false), { class: 2 });
});
