import assert from "node:assert/strict";
import { test } from "node:test";
import { assignClassKeys, belongsToControl, chordOf, conflicts, isTyping } from "./hotkeys.ts";
import type { Binding, Question } from "./types.ts";

const press = (key: string, held: Partial<Record<"ctrlKey" | "metaKey" | "altKey" | "shiftKey", boolean>> = {}) =>
  chordOf({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

function question(key: string, hotkeys: readonly (string | undefined)[]): Question {
  const classes = hotkeys.map((hotkey, index) => ({ code: index + 1, name: `${key} ${index + 1}`, ...(hotkey ? { hotkey } : {}) }));
  return { key, prompt: key, label_type: "any", required: true, spec: { classes } };
}

test("a chord has one spelling, whatever the platform or the case", () => {
  assert.equal(press("Z", { ctrlKey: true }), "Ctrl+z");
  assert.equal(press("z", { metaKey: true }), "Ctrl+z");
  assert.equal(press("Z", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+z");
  assert.equal(press("S", { shiftKey: true }), "s");
  assert.equal(press("?", { shiftKey: true }), "?");
  assert.equal(press("Tab", { shiftKey: true }), "Shift+Tab");
  assert.equal(press("ArrowLeft", { altKey: true, shiftKey: true }), "Alt+Shift+ArrowLeft");
  assert.equal(press(" "), "Space");
});

test("classes of the first question take digits, those of the second letters", () => {
  const keys = assignClassKeys([question("a", [undefined, undefined]), question("b", [undefined, undefined])], new Set("s"));
  assert.deepEqual([...(keys.get("a") ?? [])], [[1, "1"], [2, "2"]]);
  assert.deepEqual([...(keys.get("b") ?? [])], [[1, "q"], [2, "w"]]);
});

test("a question without classes leaves the digits to the next one", () => {
  const keys = assignClassKeys([question("said", []), question("mood", [undefined])], new Set("s"));
  assert.deepEqual([...(keys.get("mood") ?? [])], [[1, "1"]]);
});

test("a class gets the key it asks for, unless the page or another class has it", () => {
  const keys = assignClassKeys([question("a", ["x", "s", "X", undefined])], new Set("s"));
  assert.deepEqual([...(keys.get("a") ?? [])].sort(), [[1, "x"], [2, "1"], [3, "2"], [4, "3"]]);
});

test("no key is given twice, and classes beyond the keys have none", () => {
  const keys = assignClassKeys([question("a", Array.from({ length: 12 })), question("b", ["1", "q"])], new Set("0"));
  const given = [...keys.values()].flatMap((own) => [...own.values()]);
  assert.equal(new Set(given).size, given.length);
  assert.equal(keys.get("a")?.size, 8);
});

test("a chord claimed twice is found, with who claims it", () => {
  const bind = (chord: string, says: string): Binding => ({ chord, says, run: () => undefined });
  assert.deepEqual([...conflicts([bind("s", "skip"), bind("f", "flag"), bind("s", "scratch")])], [["s", ["skip", "scratch"]]]);
});

test("keys rest while somebody writes", () => {
  assert.equal(isTyping({ tagName: "TEXTAREA" }), true);
  assert.equal(isTyping({ tagName: "INPUT", type: "text" }), true);
  assert.equal(isTyping({ tagName: "DIV", isContentEditable: true }), true);
  assert.equal(isTyping({ tagName: "INPUT", type: "radio" }), false);
  assert.equal(isTyping({ tagName: "DIV" }), false);
});

test("a focused control keeps the keys it lives by, and no others", () => {
  assert.equal(belongsToControl({ tagName: "BUTTON" }, "Enter"), true);
  assert.equal(belongsToControl({ tagName: "BUTTON" }, "1"), false);
  assert.equal(belongsToControl({ tagName: "INPUT", type: "radio" }, "ArrowDown"), true);
  assert.equal(belongsToControl({ tagName: "INPUT", type: "radio" }, "Enter"), false);
  assert.equal(belongsToControl({ tagName: "INPUT", type: "range" }, "ArrowLeft"), true);
});
