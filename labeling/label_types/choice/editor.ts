import { t } from "../../frontend/src/messages.ts";
import { only, PickOne } from "../../frontend/src/pick_one.ts";
import type { EditorModule } from "../../frontend/src/types.ts";

export const draws: EditorModule["draws"] = null;
export const classesIn: EditorModule["classesIn"] = (value) => only(value, "class");
export const paints: EditorModule["paints"] = (code) => ({ class: code });
export const create: EditorModule["create"] = (host) => new PickOne(host, { field: "class", hint: t("one_answer"), list: "opts" });
