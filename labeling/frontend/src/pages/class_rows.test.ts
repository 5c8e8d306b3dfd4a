import assert from "node:assert/strict";
import { test } from "node:test";
import { nextColor, renumbered } from "./class_rows.ts";

test("a row's fields take the row's number", () => {
  assert.equal(renumbered("classes-7-name", 2), "classes-2-name");
  assert.equal(renumbered("id_classes-__n__-hotkey", 0), "id_classes-0-hotkey");
  assert.equal(renumbered("prompt", 4), "prompt");
});

test("a new class takes the first free color, then the least used", () => {
  assert.equal(nextColor([1, 2, 4], 12), 3);
  assert.equal(nextColor([1, 2, 3, 1, 3], 3), 2);
});
