import { chordFor } from "./keymap.ts";
import type { Binding, Host, Question } from "./types.ts";

interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** One spelling a key press: "Ctrl+z" (Cmd counts as Ctrl), "Shift+Tab", "?", "a". Shift is implied by a printed character. */
export function chordOf(event: Pressed): string {
  const printed = [...event.key].length === 1;
  const key = event.key === " " ? "Space" : printed ? event.key.toLowerCase() : event.key;
  const parts: string[] = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && (!printed || key === "Space" || (/^[a-z]$/.test(key) && parts.length > 0))) parts.push("Shift");
  return [...parts, key].join("+");
}

/** Chords claimed more than once, with who claims them. */
export function conflicts(bindings: readonly Binding[]): Map<string, string[]> {
  const claims = new Map<string, string[]>();
  for (const binding of bindings) claims.set(binding.chord, [...(claims.get(binding.chord) ?? []), binding.says]);
  return new Map([...claims].filter(([, who]) => who.length > 1));
}

const DIGITS = [..."123456789"];
const LETTERS = [..."qwertuiopadkcvxm"];

/**
 * A key for every class of every question, none twice and none of `reserved`. A class's own wish is granted
 * first come, first served; the rest of the first question with classes takes digits, every other question letters.
 */
export function assignClassKeys(questions: readonly Question[], reserved: ReadonlySet<string>): Map<string, Map<number, string>> {
  const taken = new Set(reserved);
  const keys = new Map<string, Map<number, string>>(questions.map((question) => [question.key, new Map()]));
  const grant = (question: Question, code: number, wish: string): boolean => {
    if (taken.has(wish) || [...wish].length !== 1) return false;
    taken.add(wish);
    keys.get(question.key)?.set(code, wish);
    return true;
  };
  for (const question of questions)
    for (const cls of question.spec.classes ?? []) if (cls.hotkey) grant(question, cls.code, cls.hotkey.toLowerCase());
  const first = questions.find((question) => (question.spec.classes ?? []).length > 0);
  questions.forEach((question) => {
    const free = question === first ? DIGITS : LETTERS;
    for (const cls of question.spec.classes ?? []) {
      if (keys.get(question.key)?.has(cls.code)) continue;
      const wish = free.find((key) => !taken.has(key));
      if (wish) grant(question, cls.code, wish);
    }
  });
  return keys;
}

/** Keys that only the question in hand answers to. */
export function whileActive(host: Pick<Host, "isActive">, bindings: readonly Binding[]): Binding[] {
  return bindings.map((binding) => ({ ...binding, run: (event: KeyboardEvent) => (host.isActive() ? binding.run(event) : false) }));
}

const TYPING = new Set(["date", "datetime-local", "email", "month", "number", "password", "search", "tel", "text", "time", "url", "week"]);

interface Focused {
  readonly tagName: string;
  readonly type?: string;
  readonly isContentEditable?: boolean;
}

/** True where letters belong to what is being written. */
export function isTyping(target: Focused | null): boolean {
  if (!target) return false;
  if (target.isContentEditable || target.tagName === "TEXTAREA" || target.tagName === "SELECT") return true;
  return target.tagName === "INPUT" && TYPING.has(target.type ?? "text");
}

/** True where the browser has its own use for the key: Enter and Space press a focused control, arrows move a range or radio. */
export function belongsToControl(target: Focused | null, chord: string): boolean {
  if (!target) return false;
  const pressable = target.tagName === "BUTTON" || target.tagName === "A" || target.tagName === "SUMMARY";
  if (pressable) return chord === "Enter" || chord === "Space";
  if (target.tagName !== "INPUT") return false;
  if (target.type === "range") return chord.startsWith("Arrow") || chord === "Home" || chord === "End";
  if (target.type === "radio") return chord.startsWith("Arrow") || chord === "Space";
  return target.type === "checkbox" && chord === "Space";
}

/** Several bindings may share a chord: the first that does not return false has it. */
export class Hotkeys {
  #bindings = new Map<string, Binding[]>();
  #held: Binding | null = null;
  readonly #blocked: () => boolean;

  constructor(blocked: () => boolean) {
    this.#blocked = blocked;
  }

  set(bindings: readonly Binding[]): void {
    this.#held = null;
    this.#bindings = new Map();
    for (const binding of bindings) {
      const chord = chordFor(binding.chord);
      this.#bindings.set(chord, [...(this.#bindings.get(chord) ?? []), binding]);
    }
  }

  /** True for a key that the page or what lies over it may answer to; the browser's own are not among them. */
  wants(event: KeyboardEvent): boolean {
    const chord = chordOf(event);
    return this.#bindings.has(chord) || (!/^F\d|Ctrl\+/.test(chord) && !event.altKey);
  }

  listen(target: Document): void {
    target.addEventListener("keydown", (event) => this.#down(event));
    target.addEventListener("keyup", (event) => this.#up(event));
    target.defaultView?.addEventListener("blur", () => this.#let(new KeyboardEvent("keyup")));
  }

  #down(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing || this.#blocked()) return;
    const chord = chordOf(event);
    const focused = event.target instanceof HTMLElement ? event.target : null;
    if (belongsToControl(focused, chord)) return;
    // A field whose text has no lines leaves Enter to the page.
    const typing = isTyping(focused) && !(chord === "Enter" && focused?.dataset["enter"] === "page");
    for (const binding of this.#bindings.get(chord) ?? []) {
      if (typing && !binding.whileTyping) continue;
      if (binding.release && event.repeat) {
        event.preventDefault();
        return;
      }
      if (binding.run(event) === false) continue;
      event.preventDefault();
      if (binding.release) this.#held = binding;
      return;
    }
  }

  #up(event: KeyboardEvent): void {
    if (this.#held && chordOf(event).endsWith(chordFor(this.#held.chord))) this.#let(event);
  }

  #let(event: KeyboardEvent): void {
    this.#held?.release?.(event);
    this.#held = null;
  }
}
