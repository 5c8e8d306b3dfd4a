import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOf, fieldsOf, filledOf, labelOf, typed, withField, type Field } from "./fields.ts";

const amount: Field = { name: "amount_due", kind: "number", min: 0, max: 100 };
const due: Field = { name: "due", kind: "date", min: "2026-01-01", required: false };
const note: Field = { name: "note", kind: "text", max_length: 5 };

test("without declared fields a record is one line of text", () => {
  assert.deepEqual(fieldsOf({}), [{ name: "text", kind: "text" }]);
  assert.deepEqual(fieldsOf({ fields: [amount] }), [amount]);
});

test("a field is called by its label, or by its name in words", () => {
  assert.equal(labelOf(amount), "amount due");
  assert.equal(labelOf({ ...amount, label: "Amount in €" }), "Amount in €");
});

test("stored fields are read back, and nonsense is none", () => {
  assert.deepEqual(filledOf({ fields: { due: "2026-03-12" } }), { due: "2026-03-12" });
  for (const nonsense of [undefined, null, 3, { fields: [1] }, { fields: null }, { class: 1 }]) assert.deepEqual(filledOf(nonsense), {});
});

test("a field is set, changed and emptied, and an emptied form is no answer", () => {
  assert.deepEqual(withField({}, "paid", false), { fields: { paid: false } });
  assert.deepEqual(withField({ paid: false, note: "a" }, "paid", undefined), { fields: { note: "a" } });
  assert.equal(withField({ note: "a" }, "note", undefined), undefined);
});

test("numbers are read with a point or a comma, and what is none is kept to be told about", () => {
  assert.equal(typed(amount, " 12,5 "), 12.5);
  assert.equal(typed(amount, "-0.25"), -0.25);
  assert.equal(typed(amount, "12 or 13"), "12 or 13");
  assert.equal(typed(amount, "  "), undefined);
  assert.equal(typed(note, "a b "), "a b ");
});

test("each fault is told for what it is", () => {
  assert.deepEqual(faultOf(amount, undefined), { why: "needed" });
  assert.equal(faultOf(due, undefined), null);
  assert.deepEqual(faultOf(amount, "12 or 13"), { why: "no_number" });
  assert.deepEqual(faultOf({ ...amount, whole: true }, 1.5), { why: "no_whole" });
  assert.deepEqual(faultOf(amount, -1), { why: "least", limit: 0 });
  assert.deepEqual(faultOf(amount, 101), { why: "most", limit: 100 });
  assert.deepEqual(faultOf(due, "2025-12-31"), { why: "least", limit: "2026-01-01" });
  assert.equal(faultOf(due, "2026-01-01"), null);
  assert.deepEqual(faultOf(note, "too long"), { why: "length" });
  assert.equal(faultOf(amount, 0), null);
});
