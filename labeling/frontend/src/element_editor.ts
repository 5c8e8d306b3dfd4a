import { ElementPanels, type PanelsOf } from "./element_panels.ts";
import { asValue, elementsOf, neighbor, replaced, type Element } from "./elements.ts";
import { closeMenu, openMenu, type MenuItem } from "./held_menu.ts";
import { whileActive } from "./hotkeys.ts";
import { newElementId } from "./ids.ts";
import { t, type MessageKey } from "./messages.ts";
import type { Binding, ClassSpec, Editor, Host, Json } from "./types.ts";

/** What an editor calls its elements: `few` and `many` name the limit broken, the rest what happened to one. */
export interface Words {
  readonly few: MessageKey;
  readonly many: MessageKey;
  readonly created: MessageKey;
  readonly selected: MessageKey;
}

type PanelSettings<G> = Omit<PanelsOf<Element<G>>, "take" | "select" | "remove">;

/** What every editor of elements shares: which one is selected, the class in hand, the list beside, and their keys. */
export abstract class ElementEditor<G> implements Editor {
  abstract readonly bindings: readonly Binding[];
  protected readonly host: Host;
  protected readonly classes: readonly ClassSpec[];
  protected readonly panels: ElementPanels<Element<G>>;
  protected elements: readonly Element<G>[] = [];
  protected selected: string | null = null;
  protected hand: number;
  /** Tab leaves the work: Escape was pressed. */
  protected leaving = false;
  readonly #words: Words;
  readonly #removes: string;

  constructor(host: Host, panels: PanelSettings<G>, words: Words) {
    this.host = host;
    this.classes = host.question.spec.classes ?? [];
    this.hand = this.classes[0]?.code ?? 0;
    this.#words = words;
    this.#removes = panels.words.remove;
    this.panels = new ElementPanels(host, { ...panels, take: (code) => this.take(code), select: (id) => this.select(id), remove: () => this.remove() });
  }

  abstract focus(): void;
  /** What an element is told by: where it lies, or what it holds. */
  protected abstract told(element: Element<G>): string;
  /** Everything on the page that depends on the state. */
  protected abstract refresh(): void;
  protected abstract holdsFocus(): boolean;
  /** An element was selected, or (null) none. */
  protected abstract picked(element: Element<G> | null, inSight: boolean): void;

  destroy(): void {
    closeMenu();
    this.panels.destroy();
  }

  show(value: Json | undefined): void {
    this.elements = elementsOf<G>(value);
    if (!this.current()) this.selected = null;
    this.refresh();
  }

