import assert from "node:assert/strict";
import { test } from "node:test";
import * as figures from "./figures.ts";
import type { Figure, Points } from "./figures.ts";

const picture = { width: 100, height: 80 };
const skeleton = figures.skeletonOf({
  points: [{ name: "nose" }, { name: "left", other_side: "right" }, { name: "right" }],
  lines: [["left", "nose", "right"]],
});
const at = (x: number, y: number, visible = true) => ({ x, y, visible });
const one = (id: string, points: Points, part = "image"): Figure => ({ id, class: 1, part, geometry: { points }, attributes: {} });

test("a pair is known from both sides, and a chain is its lines", () => {
  assert.deepEqual([...skeleton.otherSide], [["left", "right"], ["right", "left"]]);
  assert.deepEqual(skeleton.lines, [["left", "nose"], ["nose", "right"]]);
});

test("a question that names no points asks for single ones", () => {
  assert.deepEqual(figures.skeletonOf({}).names, ["point"]);
});

test("points stand in the question's order, inside the picture, on tenths of a pixel", () => {
  const points = figures.withPoint({ right: at(1, 1) }, "nose", figures.placedAt({ x: 120, y: 3.14159 }, picture), skeleton);
  assert.deepEqual(Object.entries(points), [["nose", at(100, 3.1)], ["right", at(1, 1)]]);
});

test("swapping sides keeps what has none, and takes a lone side across", () => {
  assert.deepEqual(figures.sidesSwapped({ nose: at(1, 1), left: at(2, 2, false) }, skeleton), { nose: at(1, 1), right: at(2, 2, false) });
  const both = { nose: at(1, 1), left: at(2, 2), right: at(3, 3) };
  assert.deepEqual(figures.sidesSwapped(figures.sidesSwapped(both, skeleton), skeleton), both);
});

test("a moved figure keeps its shape and stops at the edge", () => {
  assert.deepEqual(figures.moved({ nose: at(5, 5), left: at(20, 70) }, -50, 50, picture), { nose: at(0, 15), left: at(15, 80) });
});

test("a figure is picked by a line as by a point, the nearest one first, on its own part only", () => {
  const all = [one("a", { nose: at(10, 10), left: at(50, 10) }), one("b", { nose: at(30, 14) }), one("c", { nose: at(30, 11) }, "back")];
  assert.equal(figures.figureAt(all, "image", { x: 30, y: 11 }, 5, skeleton)?.id, "a");
  assert.equal(figures.figureAt(all, "image", { x: 30, y: 13 }, 5, skeleton)?.id, "b");
  assert.equal(figures.figureAt(all, "image", { x: 30, y: 40 }, 5, skeleton), null);
});

test("the next point to set goes around, and there is none when all are set", () => {
  assert.equal(figures.nextUnset({ nose: at(1, 1) }, "nose", skeleton), "left");
  assert.equal(figures.nextUnset({ right: at(1, 1), left: at(1, 1) }, "right", skeleton), "nose");
  assert.equal(figures.nextUnset({ nose: at(1, 1), right: at(1, 1), left: at(1, 1) }, null, skeleton), null);
});
