import assert from "node:assert/strict";
import { test } from "node:test";
import * as shapes from "./shapes.ts";
import type { Box, Rect } from "./shapes.ts";

const picture = { width: 640, height: 480 };
const rect = (x0: number, y0: number, x1: number, y1: number): Rect => ({ x0, y0, x1, y1 });
const box = (id: string, geometry: Rect, part = "image"): Box => ({ id, class: 1, part, geometry, attributes: {} });
const random = ((seed) => () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647)(7);
const anywhere = () => ({ x: random() * 1200 - 300, y: random() * 1200 - 300 });

function within(geometry: Rect): void {
  assert.ok(geometry.x0 >= 0 && geometry.y0 >= 0 && geometry.x1 <= picture.width && geometry.y1 <= picture.height, JSON.stringify(geometry));
  assert.ok(geometry.x0 <= geometry.x1 && geometry.y0 <= geometry.y1, JSON.stringify(geometry));
}

test("a box drawn in any direction, released anywhere, lies upright inside the picture", () => {
  for (let run = 0; run < 500; run += 1) within(shapes.spanned(anywhere(), anywhere(), picture, run % 2 === 0));
  assert.deepEqual(shapes.spanned({ x: 50.4, y: 60 }, { x: -90, y: 700 }, picture), rect(0, 60, 50, 480));
});

test("edges lie on pixel edges, or on hundredths when freed", () => {
  assert.deepEqual(shapes.spanned({ x: 10.49, y: 3.5 }, { x: 40.51, y: 22.2 }, picture), rect(10, 4, 41, 22));
  assert.deepEqual(shapes.spanned({ x: 10.499, y: 3.5 }, { x: 40.514, y: 22.2 }, picture, true), rect(10.5, 3.5, 40.51, 22.2));
});

test("a moved box keeps its size and stops at the edge", () => {
  for (let run = 0; run < 500; run += 1) {
    const from = shapes.spanned(anywhere(), anywhere(), picture, true);
    const by = anywhere();
    const to = shapes.moved(from, by.x, by.y, picture);
    within(to);
    assert.ok(Math.abs(shapes.width(to) - shapes.width(from)) < 1e-9);
    assert.ok(Math.abs(shapes.height(to) - shapes.height(from)) < 1e-9);
  }
  assert.deepEqual(shapes.moved(rect(10, 10, 30, 30), -50, 5, picture), rect(0, 15, 20, 35));
});

test("a handle moves its own sides only", () => {
  const from = rect(100, 100, 200, 150);
  assert.deepEqual(shapes.resized(from, "e", { x: 250, y: 400 }, picture), rect(100, 100, 250, 150));
  assert.deepEqual(shapes.resized(from, "nw", { x: 90, y: 80 }, picture), rect(90, 80, 200, 150));
});

test("a handle pulled across the box turns it over", () => {
  assert.deepEqual(shapes.resized(rect(100, 100, 200, 150), "e", { x: 40, y: 0 }, picture), rect(40, 100, 100, 150));
  for (let run = 0; run < 500; run += 1)
    for (const handle of shapes.HANDLES) within(shapes.resized(shapes.spanned(anywhere(), anywhere(), picture), handle, anywhere(), picture));
});

test("keys never shrink a box below the smallest, nor push it outside", () => {
  assert.deepEqual(shapes.stretched(rect(10, 10, 14, 14), -10, 3, picture, 2), rect(10, 10, 12, 17));
  assert.deepEqual(shapes.stretched(rect(600, 10, 638, 14), 10, 0, picture, 2), rect(600, 10, 640, 14));
});

test("a box made by key stands in the middle of what is seen, inside the picture", () => {
  assert.deepEqual(shapes.centered(rect(0, 0, 640, 480), picture, 1), rect(240, 180, 400, 300));
  within(shapes.centered(rect(-500, -500, -100, -100), picture, 4));
  within(shapes.centered(rect(630, 470, 900, 900), picture, 30));
});

