import { t } from "../../frontend/src/messages.ts";
import { only, PickOne } from "../../frontend/src/pick_one.ts";
import type { EditorModule } from "../../frontend/src/types.ts";

export const draws: EditorModule["draws"] = null;
export const classesIn: EditorModule["classesIn"] = (value) => only(value, "level");
export const paints: EditorModule["paints"] = (code) => ({ level: code });

/** The levels side by side, from the lowest to the highest. */
export const create: EditorModule["create"] = (host) => {
  const many = (host.question.spec.classes ?? []).length > 7;
  return new PickOne(host, { field: "level", hint: t("one_level"), list: many ? "scale many" : "scale" });
};
