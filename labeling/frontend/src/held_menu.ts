import { h } from "./dom.ts";

/** How long a finger rests before it means more than a press, and how far it may shake. */
const HELD_MS = 500;
const SHAKE_PX = 10;
const MARGIN_PX = 8;

export interface MenuItem {
  readonly label: string;
  /** A class's color, for its swatch. */
  readonly color?: number;
  run(): void;
}

/** A finger or pen that rests in one place; a mouse has other ways. */
export class LongPress {
  #timer = 0;
  #start = { x: 0, y: 0 };

  begin(event: PointerEvent, held: () => void): void {
    this.end();
    if (event.pointerType === "mouse") return;
    this.#start = { x: event.clientX, y: event.clientY };
    this.#timer = window.setTimeout(held, HELD_MS);
  }

  move(event: PointerEvent): void {
    if (Math.hypot(event.clientX - this.#start.x, event.clientY - this.#start.y) > SHAKE_PX) this.end();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

let close: (() => void) | null = null;

/** What can be done with what is under the finger, beside it; a press elsewhere or Escape puts it away. */
export function openMenu(label: string, items: readonly MenuItem[], at: { readonly x: number; readonly y: number }, back: () => void): void {
  close?.();
  const before = document.activeElement;
  const menu = h("div", { class: "heldmenu", role: "menu", "aria-label": label }, ...items.map((item) =>
    h("button", { type: "button", class: item.color ? `pick c${item.color}` : "pick", role: "menuitem", click: () => {
      close?.();
      item.run();
    } }, item.color ? h("span", { class: "swatch" }) : null, h("span", { class: "clip" }, item.label))));
  const elsewhere = (event: Event): void => {
    if (!menu.contains(event.target as Node)) close?.();
  };
  const pressed = (event: KeyboardEvent): void => {
    const buttons = [...menu.querySelectorAll("button")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close?.();
    else if (step) buttons[(buttons.indexOf(document.activeElement as HTMLButtonElement) + step + buttons.length) % buttons.length]?.focus();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  close = () => {
    close = null;
    window.removeEventListener("keydown", pressed, { capture: true });
    document.removeEventListener("pointerdown", elsewhere, { capture: true });
    menu.remove();
    if (before instanceof HTMLElement) back();
  };
  // Before the page's own keys have them.
  window.addEventListener("keydown", pressed, { capture: true });
  document.body.append(menu);
  const { width, height } = menu.getBoundingClientRect();
  const inside = (value: number, size: number, most: number): number => Math.max(MARGIN_PX, Math.min(value, most - size - MARGIN_PX));
  menu.style.setProperty("left", `${inside(at.x, width, innerWidth)}px`);
  menu.style.setProperty("top", `${inside(at.y, height, innerHeight)}px`);
  document.addEventListener("pointerdown", elsewhere, { capture: true });
  menu.querySelector("button")?.focus();
}

export function closeMenu(): void {
  close?.();
}
