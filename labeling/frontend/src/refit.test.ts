import assert from "node:assert/strict";
import { test } from "node:test";
import { goneClasses, refitted, type ModuleOf } from "./refit.ts";
import type { Json, Question } from "./types.ts";

const question = (key: string, label_type: string, codes: number[]): Question => ({ key, prompt: key, label_type, required: true, spec: { classes: codes.map((code) => ({ code, name: `${code}` })) } });
const codes = (value: Json | undefined): readonly number[] => (Array.isArray(value) ? (value as number[]) : []);
const modules: ModuleOf = ({ label_type }) => ({ draws: label_type === "drawn" ? "image" : null, classesIn: codes, ...(label_type === "many" ? { keep: (value: Json | undefined, gone: ReadonlySet<number>) => codes(value).filter((code) => !gone.has(code)) } : {}) });

test("what the questions still ask is kept as it was", () => {
  const questions = [question("a", "drawn", [1, 2]), question("b", "one", [1])];
  const answers = { a: [2, 1], b: [1] };
  assert.deepEqual(refitted(questions, answers, modules), { answers, about: [], left: [] });
});

test("a drawing keeps what has a class that is gone; of a choice the classes still there are kept", () => {
  const questions = [question("a", "drawn", [1]), question("b", "many", [1, 3]), question("c", "one", [1])];
  assert.deepEqual(refitted(questions, { a: [2, 1], b: [2, 3], c: [2] }, modules), { answers: { a: [2, 1], b: [3] }, about: ["a", "b", "c"], left: [] });
  assert.deepEqual(goneClasses(questions[0] as Question, [2, 1], modules), [2]);
});

test("an answer to a question that is not asked any more stays behind", () => {
  assert.deepEqual(refitted([question("a", "one", [1])], { a: [1], gone: [1] }, modules), { answers: { a: [1] }, about: [], left: ["gone"] });
});

test("a question without classes has none to miss", () => {
  const written = { ...question("a", "one", []), spec: {} };
  assert.deepEqual(refitted([written], { a: [7] }, modules).about, []);
});
