/** Which questions are asked at all: always, or only where another answer names one of some classes. */
import type { Answers, Json, Question } from "./types.ts";

/** The classes an answer names, by its question's key. */
export type Named = (question: Question, value: Json | undefined) => readonly number[];

/** The keys of the questions that are not asked after these answers; one that waits for such a question is not asked either. */
export function unasked(questions: readonly Question[], answers: Answers, named: Named): ReadonlySet<string> {
  const left = new Set<string>();
  for (const question of questions) {
    const { question: key, classes = [] } = question.shown_if ?? {};
    const decides = questions.find((one) => one.key === key);
    if (!decides) continue;
    const given = left.has(decides.key) ? [] : named(decides, answers[decides.key]);
    if (!given.some((code) => classes.includes(code))) left.add(question.key);
  }
  return left;
}

/** The answers without those to questions that are not asked. */
export function without(answers: Answers, left: ReadonlySet<string>): Answers {
  return left.size === 0 ? answers : Object.fromEntries(Object.entries(answers).filter(([key]) => !left.has(key)));
}
