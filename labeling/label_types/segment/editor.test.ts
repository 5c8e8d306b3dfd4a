import assert from "node:assert/strict";
import { test } from "node:test";
import { fitted, held, inOrder, rows, saidIn, saying, seeing, segmentAt, shifted, withEnd, zoomed, type Segment } from "./segments.ts";

const segment = (id: string, start: number, end: number, part = "sound"): Segment => ({ id, class: 1, part, geometry: { start, end }, attributes: {} });

test("segments are kept by time, part by part", () => {
  const found = inOrder([segment("c", 0, 5, "right"), segment("b", 10, 20), segment("a", 0, 30)], ["sound", "right"]);
  assert.deepEqual(found.map(({ id }) => id), ["a", "b", "c"]);
});

test("those who speak at once get rows of their own, and a row is used again", () => {
  const found = rows([segment("a", 0, 10), segment("b", 5, 15), segment("c", 10, 12), segment("d", 11, 20)]);
  assert.deepEqual([...found], [["a", 0], ["b", 1], ["c", 0], ["d", 2]]);
});

test("a new segment stops where another begins", () => {
  const all = [segment("a", 0, 100), segment("b", 200, 300)];
  assert.deepEqual(fitted(all, "sound", { start: 120, end: 250 }, 120), { start: 120, end: 200 });
  assert.deepEqual(fitted(all, "sound", { start: 50, end: 180 }, 180), { start: 100, end: 180 });
  assert.equal(fitted(all, "sound", { start: 50, end: 180 }, 50), null);
  assert.deepEqual(fitted(all, "right", { start: 50, end: 180 }, 50), { start: 50, end: 180 });
});

test("a segment that changes does not stand in its own way", () => {
  assert.deepEqual(fitted([segment("a", 0, 100)], "sound", { start: 0, end: 140 }, 0, "a"), { start: 0, end: 140 });
});

test("an end stays inside the sound and after the start", () => {
  assert.deepEqual(withEnd({ start: 10, end: 20 }, "start", 35.4, 100), { start: 19, end: 20 });
  assert.deepEqual(withEnd({ start: 10, end: 20 }, "start", -3, 100), { start: 0, end: 20 });
  assert.deepEqual(withEnd({ start: 10, end: 20 }, "end", 500, 100), { start: 10, end: 100 });
  assert.deepEqual(withEnd({ start: 10, end: 20 }, "end", 3, 100), { start: 10, end: 11 });
});

test("a moved segment keeps its length at both ends of the sound", () => {
  assert.deepEqual(shifted({ start: 10, end: 20 }, -50, 100), { start: 0, end: 10 });
  assert.deepEqual(shifted({ start: 10, end: 20 }, 500, 100), { start: 90, end: 100 });
});

test("zooming keeps what lies under the hand, within the sound", () => {
  const near = zoomed({ from: 0, span: 10_000 }, 4000, 0.5, 10_000);
  assert.deepEqual(near, { from: 2000, span: 5000 });
  assert.deepEqual(zoomed(near, 4000, 100, 10_000), { from: 0, span: 10_000 });
  assert.equal(zoomed(near, 4000, 1e-6, 10_000).span, 200);
  assert.deepEqual(held({ from: 9000, span: 5000 }, 10_000), { from: 5000, span: 5000 });
});

test("before the sound is there its window is left as it is", () => {
  assert.deepEqual(held({ from: 0, span: 30_000 }, 0), { from: 0, span: 30_000 });
  assert.deepEqual(zoomed({ from: 0, span: 30_000 }, 0, 0.5, 0), { from: 0, span: 30_000 });
});

test("the window moves only if it has to", () => {
  const window = { from: 1000, span: 1000 };
  assert.equal(seeing(window, { start: 1200, end: 1300 }, 10_000), window);
  assert.deepEqual(seeing(window, { start: 2500, end: 2600 }, 10_000), { from: 1680, span: 1000 });
  assert.deepEqual(seeing(window, { start: 500, end: 600 }, 10_000), { from: 420, span: 1000 });
  assert.deepEqual(seeing(window, { start: 4000, end: 9000 }, 10_000), { from: 3920, span: 1000 });
});

test("a click reaches the shortest segment there, or the one of its row", () => {
  const all = [segment("long", 0, 100), segment("short", 40, 60)];
  const rowOf = rows(all);
  assert.equal(segmentAt(all, 50, null, rowOf)?.id, "short");
  assert.equal(segmentAt(all, 50, 0, rowOf)?.id, "long");
  assert.equal(segmentAt(all, 100, null, rowOf), null);
});

test("what is said is kept beside other attributes, and nothing said leaves none", () => {
  const one = { ...segment("a", 0, 1), attributes: { sure: true } };
  assert.deepEqual(saying(one, "hello").attributes, { sure: true, text: "hello" });
  assert.equal(saidIn(saying(one, "hello")), "hello");
  assert.deepEqual(saying(saying(one, "hello"), "").attributes, { sure: true });
});