  problem(value: Json | undefined): string | null {
    const count = elementsOf(value).length;
    const { min, max } = this.host.question.spec;
    if (min !== undefined && count < min) return t(this.#words.few, { n: min });
    if (max !== undefined && count > max) return t(this.#words.many, { n: max });
    return null;
  }

  pointAt(index: number): void {
    const one = this.elements[index];
    if (one) this.select(one.id);
  }

  protected current(): Element<G> | null {
    return this.elements.find((one) => one.id === this.selected) ?? null;
  }

  protected classOf(code: number): ClassSpec {
    return this.classes.find((cls) => cls.code === code) ?? { code, name: `${code}` };
  }

  protected colorOf(code: number): number {
    return this.classOf(code).color ?? 12;
  }

  /** What a resting finger may do with an element: everything a hand without keys could not reach. */
  protected menuOf(one: Element<G>): readonly MenuItem[] {
    const classes = this.classes.length > 1 ? this.classes.filter(({ code }) => code !== one.class) : [];
    return [
      { label: this.removes, run: () => void this.removeWhole() },
      ...classes.map((cls): MenuItem => ({ label: cls.name, color: cls.color ?? 12, run: () => this.take(cls.code) })),
    ];
  }

  /** What taking an element away is called. */
  protected get removes(): string {
    return this.#removes;
  }

  protected openMenu(one: Element<G>, at: { readonly x: number; readonly y: number }): void {
    this.select(one.id, false);
    openMenu(this.classOf(one.class).name, this.menuOf(one), at, () => this.focus());
  }

  protected commit(elements: readonly Element<G>[]): void {
    this.host.commit(this.valueOf(elements));
  }

  /** The answer that these elements are. */
  protected valueOf(elements: readonly Element<G>[]): Json {
    return asValue(elements);
  }

  /** The class in hand, taken where this question is the one worked on. */
  protected holdFirst(): void {
    if (this.host.isActive()) this.host.inHand(this.hand);
  }

  protected select(id: string | null, inSight = true): void {
    this.host.activate();
    this.selected = id;
    this.leaving = false;
    const one = this.current();
    this.picked(one, inSight);
    if (one) {
      if (this.classes.some(({ code }) => code === one.class)) this.hand = one.class;
      this.host.inHand(this.hand);
      this.host.announce(t(this.#words.selected, { name: this.classOf(one.class).name, n: this.elements.indexOf(one) + 1, total: this.elements.length, place: this.told(one) }));
    } else {
      this.host.announce(t("selected_none"));
    }
    this.refresh();
  }

  protected add(part: string, geometry: G): void {
    const id = newElementId(new Set(this.elements.map((one) => one.id)));
    const one: Element<G> = { id, class: this.hand, part, geometry, attributes: {} };
    this.selected = id;
    this.leaving = false;
    this.commit([...this.elements, one]);
    this.host.announce(t(this.#words.created, { name: this.classOf(one.class).name, place: this.told(one) }));
  }

  protected reshape(one: Element<G>, geometry: G, said: MessageKey): void {
    const next = { ...one, geometry };
    this.commit(replaced(this.elements, next));
    this.host.announce(t(said, { name: this.classOf(one.class).name, place: this.told(next) }));
  }

  protected remove(): boolean {
    return this.removeWhole();
  }

  protected removeWhole(): boolean {
    const one = this.current();
    if (!one) return false;
    this.selected = (neighbor(this.elements, one.id, 1) ?? neighbor(this.elements, one.id, -1))?.id ?? null;
    this.commit(this.elements.filter(({ id }) => id !== one.id));
    this.host.announce(t("deleted", { name: this.classOf(one.class).name, n: this.elements.length }));
    return true;
  }

  protected reclass(one: Element<G>, code: number): void {
    this.commit(replaced(this.elements, { ...one, class: code }));
    this.host.announce(t("reclassed", { name: this.classOf(code).name }));
  }

  /** A class is taken in hand; the selected element becomes one of it. */
  protected take(code: number): void {
    this.host.activate();
    this.hand = code;
    this.host.inHand(code);
    const one = this.current();
    if (one && one.class !== code) {
      this.reclass(one, code);
      return;
    }
    this.host.announce(t("in_hand", { name: this.classOf(code).name }));
    this.refresh();
  }

  /** Tab walks the elements while the item has the focus; past the last one, or after Escape, it leaves. */
  #tab(step: 1 | -1): boolean | void {
    if (!this.holdsFocus() || this.leaving) return false;
    const next = neighbor(this.elements, this.selected, step);
    if (!next) return false;
    this.select(next.id);
    return undefined;
  }

  /** The selection is let go; with nothing selected, Escape is the page's. */
  protected escape(): boolean | void {
    this.leaving = true;
    if (!this.selected) return false;
    this.select(null, false);
    this.leaving = true;
    return undefined;
  }

  /** The editor's own keys, those of every editor of elements, and the classes'. */
  protected keys(group: string, next: MessageKey, remove: MessageKey, own: readonly Binding[], erase: () => boolean = () => this.remove()): Binding[] {
    const classes = this.classes.flatMap((cls): Binding[] => {
      const chord = this.host.classKeys.get(cls.code);
      return chord ? [{ chord, says: cls.name, group: t("classes"), run: () => this.take(cls.code) }] : [];
    });
    const shared: Binding[] = [
      { chord: "Tab", says: t(next), group, shows: ["Tab", "⇧ Tab"], run: () => this.#tab(1) },
      { chord: "Shift+Tab", says: t(next), run: () => this.#tab(-1) },
      { chord: "Delete", says: t(remove), group, run: erase },
      { chord: "Backspace", says: t(remove), run: erase },
      { chord: "Escape", says: t("selected_none"), run: () => this.escape() },
    ];
    return [...whileActive(this.host, [...own, ...shared]), ...classes];
  }
}
