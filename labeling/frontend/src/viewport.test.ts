import assert from "node:assert/strict";
import { test } from "node:test";
import { fitView, keepInSight, pinch, toPicture, toScreen, visibleBounds, zoomAt } from "./viewport.ts";

const close = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);
const random = ((seed) => () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647)(20_261_121);

test("screen and picture are each other's inverse at any zoom", () => {
  for (let run = 0; run < 500; run += 1) {
    const view = { scale: 0.01 + random() * 64, x: random() * 4000 - 2000, y: random() * 4000 - 2000 };
    const point = { x: random() * 9000, y: random() * 9000 };
    const back = toPicture(view, toScreen(view, point));
    assert.ok(Math.abs(back.x - point.x) < 1e-6 && Math.abs(back.y - point.y) < 1e-6);
  }
});

test("zooming leaves what is under the pointer under it", () => {
  const view = { scale: 0.86, x: 16, y: 79 };
  const pointer = { x: 411, y: 233 };
  const under = toPicture(view, pointer);
  for (const factor of [0.2, 1.25, 30]) {
    const still = toPicture(zoomAt(view, pointer, factor, 0.01), pointer);
    close(still.x, under.x);
    close(still.y, under.y);
  }
});

test("zoom stays between its limits", () => {
  const view = { scale: 1, x: 0, y: 0 };
  assert.equal(zoomAt(view, view, 1e9, 0.1).scale, 64);
  assert.equal(zoomAt(view, view, 1e-9, 0.1).scale, 0.1);
});

test("a fitted picture is whole and centered", () => {
  const view = fitView({ width: 1000, height: 750 }, { width: 900, height: 800 });
  close(view.scale, 0.868);
  close(view.x, 16);
  close(view.y * 2 + 750 * view.scale, 800);
});

test("a picture can be pushed aside but never out of sight", () => {
  const picture = { width: 100, height: 100 };
  const surface = { width: 500, height: 400 };
  for (const [x, y] of [[-1e6, -1e6], [1e6, 1e6], [1e6, -1e6]] as const) {
    const kept = keepInSight({ scale: 2, x, y }, picture, surface);
    assert.ok(kept.x + 200 >= 64 && kept.x <= 500 - 64);
    assert.ok(kept.y + 200 >= 64 && kept.y <= 400 - 64);
  }
});

test("what is seen is the surface in picture pixels", () => {
  assert.deepEqual(visibleBounds({ scale: 2, x: 10, y: -20 }, { width: 100, height: 50 }), { x0: -5, y0: 10, x1: 45, y1: 35 });
});

test("two fingers keep what is under them", () => {
  const view = { scale: 1, x: 0, y: 0 };
  const after = pinch(view, [{ x: 0, y: 0 }, { x: 100, y: 0 }], [{ x: 50, y: 40 }, { x: 250, y: 40 }], 0.1);
  assert.equal(after.scale, 2);
  assert.deepEqual(toScreen(after, { x: 50, y: 0 }), { x: 150, y: 40 });
});
