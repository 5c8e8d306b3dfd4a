import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { t, useTexts } from "./messages.ts";

test("the page brings every text that the script may show, and no other", () => {
  const template = readFileSync("labeling/templates/labeling/label_texts.html", "utf8");
  const source = readFileSync("labeling/frontend/src/messages.ts", "utf8");
  const brought = [...template.matchAll(/data-text="(\w+)">\{% translate "[^"]+" %\}</g)].map((found) => found[1]);
  const named = [...source.matchAll(/^  \| "(\w+)"/gm)].map((found) => found[1]);
  assert.ok(named.length > 50);
  assert.deepEqual(brought, named);
  assert.equal(template.match(/data-text=/g)?.length, brought.length);
});

test("holes are filled, and a text nobody brought shows its name", () => {
  assert.equal(t("n_of_total", { n: 3, total: 9 }), "n_of_total");
  useTexts({ n_of_total: "{n} of {total}" });
  assert.equal(t("n_of_total", { n: 3, total: 9 }), "3 of 9");
  useTexts({ n_of_total: "{n} von {total}" });
  assert.equal(t("n_of_total", { n: 3, total: 9 }), "3 von 9");
});
