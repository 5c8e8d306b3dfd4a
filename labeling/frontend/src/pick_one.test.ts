import assert from "node:assert/strict";
import { test } from "node:test";
import { codeIn, picked } from "./pick_one.ts";

test("the code of a stored answer is read, and nonsense is no answer", () => {
  assert.equal(codeIn({ class: 3 }, "class"), 3);
  assert.equal(codeIn({ level: 2 }, "level"), 2);
  for (const nonsense of [undefined, null, 3, "3", [3], {}, { class: "3" }, { level: 2 }]) assert.equal(codeIn(nonsense, "class"), null);
});

test("a key picks, and picks another", () => {
  assert.deepEqual(picked(undefined, "class", 2, false), { class: 2 });
  assert.deepEqual(picked({ level: 1 }, "level", 2, true), { level: 2 });
});

test("pressed again, an optional answer is taken back and a required one stays", () => {
  assert.equal(picked({ class: 2 }, "class", 2, true), undefined);
  assert.deepEqual(picked({ class: 2 }, "class", 2, false), { class: 2 });
});
