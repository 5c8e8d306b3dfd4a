/** `data-key="n"` on a link or button: that key does the same, unless somebody types, or holds another key with it. */
export function pressKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return;
  const keyed = document.querySelectorAll<HTMLElement>("[data-key]");
  const found = [...keyed].find((one) => one.dataset["key"] === event.key.toLowerCase());
  if (!found) return;
  event.preventDefault();
  found.click();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}
