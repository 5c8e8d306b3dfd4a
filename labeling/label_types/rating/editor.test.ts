import assert from "node:assert/strict";
import { test } from "node:test";
import { levelOf, rated } from "./state.ts";

test("the level is read from a stored answer, and from nothing else", () => {
  assert.equal(levelOf({ level: 4 }), 4);
  for (const nonsense of [undefined, null, 4, { level: "4" }, { class: 4 }, [4]]) assert.equal(levelOf(nonsense), null);
});

test("a key rates, and pressed again takes only an optional rating back", () => {
  assert.deepEqual(rated(undefined, 2, true), { level: 2 });
  assert.deepEqual(rated({ level: 1 }, 2, true), { level: 2 });
  assert.equal(rated({ level: 2 }, 2, true), undefined);
  assert.deepEqual(rated({ level: 2 }, 2, false), { level: 2 });
});