test("the smallest box under the pointer is picked, so that nested ones can be reached", () => {
  const boxes = [box("inner", rect(40, 40, 60, 60)), box("outer", rect(0, 0, 100, 100)), box("other part", rect(45, 45, 55, 55), "back")];
  assert.equal(shapes.boxAt(boxes, "image", { x: 50, y: 50 }, 0)?.id, "inner");
  assert.equal(shapes.boxAt(boxes, "image", { x: 10, y: 10 }, 0)?.id, "outer");
  assert.equal(shapes.boxAt(boxes, "image", { x: 300, y: 10 }, 5), null);
});

test("corners win over sides, and nothing wins from afar", () => {
  const small = rect(100, 100, 104, 104);
  assert.equal(shapes.handleAt(small, { x: 100, y: 100 }, 8), "nw");
  assert.equal(shapes.handleAt(rect(0, 0, 100, 100), { x: 52, y: 1 }, 8), "n");
  assert.equal(shapes.handleAt(rect(0, 0, 100, 100), { x: 50, y: 50 }, 8), null);
});

test("a line is no box", () => {
  assert.equal(shapes.bigEnough(rect(0, 0, 10, 0), 0), false);
  assert.equal(shapes.bigEnough(rect(0, 0, 10, 1), 2), false);
  assert.equal(shapes.bigEnough(rect(0, 0, 10, 2), 2), true);
});

const near = (found: Rect, expected: Rect): void => {
  for (const edge of ["x0", "y0", "x1", "y1"] as const) assert.ok(Math.abs(found[edge] - expected[edge]) <= 0.02, JSON.stringify(found));
  assert.equal(found.angle ?? 0, expected.angle ?? 0);
};

test("a turned box has one way to be written: a quarter turn more exchanges its sides", () => {
  assert.deepEqual(shapes.rotated(rect(10, 20, 50, 30), 100, picture), { x0: 25, y0: 5, x1: 35, y1: 45, angle: 10 });
  assert.deepEqual(shapes.rotated(rect(10, 20, 50, 30), -45, picture), { x0: 25, y0: 5, x1: 35, y1: 45, angle: 45 });
  assert.deepEqual(shapes.rotated({ ...rect(10, 20, 50, 30), angle: 10 }, -10, picture), rect(10, 20, 50, 30));
});

test("a turned box is hit where it lies, not where its edges were", () => {
  const tall = { ...rect(100, 140, 200, 160), angle: 45 };
  assert.equal(shapes.contains(tall, { x: 180, y: 180 }), true);
  assert.equal(shapes.contains(tall, { x: 195, y: 150 }), false);
  assert.equal(shapes.handleAt(tall, { x: 150 + 50 * Math.SQRT1_2, y: 150 + 50 * Math.SQRT1_2 }, 8), "e");
  assert.ok(shapes.around(tall).y1 > 185);
});

test("a handle of a turned box leaves the corner opposite where it is", () => {
  for (let run = 0; run < 200; run += 1) {
    const from = { ...rect(200, 200, 300, 260), angle: Math.round(random() * 89) - 44 || 1 };
    const to = shapes.resized(from, "se", { x: 260 + random() * 60, y: 260 + random() * 60 }, picture, true);
    const [before, after] = [shapes.corners(from)[0], shapes.corners(to)];
    assert.ok(after.some((one) => Math.hypot(one.x - (before?.x ?? 0), one.y - (before?.y ?? 0)) < 0.05), JSON.stringify([from, to]));
  }
});

test("a moved turned box keeps its size, its angle and its middle inside", () => {
  near(shapes.moved({ ...rect(10, 10, 50, 30), angle: 30 }, 5, 5, picture), { ...rect(15, 15, 55, 35), angle: 30 });
  near(shapes.moved({ ...rect(10, 10, 50, 30), angle: 30 }, -500, 0, picture), { ...rect(-20, 10, 20, 30), angle: 30 });
});

test("the angle of a hand is snapped", () => {
  assert.equal(shapes.angleTo(rect(0, 0, 20, 20), { x: 10, y: -30 }, 1), 0);
  assert.equal(shapes.angleTo(rect(0, 0, 20, 20), { x: 28, y: -5 }, 15), 45);
});
