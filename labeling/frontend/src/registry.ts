import type { EditorModule } from "./types.ts";

/** Every label type's editor, by the name the server uses. The only place in the shell that names one. */
export const editors: Readonly<Record<string, () => Promise<EditorModule>>> = {
  box: () => import("../../label_types/box/editor.ts"),
  choice: () => import("../../label_types/choice/editor.ts"),
  choices: () => import("../../label_types/choices/editor.ts"),
  pairwise: () => import("../../label_types/pairwise/editor.ts"),
  keypoint: () => import("../../label_types/keypoint/editor.ts"),
  polygon: () => import("../../label_types/polygon/editor.ts"),
  rating: () => import("../../label_types/rating/editor.ts"),
  record: () => import("../../label_types/record/editor.ts"),
  relation: () => import("../../label_types/relation/editor.ts"),
  segment: () => import("../../label_types/segment/editor.ts"),
  span: () => import("../../label_types/span/editor.ts"),
  transcript: () => import("../../label_types/transcript/editor.ts"),
};
