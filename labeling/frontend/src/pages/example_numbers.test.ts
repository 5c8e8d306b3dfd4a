import assert from "node:assert/strict";
import { test } from "node:test";
import { numbersIn, toggledNumber } from "./example_numbers.ts";

test("an item is put in, and taken out again however it was typed", () => {
  assert.equal(toggledNumber("", 12), "12");
  assert.equal(toggledNumber("12", 14), "12, 14");
  assert.equal(toggledNumber("12 #14,15", 14), "12, 15");
  assert.deepEqual(numbersIn("12, #14"), [12, 14]);
});

test("what is no number stays as it was typed", () => {
  assert.equal(toggledNumber("that one, 3", 3), "that, one");
});
