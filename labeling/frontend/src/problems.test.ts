import assert from "node:assert/strict";
import { test } from "node:test";
import { questionOf } from "./problems.ts";
import type { Question } from "./types.ts";

const ask = (key: string): Question => ({ key, prompt: key, label_type: "any", required: true, spec: {} });

test("a field of a server's error is shown at its question", () => {
  const questions = [ask("damage"), ask("damage_kind")];
  assert.equal(questionOf("answers.damage.elements[2].class", questions), "damage");
  assert.equal(questionOf("damage_kind.class", questions), "damage_kind");
  assert.equal(questionOf("answers.damage", questions), "damage");
  assert.equal(questionOf("guideline_version", questions), null);
  assert.equal(questionOf("answers.damages", questions), null);
});
