import assert from "node:assert/strict";
import { test } from "node:test";
import { GridState } from "./grid_state.ts";

function grid(count: number): GridState {
  const state = new GridState();
  state.setTasks(Array.from({ length: count }, (_, index) => 10 + index));
  return state;
}

test("a key paints the tile under the cursor, and the next one without a class is next", () => {
  const state = grid(4);
  state.paint([11], 2);
  state.paint(state.meant, 1);
  state.advance();
  assert.deepEqual([...state.painted], [[10, 1], [11, 2]]);
  assert.equal(state.current, 12);
});

test("a range grows and shrinks around where it began", () => {
  const state = grid(6);
  state.move(2, false);
  state.move(4, true);
  assert.deepEqual(state.meant, [12, 13, 14]);
  state.move(1, true);
  assert.deepEqual(state.meant, [11, 12]);
});

test("a range that is painted is undone as one step", () => {
  const state = grid(3);
  state.choose("all");
  assert.equal(state.paint(state.meant, 3), true);
  assert.equal(state.paint(state.meant, 3), false);
  assert.equal(state.undo(), true);
  assert.equal(state.painted.size, 0);
  assert.equal(state.redo(), true);
  assert.equal(state.painted.size, 3);
});

test("the rest is what has no class yet", () => {
  const state = grid(4);
  state.paint([11], 1);
  state.choose("rest");
  assert.deepEqual(state.meant, [10, 12, 13]);
});

test("tiles that were sent are gone, and undo brings none of them back", () => {
  const state = grid(3);
  state.paint([10, 11], 1);
  state.setTasks([12, 20]);
  state.undo();
  state.redo();
  assert.deepEqual([...state.painted], []);
  assert.equal(state.current, 12);
});

test("chosen tiles are taken and let go one by one", () => {
  const state = grid(3);
  state.toggle(0);
  state.toggle(2);
  state.toggle(0);
  assert.deepEqual(state.meant, [12]);
});
