import { t } from "../../frontend/src/messages.ts";
import { Unanswerable } from "../../frontend/src/unanswerable.ts";
import type { EditorModule, Json } from "../../frontend/src/types.ts";
import { SpanEditor } from "./span_editor.ts";

export const draws: EditorModule["draws"] = "text";
export const blank: Json = { elements: [] };
export { classesIn } from "../../frontend/src/elements.ts";
export const create: EditorModule["create"] = (host) => (host.texts.length > 0 ? new SpanEditor(host) : new Unanswerable(host, t("no_text", { name: host.question.prompt })));
