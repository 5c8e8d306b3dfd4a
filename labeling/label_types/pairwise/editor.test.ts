import assert from "node:assert/strict";
import { test } from "node:test";
import { asValue, contenders, moved, placed, places, preferred, rankingOf, shuffled, stepOf, steps } from "./ranking.ts";
import type { Item } from "../../frontend/src/types.ts";

const item = (...roles: readonly string[]): Item => ({ id: 1, parts: roles.map((role) => ({ role, kind: "text", text: role })), fields: {} });
const classes = [{ code: 7, name: "second" }, { code: 2, name: "first" }];

test("a stored ranking is read back, and nonsense is none", () => {
  assert.deepEqual(rankingOf({ ranking: [[1], [2]], strength: 2, shown: [2, 1] }), { groups: [[1], [2]], strength: 2, shown: [2, 1] });
  assert.deepEqual(rankingOf({ ranking: [[1, 2]] }), { groups: [[1, 2]], strength: null, shown: [] });
  for (const nonsense of [undefined, null, 3, [[1]], { ranking: 3 }, { class: 1 }]) assert.equal(rankingOf(nonsense), null);
});

test("the lowest code stands for the first part by name, whatever order classes and parts are listed in", () => {
  assert.deepEqual(contenders({ classes }, item("right", "left")).map(({ code, part }) => [code, part.role]), [[2, "left"], [7, "right"]]);
});

test("parts that are named are compared, and others only shown", () => {
  assert.deepEqual(contenders({ classes, parts: ["b", "a"] }, item("prompt", "a", "b")).map(({ code, part }) => [code, part.role]), [[2, "b"], [7, "a"]]);
});

test("an item without two parts to compare has nothing to answer", () => {
  assert.deepEqual(contenders({ classes }, item("text")), []);
  assert.deepEqual(contenders({ classes, parts: ["a", "c"] }, item("a", "b")), []);
});

test("an order is the same for the same person and item, and each is as likely", () => {
  assert.deepEqual(shuffled([1, 2, 3], "7:12:q"), shuffled([1, 2, 3], "7:12:q"));
  const seen = new Map<string, number>();
  for (let person = 0; person < 6000; person += 1) {
    const order = shuffled([1, 2, 3], `${person}:12:q`).join("");
    seen.set(order, (seen.get(order) ?? 0) + 1);
  }
  assert.equal(seen.size, 6);
  for (const count of seen.values()) assert.ok(Math.abs(count - 1000) < 150, `${count} of about 1000`);
});

test("the scale runs from left over equals to right", () => {
  assert.deepEqual(steps(1, true).map(({ side }) => side), [0, null, 1]);
  assert.deepEqual(steps(2, false), [{ side: 0, strength: 2 }, { side: 0, strength: 1 }, { side: 1, strength: 1 }, { side: 1, strength: 2 }]);
});

test("a side means the class that stood there", () => {
  assert.deepEqual(asValue(preferred({ side: 0, strength: 1 }, [7, 2], 1)), { ranking: [[7], [2]], shown: [7, 2] });
  assert.deepEqual(asValue(preferred({ side: 1, strength: 2 }, [7, 2], 3)), { ranking: [[2], [7]], strength: 2, shown: [7, 2] });
  assert.deepEqual(asValue(preferred({ side: null, strength: 0 }, [7, 2], 3)), { ranking: [[2, 7]], shown: [7, 2] });
});

test("an answer is found again on the scale", () => {
  for (const step of steps(3, true)) assert.deepEqual(stepOf(preferred(step, [7, 2], 3), [7, 2]), step);
});

test("the last one left is ranked by itself", () => {
  assert.deepEqual(placed([], 3, [1, 2, 3]), [[3]]);
  assert.deepEqual(placed([[3]], 1, [1, 2, 3]), [[3], [1], [2]]);
});

test("a step up joins those above, the next one passes them", () => {
  const joined = moved([[1], [2], [3]], 3, -1, true);
  assert.deepEqual(joined, [[1], [2, 3]]);
  assert.deepEqual(moved(joined, 3, -1, true), [[1], [3], [2]]);
  assert.deepEqual(moved(joined, 3, 1, true), [[1], [2], [3]]);
});

test("without equals a step changes places, and both ends hold", () => {
  assert.deepEqual(moved([[1], [2], [3]], 3, -1, false), [[1], [3], [2]]);
  assert.deepEqual(moved([[1], [2]], 1, -1, false), [[1], [2]]);
  assert.deepEqual(moved([[1], [2]], 2, 1, true), [[1], [2]]);
  assert.deepEqual(moved([[1], [2]], 9, 1, true), [[1], [2]]);
});

test("equals share a place and the next one counts them", () => {
  assert.deepEqual([...places([[4], [1, 2], [3]])], [[4, 1], [1, 2], [2, 2], [3, 4]]);
});
