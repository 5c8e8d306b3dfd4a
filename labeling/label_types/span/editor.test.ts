import assert from "node:assert/strict";
import { test } from "node:test";
import { crossed, extended, gridOf, heldBack, inOrder, lanes, Offsets, quoted, reshaped, snapped, spanAt, walked, wordAt, type Span } from "./spans.ts";

const span = (id: string, start: number, end: number, part = "text"): Span => ({ id, class: 1, part, geometry: { start, end }, attributes: {} });
const text = "Um, the 🌦️ weather, don’t";
const points = [...text];
const grid = gridOf(text);

test("offsets count code points, also behind emoji, and half a pair belongs to its beginning", () => {
  const offsets = new Offsets("a😀b");
  assert.equal(offsets.points, 3);
  assert.deepEqual([0, 1, 2, 3].map((at) => offsets.toUnits(at)), [0, 1, 3, 4]);
  assert.deepEqual([0, 1, 2, 3, 4].map((at) => offsets.toPoints(at)), [0, 1, 1, 2, 3]);
});

test("without pairs a code point is a unit", () => {
  const offsets = new Offsets("añ天");
  assert.equal(offsets.points, 3);
  assert.deepEqual([offsets.toUnits(2), offsets.toPoints(2), offsets.toUnits(9)], [2, 2, 3]);
});

test("every boundary in the grid is a code point of the text", () => {
  assert.equal(grid.points, points.length);
  assert.deepEqual(grid.words.map(({ start, end }) => points.slice(start, end).join("")), ["Um", "the", "weather", "don’t"]);
  assert.equal(grid.steps.includes(9), false, "an emoji of two code points is one step");
});

test("the caret walks from word to word and stops at both ends", () => {
  assert.equal(walked(grid, 0, 1, true), 4);
  assert.equal(walked(grid, 4, 1, true), 11);
  assert.equal(walked(grid, 5, -1, true), 4);
  assert.equal(walked(grid, 20, 1, true), grid.points);
  assert.equal(walked(grid, 0, -1, true), 0);
  assert.equal(walked(grid, 8, 1, false), 10);
  assert.equal(walked(grid, 10, -1, false), 8);
});

test("a selection grows to the ends of words and shrinks back to where it began", () => {
  assert.equal(extended(grid, 4, 4, 1, true), 7);
  assert.equal(extended(grid, 4, 7, 1, true), 18);
  assert.equal(extended(grid, 4, 18, -1, true), 7);
  assert.equal(extended(grid, 4, 7, -1, true), 4);
  assert.equal(extended(grid, 4, 4, -1, true), 0);
  assert.equal(extended(grid, 4, 0, 1, true), 4);
});

test("a span's end and start move by words, and never past each other", () => {
  assert.deepEqual(reshaped(grid, { start: 4, end: 7 }, "end", 1, true), { start: 4, end: 18 });
  assert.deepEqual(reshaped(grid, { start: 4, end: 7 }, "end", -1, true), { start: 4, end: 7 });
  assert.deepEqual(reshaped(grid, { start: 4, end: 18 }, "start", 1, true), { start: 11, end: 18 });
  assert.deepEqual(reshaped(grid, { start: 4, end: 18 }, "start", -1, true), { start: 0, end: 18 });
  assert.deepEqual(reshaped(grid, { start: 4, end: 7 }, "end", -1, false), { start: 4, end: 6 });
});

test("a selection loses the blanks around it and is widened to whole words", () => {
  assert.deepEqual(snapped(grid, points, { start: 3, end: 6 }, true), { start: 4, end: 7 });
  assert.deepEqual(snapped(grid, points, { start: 6, end: 3 }, true), { start: 4, end: 7 });
  assert.deepEqual(snapped(grid, points, { start: 5, end: 13 }, true), { start: 4, end: 18 });
  assert.deepEqual(snapped(grid, points, { start: 5, end: 8 }, false), { start: 5, end: 7 });
  assert.deepEqual(snapped(grid, points, { start: 2, end: 3 }, true), { start: 2, end: 3 }, "a comma alone stays one");
  assert.equal(snapped(grid, points, { start: 3, end: 4 }, true), null);
});

test("the word at a place is the one that holds it or ends there", () => {
  assert.deepEqual(wordAt(grid, 5), { start: 4, end: 7 });
  assert.deepEqual(wordAt(grid, 7), { start: 4, end: 7 });
  assert.equal(wordAt(grid, 9), null);
});

test("overlapping spans get lanes of their own, the shorter one nearer to the text", () => {
  const found = lanes([span("long", 0, 10), span("short", 2, 4), span("apart", 12, 14), span("other part", 2, 4, "reply")]);
  assert.deepEqual([found.get("short"), found.get("long"), found.get("apart"), found.get("other part")], [0, 1, 0, 0]);
});

test("spans that only touch do not overlap", () => {
  const spans = [span("a", 0, 4), span("b", 4, 8)];
  assert.deepEqual(crossed(spans, "text", { start: 4, end: 8 }, "b"), []);
  assert.deepEqual(crossed(spans, "text", { start: 3, end: 5 }).map(({ id }) => id), ["a", "b"]);
  assert.deepEqual(crossed(spans, "reply", { start: 3, end: 5 }), []);
});

test("a boundary stops where the neighbor begins", () => {
  const [a, b] = [span("a", 0, 4), span("b", 6, 8)];
  assert.deepEqual(heldBack([a, b], a, { start: 0, end: 7 }), { start: 0, end: 6 });
  assert.deepEqual(heldBack([a, b], b, { start: 3, end: 8 }), { start: 4, end: 8 });
});

test("a click reaches the shortest span under it", () => {
  const spans = [span("short", 2, 4), span("long", 0, 10)];
  assert.equal(spanAt(spans, "text", 3)?.id, "short");
  assert.equal(spanAt(spans, "text", 4)?.id, "long");
  assert.equal(spanAt(spans, "text", 10), null);
});

test("spans are kept in reading order", () => {
  const spans = inOrder([span("c", 0, 2, "reply"), span("b", 5, 7), span("a", 0, 9)], ["text", "reply"]);
  assert.deepEqual(spans.map(({ id }) => id), ["a", "b", "c"]);
});

test("a long quote is shortened in the middle by characters, not by halves of them", () => {
  assert.equal(quoted([..."a\n b"], { start: 0, end: 4 }), "a b");
  assert.equal(quoted([..."😀".repeat(100)], { start: 0, end: 100 }, 20), `${"😀".repeat(8)}…${"😀".repeat(10)}`);
});
