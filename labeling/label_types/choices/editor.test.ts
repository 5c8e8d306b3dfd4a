import assert from "node:assert/strict";
import { test } from "node:test";
import { chosenCodes, limits, mayBeNone, toggled, wrongCount } from "./state.ts";

const spec = { classes: [{ code: 5, name: "sweet" }, { code: 2, name: "sour" }, { code: 9, name: "salty" }] };

test("the chosen classes are read from a stored answer, and from nothing else", () => {
  assert.deepEqual(chosenCodes({ classes: [2, 9] }), [2, 9]);
  assert.deepEqual(chosenCodes({ classes: [] }), []);
  for (const nonsense of [undefined, null, 3, [2], { class: 2 }, { classes: 2 }, { classes: null }]) assert.equal(chosenCodes(nonsense), null);
});

test("a press puts a class in or takes it out, and the answer keeps the question's order", () => {
  const first = toggled(undefined, 9, spec);
  assert.deepEqual(first, { classes: [9] });
  assert.deepEqual(toggled(first, 5, spec), { classes: [5, 9] });
  assert.deepEqual(toggled({ classes: [5, 9] }, 9, spec), { classes: [5] });
});

test("the last one taken out leaves the question open: none is said on purpose", () => {
  assert.equal(toggled({ classes: [5] }, 5, spec), undefined);
});

test("a press after none chooses the class alone", () => {
  assert.deepEqual(toggled({ classes: [] }, 2, spec), { classes: [2] });
});

test("none of these is offered only where no class is needed", () => {
  assert.equal(mayBeNone(spec), true);
  assert.equal(mayBeNone({ ...spec, min: 1 }), false);
});

test("too few and too many are found, and an open question is not counted", () => {
  assert.equal(wrongCount(undefined, { ...spec, min: 1 }), null);
  assert.deepEqual(wrongCount({ classes: [5] }, { ...spec, min: 2 }), { too: "few", n: 2 });
  assert.deepEqual(wrongCount({ classes: [5, 2] }, { ...spec, max: 1 }), { too: "many", n: 1 });
  assert.equal(wrongCount({ classes: [5, 2] }, { ...spec, min: 2, max: 2 }), null);
});

test("limits are named only where they limit", () => {
  assert.deepEqual(limits(spec), { min: null, max: null });
  assert.deepEqual(limits({ ...spec, min: 1, max: 3 }), { min: 1, max: null });
  assert.deepEqual(limits({ ...spec, max: 2 }), { min: null, max: 2 });
});
