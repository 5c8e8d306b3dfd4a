import assert from "node:assert/strict";
import { test } from "node:test";
import { brushed, simpler } from "./brush.ts";
import { bounds, fits, inRegion, isSimple, MOST_CORNERS, regionArea, ringsOf, roomiest, withRing, wound, goesLeft, type Region, type Ring } from "./rings.ts";
import type { Point } from "../../frontend/src/types.ts";

const picture = { width: 400, height: 300 };
const square: Ring = [[100, 100], [200, 100], [200, 200], [100, 200]];
const random = ((seed) => () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647)(11);
const paint = (before: Region | null, line: readonly Point[], radius: number, adds = true, smallest = 1): readonly Region[] => brushed(before, line, radius, adds, picture, smallest) ?? [];

function sound(region: Region): void {
  assert.ok(isSimple(region.points), "the outline is simple");
  assert.ok(fits(region.points, region.holes ?? []), "the holes lie within");
  const { x0, y0, x1, y1 } = bounds(region.points);
  assert.ok(x0 >= 0 && y0 >= 0 && x1 <= picture.width && y1 <= picture.height);
  assert.ok(ringsOf(region).flat().length <= MOST_CORNERS);
}

test("a dab is round, and as large as the brush", () => {
  const [dab, ...more] = paint(null, [{ x: 150, y: 150 }], 40);
  assert.ok(dab && more.length === 0);
  sound(dab);
  assert.ok(Math.abs(regionArea(dab) / (Math.PI * 40 ** 2) - 1) < 0.02);
  const [tiny] = paint(null, [{ x: 150, y: 150 }], 3);
  assert.ok(tiny && Math.abs(regionArea(tiny) / (Math.PI * 9) - 1) < 0.08, "a small one as well");
});

test("a line is as wide as the brush is", () => {
  const [stripe] = paint(null, [{ x: 100, y: 150 }, { x: 300, y: 150 }], 10);
  assert.ok(stripe);
  assert.ok(Math.abs(regionArea(stripe) - (200 * 20 + Math.PI * 100)) < 80);
  assert.ok(stripe.points.length < 60);
});

test("what is painted onto a shape joins it, and leaves the rest where it was", () => {
  const [joined, ...more] = paint({ points: square }, [{ x: 200, y: 150 }, { x: 250, y: 150 }], 10);
  assert.ok(joined && more.length === 0);
  sound(joined);
  assert.ok(Math.abs(regionArea(joined) - (10_000 + 50 * 20 + (Math.PI * 100) / 2)) < 60);
  for (const corner of square.filter(([x]) => x === 100)) assert.ok(joined.points.some(([x, y]) => Math.hypot(x - corner[0], y - corner[1]) <= 1));
});

test("the eraser makes a hole inside, and the brush closes it again", () => {
  const [holed] = paint({ points: square }, [{ x: 150, y: 150 }], 20, false);
  assert.ok(holed?.holes?.length === 1);
  sound(holed);
  assert.ok(Math.abs(regionArea(holed) - (10_000 - Math.PI * 400)) < 60);
  const [closed] = paint(holed, [{ x: 150, y: 150 }], 30);
  assert.equal(closed?.holes, undefined);
});

test("a line closed to a ring has a hole", () => {
  const around = Array.from({ length: 41 }, (_, at) => ({ x: 200 + 80 * Math.cos((at * Math.PI) / 20), y: 150 + 80 * Math.sin((at * Math.PI) / 20) }));
  const [ring, ...more] = paint(null, around, 8);
  assert.ok(ring?.holes?.length === 1 && more.length === 0);
  assert.equal(inRegion(ring, { x: 200, y: 150 }), false);
});

test("an outline cut through becomes two, and one rubbed out nothing", () => {
  const pieces = paint({ points: square }, [{ x: 90, y: 140 }, { x: 210, y: 140 }], 10, false);
  assert.equal(pieces.length, 2);
  pieces.forEach(sound);
  assert.ok(regionArea(pieces[0] as Region) > regionArea(pieces[1] as Region));
  assert.deepEqual(paint({ points: square }, [{ x: 150, y: 150 }], 100, false), []);
});

test("an island in a hole is a shape of its own, and the hole stays with the ring around it", () => {
  const [ring] = paint({ points: square }, [{ x: 150, y: 150 }], 40, false);
  const found = paint(ring ?? null, [{ x: 150, y: 150 }], 10);
  assert.equal(found.length, 2);
  assert.equal(found[0]?.holes?.length, 1);
  assert.equal(found[1]?.holes, undefined);
});

test("specks smaller than the question allows are left out, and nothing is painted outside the picture", () => {
  assert.deepEqual(paint(null, [{ x: 150, y: 150 }], 5, true, 400), []);
  assert.deepEqual(paint(null, [{ x: -50, y: 150 }], 5), []);
  const [cut] = paint(null, [{ x: 0, y: 0 }], 20);
  assert.ok(cut);
  sound(cut);
});

test("whatever is scribbled, no outline crosses itself and no hole its outline", () => {
  for (let run = 0; run < 60; run += 1) {
    const line = Array.from({ length: 2 + Math.floor(random() * 20) }, () => ({ x: random() * 420 - 10, y: random() * 320 - 10 }));
    let regions = paint(null, line, 2 + random() * 15);
    regions.forEach(sound);
    const first = regions[0];
    if (!first) continue;
    regions = paint(first, [{ x: random() * 400, y: random() * 300 }, { x: random() * 400, y: random() * 300 }], 2 + random() * 10, false);
    regions.forEach(sound);
  }
});

test("a picture of many pixels is painted in coarser cells, soon enough", () => {
  const big = { width: 8000, height: 6000 };
  const begun = performance.now();
  const [found] = brushed({ points: [[10, 10], [7990, 10], [7990, 5990], [10, 5990]] }, [{ x: 4000, y: 3000 }, { x: 6000, y: 3000 }], 100, false, big, 1) ?? [];
  assert.ok(performance.now() - begun < 3000);
  assert.equal(found?.holes?.length, 1);
});

test("a line of steps becomes straight, and its ends stay", () => {
  const stairs: Ring = [[0, 0], [1, 0], [1, 1], [2, 1], [2, 2], [3, 2], [3, 3], [0, 3]];
  assert.deepEqual(simpler(stairs, 1).length, 3);
  assert.deepEqual(simpler(square, 5), square);
});

test("a hole is cut where there is most room, and goes the other way around when it is filled", () => {
  const hole = roomiest({ points: square });
  assert.ok(hole && fits(square, [hole]));
  const [outline, inner] = wound({ points: square, holes: [hole] });
  assert.notEqual(goesLeft(outline ?? []), goesLeft(inner ?? []));
  assert.equal(roomiest({ points: [[0, 0], [1, 0], [0, 1]] }), null);
});

test("a hole that touches the outline, another or lies within one does not fit", () => {
  const hole = (x: number, y: number, side: number): Ring => [[x, y], [x + side, y], [x + side, y + side], [x, y + side]];
  assert.equal(fits(square, [hole(110, 110, 10), hole(140, 140, 20)]), true);
  assert.equal(fits(square, [hole(100, 110, 10)]), false);
  assert.equal(fits(square, [hole(300, 110, 10)]), false);
  assert.equal(fits(square, [hole(110, 110, 40), hole(120, 120, 5)]), false);
  assert.equal(fits(square, [hole(110, 110, 10), hole(120, 110, 10)]), false);
  assert.deepEqual(withRing({ points: square, holes: [hole(110, 110, 10)] }, 1, null), { points: square });
});
