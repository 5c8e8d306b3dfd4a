import assert from "node:assert/strict";
import { test } from "node:test";
import type { Span } from "../span/spans.ts";
import { allows, attached, closesCircle, heights, linksOf, pieces, relationsOf, twinOf, type Link, type Piece } from "./links.ts";

const classes = [{ code: 1, name: "Person" }, { code: 2, name: "Company" }];
const link = (id: string, from: string, to: string, relation = "owns"): Link => ({ id, relation, from, to });
const span = (id: string): Span => ({ id, class: 1, part: "text", geometry: { start: 0, end: 1 }, attributes: {} });
const page = { left: 0, right: 500, backward: false };

test("relations name their classes by name or code, and none named is one that points nowhere", () => {
  const [works] = relationsOf({ classes, relations: [{ name: " works  for ", from: ["person"], to: [2] }] });
  assert.ok(works);
  assert.equal(works.name, "works for");
  assert.equal(allows(works, 1, 2), true);
  assert.equal(allows(works, 2, 1), false);
  const [only] = relationsOf({ classes });
  assert.deepEqual([only?.name, only?.symmetric], ["related", true]);
});

test("a symmetric relation takes its classes either way", () => {
  const [meets] = relationsOf({ classes, relations: [{ name: "meets", from: [1], to: [2], symmetric: true }] });
  assert.ok(meets);
  assert.deepEqual([allows(meets, 2, 1), allows(meets, 1, 1)], [true, false]);
});

test("a link that says the same is found, turned around only where the relation points nowhere", () => {
  const links = [link("a", "x", "y")];
  assert.equal(twinOf(links, link("b", "x", "y"), false)?.id, "a");
  assert.equal(twinOf(links, link("b", "y", "x"), false), null);
  assert.equal(twinOf(links, link("b", "y", "x"), true)?.id, "a");
  assert.equal(twinOf(links, link("a", "x", "y"), false), null, "not itself");
});

test("a circle is closed by links of one relation only, also over a chain", () => {
  const chain = [link("a", "x", "y"), link("b", "y", "z")];
  assert.equal(closesCircle(chain, link("c", "z", "x")), true);
  assert.equal(closesCircle(chain, link("c", "z", "x", "knows")), false);
  assert.equal(closesCircle(chain, link("c", "x", "z")), false);
  assert.equal(closesCircle([...chain, link("c", "z", "y")], link("d", "w", "x")), false, "a circle elsewhere ends the search");
});

test("links go with their spans, and nothing changes where all are there", () => {
  const links = [link("a", "x", "y"), link("b", "y", "z")];
  assert.equal(attached(links, ["x", "y", "z"].map(span)), links);
  assert.deepEqual(attached(links, ["x", "y"].map(span)).map(({ id }) => id), ["a"]);
});

test("nonsense has no links", () => {
  for (const value of [undefined, null, 3, [], {}, { links: 3 }]) assert.deepEqual(linksOf(value), []);
});

test("a link between lines of text goes to the end of the upper and from the beginning of the lower", () => {
  const [upper, lower] = pieces("l", { row: 0, x: 100 }, { row: 2, x: 50 }, page);
  assert.deepEqual([upper?.x0, upper?.x1, upper?.to], [100, 500, null]);
  assert.deepEqual([lower?.x0, lower?.x1, lower?.from], [0, 50, null]);
  const [below, above] = pieces("l", { row: 2, x: 50 }, { row: 0, x: 100 }, page);
  assert.deepEqual([below?.row, below?.x0, above?.x1], [2, 0, 500], "upward it is the same lines");
  const [first] = pieces("l", { row: 0, x: 100 }, { row: 1, x: 50 }, { ...page, backward: true });
  assert.deepEqual([first?.x0, first?.x1], [0, 100], "from right to left a line ends at its left");
});

test("links that lie over each other run at heights of their own, with room for their names", () => {
  const piece = (id: string, x0: number, x1: number, row = 0): Piece => ({ id, row, x0, x1, from: x0, to: x1 });
  const all = [piece("long", 0, 400), piece("short", 100, 200), piece("apart", 410, 480), piece("below", 0, 400, 1)];
  const found = heights(all, () => 10, 8);
  assert.deepEqual(all.map((one) => found.get(one)), [1, 0, 0, 0]);
  const named = heights([piece("a", 100, 110), piece("b", 130, 140)], () => 60, 8);
  assert.deepEqual([...named.values()].sort(), [0, 1], "short links with long names");
  assert.equal(Math.max(...heights(Array.from({ length: 20 }, (_, at) => piece(`${at}`, 0, 400)), () => 10, 8).values()), 7);
});
