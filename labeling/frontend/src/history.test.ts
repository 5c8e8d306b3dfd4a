import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "./history.ts";

test("undo and redo walk the states one by one", () => {
  const history = new History("a");
  history.push("b");
  history.push("c");
  assert.equal(history.undo(), "b");
  assert.equal(history.undo(), "a");
  assert.equal(history.undo(), null);
  assert.equal(history.redo(), "b");
  assert.equal(history.redo(), "c");
  assert.equal(history.redo(), null);
});

test("a new state ends what could be redone", () => {
  const history = new History(1);
  history.push(2);
  history.undo();
  history.push(3);
  assert.equal(history.canRedo, false);
  assert.equal(history.undo(), 1);
});

test("the state already shown is not recorded twice", () => {
  const state = { elements: [] };
  const history = new History<object>(state);
  history.push(state);
  assert.equal(history.canUndo, false);
});

test("a state that is amended takes the place of the one before it", () => {
  const history = new History("");
  history.amend("u");
  history.amend("um");
  history.push("um, the");
  assert.equal(history.undo(), "um");
  history.amend("um...");
  assert.equal(history.canRedo, false);
  assert.equal(history.undo(), "");
});

test("the oldest states go when there are too many", () => {
  const history = new History(0, 3);
  for (let state = 1; state <= 5; state += 1) history.push(state);
  assert.equal(history.undo(), 4);
  assert.equal(history.undo(), 3);
  assert.equal(history.undo(), null);
});
