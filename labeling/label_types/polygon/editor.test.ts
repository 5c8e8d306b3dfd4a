import assert from "node:assert/strict";
import { test } from "node:test";
import { area, centered, contains, cornerAt, isSimple, middleOf, movedRegion, nearestCorner, nearestSide, polygonAt, split, withCorner, without, type Polygon, type Ring } from "./rings.ts";

const picture = { width: 100, height: 80 };
const square: Ring = [[10, 10], [30, 10], [30, 30], [10, 30]];
const shape = (id: string, points: Ring, part = "image"): Polygon => ({ id, class: 1, part, geometry: { points }, attributes: {} });

test("corners lie on tenths of a pixel inside the picture", () => {
  assert.deepEqual(cornerAt({ x: 10.24, y: -3 }, picture), [10.2, 0]);
  assert.deepEqual(cornerAt({ x: 140, y: 79.96 }, picture), [100, 80]);
});

test("area is that of the shoelace formula, whichever way the ring turns", () => {
  assert.equal(area(square), 400);
  assert.equal(area([...square].reverse()), 400);
});

test("a ring that crosses or touches itself is not simple", () => {
  assert.equal(isSimple(square), true);
  assert.equal(isSimple([[0, 0], [10, 10], [10, 0], [0, 10]]), false, "a bow tie");
  assert.equal(isSimple([[0, 0], [10, 0], [5, 0], [5, 5]]), false, "a side that runs back over its neighbor");
  assert.equal(isSimple([[0, 0], [10, 0], [10, 10], [5, 0], [0, 10]]), false, "a corner on a side");
  assert.equal(isSimple([[0, 0], [10, 0], [10, 0], [5, 5]]), false, "a corner twice");
  assert.equal(isSimple([[0, 0], [10, 0]]), false);
  assert.equal(isSimple([[0, 0], [10, 0], [20, 0], [10, 10]]), true, "a corner in the middle of a straight line");
});

test("what lies in a dent of the outline is outside", () => {
  const dented: Ring = [[0, 0], [20, 0], [20, 20], [10, 5], [0, 20]];
  assert.equal(contains(dented, { x: 10, y: 3 }), true);
  assert.equal(contains(dented, { x: 10, y: 15 }), false);
});

test("the nearest corner and side are found within reach only", () => {
  assert.equal(nearestCorner(square, { x: 29, y: 12 }, 3), 1);
  assert.equal(nearestCorner(square, { x: 20, y: 20 }, 3), null);
  assert.equal(nearestSide(square, { x: 31, y: 20 }, 2), 1);
  assert.equal(nearestSide(square, { x: 10, y: 20 }, 2), 3);
  assert.equal(nearestSide(square, { x: 20, y: 20 }, 2), null);
});

test("a side is cut in two, a corner moves, a corner goes", () => {
  assert.deepEqual(middleOf(square, 3), { x: 10, y: 20 });
  assert.deepEqual(split(square, 3, [5, 20]), [...square, [5, 20]]);
  assert.deepEqual(withCorner(square, 1, [40, 5])[1], [40, 5]);
  assert.deepEqual(without(square, 0), square.slice(1));
});

test("a shape moved to the edge keeps its form", () => {
  assert.deepEqual(movedRegion({ points: square }, -50, 100, picture), { points: [[0, 60], [20, 60], [20, 80], [0, 80]] });
  assert.deepEqual(movedRegion({ points: [[0.1, 0.2], [1.1, 0.2], [1.1, 1.2]] }, 0.1, 0.1, picture).points, [[0.2, 0.3], [1.2, 0.3], [1.2, 1.3]]);
});

test("a new shape stands in the middle of what is seen, and is simple", () => {
  const ring = centered({ x0: 20, y0: 20, x1: 60, y1: 60 }, picture);
  assert.deepEqual(ring, [[35, 35], [45, 35], [45, 45], [35, 45]]);
  assert.equal(isSimple(centered({ x0: -500, y0: -500, x1: 1, y1: 1 }, picture)), true);
});

test("a click reaches the smallest shape under it, on its own part only", () => {
  const polygons = [shape("large", [[0, 0], [50, 0], [50, 50], [0, 50]]), shape("small", square), shape("other", square, "back")];
  assert.equal(polygonAt(polygons, "image", { x: 20, y: 20 }, 1)?.id, "small");
  assert.equal(polygonAt(polygons, "image", { x: 45, y: 45 }, 1)?.id, "large");
  assert.equal(polygonAt(polygons, "image", { x: 60, y: 60 }, 1), null);
});
