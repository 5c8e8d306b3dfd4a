import assert from "node:assert/strict";
import { test } from "node:test";
import { breaches, conventionsOf, kept, lengthOf, mended, textOf, typed } from "./text.ts";

const house = [
  { write: "Um,", not: ["Um...", "Um"], because: "Filled pauses end in a comma." },
  { write: "okay", not: ["ok", "O.K."] },
  { write: "I", not: ["i"] },
  { write: "[unclear]", not: ["???"] },
];
const seen = (text: string) => breaches(text, house).map(({ at, found, write }) => [at, found, write]);

test("a stored text is read back, and nonsense is none", () => {
  assert.equal(textOf({ text: "" }), "");
  for (const nonsense of [undefined, null, "text", { text: 3 }, [1], { class: 1 }]) assert.equal(textOf(nonsense), null);
});

test("blanks and how letters are composed do not count, as on the server", () => {
  assert.equal(kept(" cafe\u0301 \n au  lait "), "café au lait");
  assert.equal(lengthOf(" 👍\u3000ok "), 4);
});

test("an emptied field is no answer", () => {
  assert.equal(typed("  \n"), undefined);
  assert.deepEqual(typed("a "), { text: "a " });
});

test("what is written otherwise than agreed is found, the longest form first", () => {
  assert.deepEqual(seen("Um... the weather"), [[0, "Um...", "Um,"]]);
  assert.deepEqual(seen("well um the"), [[5, "um", "um,"]]);
});

test("what is written as agreed is left alone", () => {
  assert.deepEqual(seen("Um, okay, I see. Okay."), []);
});

test("a form inside another word is none", () => {
  assert.deepEqual(seen("Umbrella, broke, in, album"), []);
});

test("a convention about case alone sees only the wrong case", () => {
  assert.deepEqual(seen("i think I do"), [[0, "i", "I"]]);
});

test("signs are found next to words, and every breach is told in reading order", () => {
  assert.deepEqual(seen("O.K. the ??? came, ok"), [[0, "O.K.", "okay"], [9, "???", "[unclear]"], [19, "ok", "okay"]]);
});

test("mending changes that place only", () => {
  const text = "Um... ok, Um...";
  const [first] = breaches(text, house);
  assert.ok(first);
  assert.equal(mended(text, first), "Um, ok, Um...");
});

test("settings that hold no conventions give none", () => {
  assert.deepEqual(conventionsOf(undefined), []);
  assert.deepEqual(conventionsOf([{ write: 3, not: [] }, null, { write: "a", not: ["b"] }]), [{ write: "a", not: ["b"] }]);
});
