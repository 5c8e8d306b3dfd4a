const SHOWN_MS = 1600;

/** Copies the named element's text or value; without the clipboard (plain http) the text is selected for the person to copy. */
export async function copyFrom(button: HTMLElement): Promise<void> {
  const name = button.dataset["copy"] ?? "";
  const source = name ? document.querySelector<HTMLElement>(name) : button.parentElement?.querySelector<HTMLElement>("code, input");
  if (!source) return;
  const text = source instanceof HTMLInputElement || source instanceof HTMLTextAreaElement ? source.value : (source.textContent ?? "").trim();
  const done = await written(text, source);
  if (!done) return;
  const label = button.querySelector<HTMLElement>("[data-copy-label]") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset["copied"] ?? "Copied";
  setTimeout(() => (label.textContent = before), SHOWN_MS);
}

async function written(text: string, source: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (source instanceof HTMLInputElement) source.select();
    else getSelection()?.selectAllChildren(source);
    return document.execCommand("copy");
  }
}
