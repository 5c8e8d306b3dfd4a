import assert from "node:assert/strict";
import { test } from "node:test";
import { changeable, chordFor, clashOf, readKeymap, settled, useKeymap } from "./keymap.ts";
import type { Binding } from "./types.ts";

const binding = (chord: string, says: string, more: Partial<Binding> = {}): Binding => ({ chord, says, group: "g", run: () => undefined, ...more });
const page = [binding("s", "Skip"), binding("f", "Flag"), binding("n", "New box")];
const shelf = (text: string | null) => ({ length: 0, key: () => null, getItem: () => text, setItem: () => undefined, removeItem: () => undefined });

test("a changed key stands for the page's own", () => {
  useKeymap({ s: "x" });
  assert.equal(chordFor("s"), "x");
  assert.equal(chordFor("f"), "f");
  useKeymap({});
  assert.equal(chordFor("s"), "s");
});

test("a key that something else answers to is a conflict, and one that was freed is none", () => {
  assert.equal(clashOf(page, {}, "s", "n"), "New box");
  assert.equal(clashOf(page, {}, "s", "x"), null);
  assert.equal(clashOf(page, { n: "m" }, "s", "n"), null);
  assert.equal(clashOf(page, { f: "x" }, "s", "x"), "Flag");
  assert.equal(clashOf(page, {}, "s", "s"), null);
});

test("a change made elsewhere that conflicts here is left out and named; what is not here stays", () => {
  assert.deepEqual(settled(page, { s: "n", q: "n" }), { map: { q: "n" }, clashes: ["New box"] });
  assert.deepEqual(settled(page, { s: "f", f: "s" }), { map: { s: "f", f: "s" }, clashes: [] });
});

test("rows of arrows, Tab and Escape stay as they are", () => {
  assert.equal(changeable(binding("s", "Skip")), true);
  assert.equal(changeable(binding("Ctrl+z", "Undo", { shows: ["Ctrl", "Z"] })), true);
  for (const chord of ["ArrowLeft", "Shift+ArrowLeft", "Tab", "Escape", "Alt+"]) assert.equal(changeable(binding(chord, "x")), false);
  assert.equal(changeable(binding(".", "Next corner", { shows: [",", "."] })), false);
});

test("what is kept is read back, and nonsense is no map", () => {
  assert.deepEqual(readKeymap(shelf('{"s":"x","n":3}'), "k"), { s: "x" });
  for (const text of [null, "", "{", "null", "3"]) assert.deepEqual(readKeymap(shelf(text), "k"), {});
});
