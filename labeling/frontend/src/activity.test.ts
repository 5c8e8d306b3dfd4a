import assert from "node:assert/strict";
import { test } from "node:test";
import { ActiveTime, clockText, minutesLeft } from "./activity.ts";

test("time runs while there are signs of a hand", () => {
  const time = new ActiveTime();
  for (const now of [1000, 21_000, 41_000]) time.stir(now);
  assert.equal(time.read(45_000), 44_000);
});

test("time stops 60 s after the last sign", () => {
  const time = new ActiveTime();
  time.stir(0);
  assert.equal(time.read(59_000), 59_000);
  assert.equal(time.read(500_000), 60_000);
});

test("a pause between two signs counts for 60 s only", () => {
  const time = new ActiveTime();
  time.stir(0);
  time.stir(300_000);
  assert.equal(time.read(310_000), 70_000);
});

test("nothing counts while the page is hidden", () => {
  const time = new ActiveTime(5000);
  time.stir(0);
  time.pause(10_000);
  assert.equal(time.read(50_000), 15_000);
  time.stir(50_000);
  assert.equal(time.read(52_000), 17_000);
});

test("the clock shows minutes and seconds", () => {
  assert.equal(clockText(18_400), "0:18");
  assert.equal(clockText(754_000), "12:34");
});

test("what is left is not guessed from fewer than three items", () => {
  assert.equal(minutesLeft([9000, 9000], 80), null);
  assert.equal(minutesLeft([20_000, 10_000, 30_000], 30), 10);
});
