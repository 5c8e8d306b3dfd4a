import assert from "node:assert/strict";
import { test } from "node:test";
import { unasked, without } from "./conditions.ts";
import type { Json, Question } from "./types.ts";

const question = (key: string, after?: string, classes: number[] = [1]): Question => ({
  key, prompt: key, label_type: "choice", required: true, spec: {}, ...(after ? { shown_if: { question: after, classes } } : {}),
});
const named = (_: Question, value: Json | undefined): readonly number[] => (Array.isArray(value) ? (value as number[]) : []);

test("a question waits for the answer that asks for it", () => {
  const questions = [question("damaged"), question("where", "damaged", [2, 3])];
  assert.deepEqual([...unasked(questions, {}, named)], ["where"]);
  assert.deepEqual([...unasked(questions, { damaged: [1] }, named)], ["where"]);
  assert.deepEqual([...unasked(questions, { damaged: [1, 3] }, named)], []);
});

test("what waits for a question that is not asked is not asked either, whatever was answered before", () => {
  const questions = [question("a"), question("b", "a"), question("c", "b")];
  const answers = { a: [2], b: [1], c: [1] };
  assert.deepEqual([...unasked(questions, answers, named)], ["b", "c"]);
  assert.deepEqual(without(answers, unasked(questions, answers, named)), { a: [2] });
});

test("a question that waits for none of those shown is asked", () => {
  assert.deepEqual([...unasked([question("b", "a")], {}, named)], []);
});
