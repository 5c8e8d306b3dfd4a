import { isTyping } from "./hotkeys.ts";

/** Keys pressed while something they are meant for is still on its way: they wait, and go to it in their order. */
export class HeldKeys {
  readonly #keep: (event: KeyboardEvent) => boolean;
  #pressed: KeyboardEvent[] = [];
  #waiting = 0;

  /** `keep` says which keys the page would answer to; the browser's own are left to it. */
  constructor(target: Document, keep: (event: KeyboardEvent) => boolean) {
    this.#keep = keep;
    for (const kind of ["keydown", "keyup"] as const) target.addEventListener(kind, (event) => this.#hold(event), { capture: true });
  }

  /** What was asked for; the keys follow once those who wait for it had their turn. Where it fails, they are forgotten. */
  async until<T>(asked: Promise<T>): Promise<T> {
    this.#waiting += 1;
    try {
      return await asked;
    } catch (error) {
      this.#pressed = [];
      throw error;
    } finally {
      setTimeout(() => {
        this.#waiting -= 1;
        this.#giveOn();
      });
    }
  }

  #hold(event: KeyboardEvent): void {
    if (this.#waiting === 0 || !event.isTrusted || event.isComposing || !this.#keep(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#pressed.push(event);
  }

  #giveOn(): void {
    while (this.#waiting === 0) {
      const event = this.#pressed.shift();
      if (!event) return;
      const target = document.activeElement ?? document.body;
      const { type, key, code, ctrlKey, altKey, metaKey, shiftKey, repeat } = event;
      const untouched = target.dispatchEvent(new KeyboardEvent(type, { key, code, ctrlKey, altKey, metaKey, shiftKey, repeat, bubbles: true, cancelable: true }));
      if (type === "keydown" && untouched && !ctrlKey && !altKey && !metaKey) byItself(target, key);
    }
  }
}

/** What a browser does with a key that nobody took; it does so only for those pressed just now. */
function byItself(target: Element, key: string): void {
  const dialog = target.closest("dialog");
  if (isTyping(target as HTMLElement) && (key.length === 1 || (key === "Enter" && target instanceof HTMLTextAreaElement))) {
    document.execCommand("insertText", false, key === "Enter" ? "\n" : key);
  } else if (key === "Escape") dialog?.close("");
  else if (target instanceof HTMLButtonElement && (key === "Enter" || key === " ")) target.click();
  else if (target instanceof HTMLInputElement && key === " ") target.click();
  else if (key === "Enter" && dialog) dialog.querySelector<HTMLButtonElement>("form button:not([type=button])")?.click();
}
