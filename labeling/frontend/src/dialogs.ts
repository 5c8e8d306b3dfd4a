import { h, icon, kbd, printed } from "./dom.ts";
import { chordOf } from "./hotkeys.ts";
import { changeable, clashOf, type Keymap } from "./keymap.ts";
import { t } from "./messages.ts";
import type { Binding, Json, SkipReason } from "./types.ts";

/** A modal dialog that removes itself, and says whether it ended with its main button. */
export function open(title: string, body: readonly (Node | string)[], footer: readonly Node[], classes = ""): { dialog: HTMLDialogElement; ended: Promise<boolean> } {
  const id = "dialog-title";
  const close = h("button", { type: "button", class: "btn quiet icon-only", "aria-label": t("close") }, icon("close"));
  const form = h("form", { method: "dialog" }, h("div", { class: "body" }, ...body), h("footer", {}, ...footer));
  const dialog = h("dialog", { class: `over ${classes}`.trim(), "aria-labelledby": id }, h("header", {}, h("h2", { id }, title), close), form);
  close.addEventListener("click", () => dialog.close(""));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close("");
  });
  const ended = new Promise<boolean>((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) dialog.querySelector<HTMLButtonElement>("form button[value=yes]")?.click();
  });
  document.body.append(dialog);
  dialog.showModal();
  return { dialog, ended };
}

const okButton = (text: string): HTMLButtonElement => h("button", { class: "btn primary", value: "yes", autofocus: true }, text);

/** A question with one main answer: true where it was given. */
export async function ask(title: string, body: readonly Node[], yes: string, first?: HTMLElement): Promise<boolean> {
  const cancel = h("button", { type: "button", class: "btn" }, t("cancel"));
  const { dialog, ended } = open(title, body, [cancel, okButton(yes)]);
  cancel.addEventListener("click", () => dialog.close(""));
  first?.focus();
  return ended;
}

export interface Skipped { readonly reason: string; readonly comment: string }

export async function askSkip(reasons: readonly SkipReason[], preferred: string | null, title = t("skip_title")): Promise<Skipped | null> {
  const radios = reasons.map((reason, index) => {
    const input = h("input", { type: "radio", name: "reason", value: reason.key, required: true });
    input.checked = reason.key === preferred;
    return { input, row: h("label", { class: "option" }, input, h("span", { class: "grow" }, reason.label), kbd(index < 9 ? String(index + 1) : undefined)) };
  });
  const comment = h("textarea", { class: "input", id: "skip-comment", name: "comment", maxlength: "2000" });
  const cancel = h("button", { type: "button", class: "btn" }, t("cancel"));
  const { dialog, ended } = open(
    title,
    [h("div", { class: "stack stack-4" }, h("div", { class: "reasons", role: "radiogroup", "aria-label": title }, ...radios.map(({ row }) => row)), h("div", { class: "field" }, h("label", { for: "skip-comment" }, t("comment")), comment))],
    [cancel, okButton(t("skip"))],
  );
  cancel.addEventListener("click", () => dialog.close(""));
  dialog.addEventListener("keydown", (event) => {
    if (event.target === comment) return;
    const radio = radios[Number(event.key) - 1]?.input;
    if (radio && !event.ctrlKey && !event.altKey && !event.metaKey) {
      radio.checked = true;
      radio.focus();
      event.preventDefault();
    }
  });
  (radios.find(({ input }) => input.checked) ?? radios[0])?.input.focus();
  if (!(await ended)) return null;
  const chosen = radios.find(({ input }) => input.checked)?.input.value ?? reasons[0]?.key ?? "";
  return { reason: chosen, comment: comment.value.trim() };
}

/** Everything the page listens to, in its groups; each key may be changed. Returns the keys as they are then. */
export async function showHelp(bindings: readonly Binding[], keys: Keymap): Promise<Keymap> {
  let map = keys;
  let listening: { readonly binding: Binding; readonly button: HTMLButtonElement } | null = null;
  const rows: { readonly binding: Binding; readonly button: HTMLButtonElement }[] = [];
  const note = h("span", { class: "note grow", role: "status" }, t("keys_note"));
  const reset = h("button", { type: "button", class: "btn quiet", click: () => change({}) }, t("keys_reset"));
  const name = ({ chord }: Binding): string => (map[chord] ?? chord).split("+").map(printed).join(" ");
  const change = (next: Keymap): void => {
    map = next;
    listening = null;
    reset.hidden = Object.keys(map).length === 0;
    for (const { binding, button } of rows) {
      button.replaceChildren(...(map[binding.chord] ?? binding.chord).split("+").flatMap((key, at) => [at > 0 ? " " : "", h("kbd", {}, printed(key))]));
      button.setAttribute("aria-label", t("key_change", { key: name(binding), name: binding.says }));
    }
  };
  const groups = new Map<string, Binding[]>();
  for (const binding of bindings) if (binding.group) groups.set(binding.group, [...(groups.get(binding.group) ?? []), binding]);
  const key = (binding: Binding): HTMLElement[] => {
    if (!changeable(binding)) return (binding.shows ?? [printed(binding.chord)]).map((one) => h("kbd", {}, one));
    const button = h("button", { type: "button", class: "keypick", title: t("key_change_short"), click: () => {
      change(map);
      listening = { binding, button };
      button.textContent = t("key_press");
      note.textContent = t("key_press_any");
    } });
    rows.push({ binding, button });
    return [button];
  };
  const sections = [...groups].map(([title, members]) => {
    const list = h("dl", {});
    for (const binding of members) list.append(h("dt", {}, binding.says), h("dd", {}, ...key(binding)));
    return h("section", {}, h("h3", {}, title), list);
  });
  change(map);
  const { dialog, ended } = open(t("keys"), [h("div", { class: "keysgrid" }, ...sections)], [note, reset, okButton(t("done"))], "wide");
  dialog.addEventListener("keydown", (event) => {
    if (!listening || ["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const { binding, button } = listening;
    const chord = chordOf(event);
    const clash = chord === "Escape" ? null : chord === "Tab" ? t("next_shape") : clashOf(bindings, map, binding.chord, chord);
    const { [binding.chord]: _before, ...rest } = map;
    note.textContent = clash === null ? t("keys_note") : t("key_taken", { key: printed(chord), name: clash });
    if (chord === "Escape" || clash !== null) change(map);
    else change(chord === binding.chord ? rest : { ...rest, [binding.chord]: chord });
    button.focus();
  }, { capture: true });
  await ended;
  return map;
}

export async function showStored(value: Json): Promise<void> {
  const code = h("pre", { class: "json", tabindex: "0", "aria-label": t("preview") }, JSON.stringify(value, null, 2));
  const { ended } = open(t("preview"), [h("p", { class: "sm muted" }, t("preview_text")), code], [okButton(t("done"))], "wide");
  await ended;
}
