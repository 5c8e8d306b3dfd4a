import { postJson, type Posted } from "./api.ts";
import { ask } from "./dialogs.ts";
import { h } from "./dom.ts";
import { t } from "./messages.ts";
import type { Answers, DeskConfig, SkipReason } from "./types.ts";

/** Asks for the reason of a correction and sends both; null where the reviewer would rather go on. */
export async function sendCorrection(review: NonNullable<DeskConfig["review"]>, answers: Answers): Promise<Posted | null> {
  const reason = h("textarea", { class: "input", id: "review-reason", maxlength: "2000", required: true, rows: "3" });
  const said = await ask(t("review_title"), [h("div", { class: "field" }, h("label", { for: "review-reason" }, t("review_reason")), reason)], t("review_send"), reason);
  if (!said) return null;
  return postJson(review.url, { verdict: "corrected", reason: reason.value.trim(), answers });
}

/** Marks the task for a reviewer and leaves it on the desk; null where nothing was marked. */
export async function sendFlag(url: string, kinds: readonly SkipReason[]): Promise<Posted | null> {
  const radios = kinds.map((kind, index) => {
    const input = h("input", { type: "radio", name: "flag", value: kind.key, required: true });
    input.checked = index === 0;
    return { input, row: h("label", { class: "option" }, input, h("span", { class: "grow" }, kind.label)) };
  });
  const comment = h("textarea", { class: "input", id: "flag-comment", maxlength: "500" });
  const body = h(
    "div",
    { class: "stack stack-4" },
    h("p", { class: "sm muted" }, t("flag_text")),
    h("div", { class: "reasons", role: "radiogroup", "aria-label": t("flag") }, ...radios.map(({ row }) => row)),
    h("div", { class: "field" }, h("label", { for: "flag-comment" }, t("comment")), comment),
  );
  const said = await ask(t("flag"), [body], t("flag_send"), radios[0]?.input);
  const kind = radios.find(({ input }) => input.checked)?.input.value;
  if (!said || kind === undefined) return null;
  return postJson(url, { kind, comment: comment.value.trim() });
}
