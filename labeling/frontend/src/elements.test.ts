import assert from "node:assert/strict";
import { test } from "node:test";
import { asValue, elementsOf, neighbor, replaced, type Element } from "./elements.ts";

const element = (id: string, geometry = 0): Element<number> => ({ id, class: 1, part: "image", geometry, attributes: {} });

test("Tab walks the elements in order and leaves at either end", () => {
  const elements = [element("a"), element("b")];
  assert.equal(neighbor(elements, null, 1)?.id, "a");
  assert.equal(neighbor(elements, "a", 1)?.id, "b");
  assert.equal(neighbor(elements, "b", 1), null);
  assert.equal(neighbor(elements, null, -1)?.id, "b");
  assert.equal(neighbor([], null, 1), null);
});

test("ids, attributes and neighbors stay as they were through an edit", () => {
  const elements = [{ ...element("a"), attributes: { felt: true } }, element("b")];
  const after = replaced(elements, { ...elements[0]!, geometry: 3 });
  assert.deepEqual(after.map(({ id }) => id), ["a", "b"]);
  assert.deepEqual(after[0]?.attributes, { felt: true });
  assert.equal(after[1], elements[1]);
});

test("a stored answer goes through an editor unchanged, and nonsense has no elements", () => {
  const value = { elements: [{ id: "e1", class: 1, part: "image", geometry: { x0: 10.5, y0: 3, x1: 40, y1: 22 }, attributes: {} }] };
  assert.deepEqual(asValue(elementsOf(value)), value);
  for (const nonsense of [undefined, null, 3, { class: 3 }, { classes: [1] }, { elements: 4 }]) assert.deepEqual(elementsOf(nonsense), []);
});
