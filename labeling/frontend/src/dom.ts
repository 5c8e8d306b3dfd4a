import { chordFor } from "./keymap.ts";

type Child = Node | string | null | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>>;

/** An element with attributes (functions listen) and children; text is always text. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  apply(element, attributes);
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: SVGElement[]): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  apply(element, attributes);
  element.append(...children);
  return element;
}

export function apply(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === null || value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
}

export function icon(name: string, classes = ""): SVGSVGElement {
  const sprite = document.body.dataset["icons"] ?? "/static/labeling/icons.svg";
  return svg("svg", { class: `icon ${classes}`.trim(), viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("use", { href: `${sprite}#${name}` }));
}

/** The key that this person presses for a chord of the page. */
export function kbd(chord: string | undefined): HTMLElement | null {
  return chord ? h("kbd", { "aria-hidden": "true" }, printed(chordFor(chord))) : null;
}

export function printed(chord: string): string {
  const names: Record<string, string> = { Enter: "↵", Delete: "Del", Escape: "Esc", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
  return names[chord] ?? (chord.length === 1 ? chord.toUpperCase() : chord.replaceAll("+", " "));
}

/** Keep the focus where the work is when a hand presses a button beside it. */
export function keepFocus(button: HTMLElement): void {
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("mousedown", (event) => event.preventDefault());
}
