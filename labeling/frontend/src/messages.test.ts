import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { english, t, useTexts } from "./messages.ts";

test("the page brings every text for translation, in the same words", () => {
  const template = readFileSync("labeling/templates/labeling/label_texts.html", "utf8");
  const brought = Object.fromEntries([...template.matchAll(/data-text="(\w+)">\{% translate "([^"]*)" %\}</g)].map((found) => [found[1], found[2]]));
  assert.deepEqual(brought, { ...english });
});

test("holes are filled, and a translation stands in for the English", () => {
  assert.equal(t("n_of_total", { n: 3, total: 9 }), "3 of 9");
  useTexts({ n_of_total: "{n} von {total}", skip: "" });
  assert.equal(t("n_of_total", { n: 3, total: 9 }), "3 von 9");
  assert.equal(t("skip"), "Skip");
});
