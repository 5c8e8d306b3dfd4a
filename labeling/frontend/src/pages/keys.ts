/**
 * `data-key="n"` on a link or button: that key does the same, unless somebody types, or holds another key with it.
 * Where several have it, the one in the `data-keys` that holds the focus comes first.
 */
export function pressKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.repeat) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) sendText(event);
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const about = event.target instanceof Element ? event.target.closest("[data-keys]") : null;
  const keyed = [about, document].flatMap((root) => [...(root?.querySelectorAll<HTMLElement>("[data-key]") ?? [])]);
  const found = keyed.find((one) => one.dataset["key"] === event.key.toLowerCase());
  if (!found) return;
  event.preventDefault();
  found.click();
}

/** Ctrl+Enter sends what is written in a `data-send` field. */
function sendText({ target }: KeyboardEvent): void {
  if (target instanceof HTMLTextAreaElement && target.dataset["send"] !== undefined) target.form?.querySelector("button")?.click();
}

/** What opens to be written in (`data-write`) is written in at once. */
export function writeIn({ target }: Event): void {
  if (target instanceof HTMLDetailsElement && target.open && target.dataset["write"] !== undefined) target.querySelector("textarea")?.focus();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
