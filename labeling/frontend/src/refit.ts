/** Work that was begun before the questions changed, as they can take it now. */
import type { Answers, EditorModule, Json, Question } from "./types.ts";

export type ModuleOf = (question: Question) => Pick<EditorModule, "draws" | "classesIn" | "keep"> | null | undefined;

/** The classes an answer names that its question no longer has. */
export function goneClasses(question: Question, value: Json | undefined, moduleOf: ModuleOf): readonly number[] {
  const known = new Set(question.spec.classes?.map(({ code }) => code));
  return known.size === 0 ? [] : (moduleOf(question)?.classesIn?.(value) ?? []).filter((code) => !known.has(code));
}

/**
 * What was drawn or marked is kept, to be given another class; of what was chosen, the classes still there. Answers to
 * questions that are not asked any more stay behind. `about`: the questions whose answer lost something.
 */
export function refitted(questions: readonly Question[], answers: Answers, moduleOf: ModuleOf): { readonly answers: Answers; readonly about: readonly string[]; readonly left: readonly string[] } {
  const asked = new Map(questions.map((question) => [question.key, question]));
  const about: string[] = [];
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(answers)) {
    const question = asked.get(key);
    if (!question) continue;
    const gone = new Set(goneClasses(question, value, moduleOf));
    if (gone.size > 0) about.push(key);
    const module = moduleOf(question);
    const now = gone.size === 0 || module?.draws ? value : module?.keep?.(value, gone);
    if (now !== undefined) kept[key] = now;
  }
  return { answers: kept, about, left: Object.keys(answers).filter((key) => !asked.has(key)) };
}
