import { h, icon, keepFocus } from "../../frontend/src/dom.ts";
import { t } from "../../frontend/src/messages.ts";
import { Contenders } from "./contenders.ts";
import { asValue, contenders, moved, placed, places, preferred, rankingOf, shuffled, stepOf, steps, type Contender, type Ranking, type Step } from "./ranking.ts";
import { Unanswerable } from "../../frontend/src/unanswerable.ts";
import type { Binding, Editor, EditorModule, Host, Json } from "../../frontend/src/types.ts";

/** What a preference by so many levels is called, the weakest first. */
const STRENGTHS = { 1: ["better"], 2: ["slightly_better", "much_better"], 3: ["slightly_better", "clearly_better", "much_better"], 4: ["slightly_better", "clearly_better", "much_better", "vastly_better"] } as const;

/** What a preference and a ranking share: the parts beside each other in this person's order, a key for each. */
abstract class Comparison implements Editor {
  abstract readonly bindings: readonly Binding[];
  protected readonly host: Host;
  protected readonly ties: boolean;
  protected readonly cards: Contenders;
  /** The class at each place of the page. */
  protected shown: readonly number[];
  protected value: Json | undefined;
  readonly #names: ReadonlyMap<number, string>;
  readonly #isShuffled: boolean;
  readonly #chords: readonly (string | undefined)[];

  constructor(host: Host, all: readonly Contender[]) {
    this.host = host;
    const { question, item } = host;
    this.ties = question.spec["ties"] !== false;
    this.#isShuffled = question.spec["shuffle"] !== false;
    this.#names = new Map(all.map(({ code, name }) => [code, name]));
    this.#chords = (question.spec.classes ?? []).map(({ code }) => host.classKeys.get(code));
    const order = all.map(({ code }) => code);
    this.shown = this.#isShuffled ? shuffled(order, `${host.person}:${item.id}:${question.key}`) : order;
    this.cards = new Contenders(all, host.announce, (code) => this.press(code));
  }

  /** The part of a class was pressed, or its key. */
  protected abstract press(code: number): void;
  protected abstract paint(ranking: Ranking | null): void;
  abstract problem(value: Json | undefined): string | null;

  /** The parts in their order, under names that do not give away what they are. */
  protected lay(): void {
    this.cards.lay(this.shown.map((code, at) => ({ code, name: this.name(code), chord: this.#chords[at] })));
  }

  protected name(code: number): string {
    return this.#isShuffled ? String.fromCodePoint(65 + this.shown.indexOf(code)) : (this.#names.get(code) ?? "");
  }

  show(value: Json | undefined): void {
    this.value = value;
    const ranking = rankingOf(value);
    // An answer is shown as it was given: its person looked at the parts in this order.
    if (ranking && ranking.shown.length === this.shown.length && ranking.shown.some((code, at) => code !== this.shown[at])) {
      this.shown = ranking.shown;
      this.lay();
    }
    this.paint(ranking);
  }

  focus(): void {
    this.cards.root.focus({ preventScroll: true });
  }

  destroy(): void {
    this.cards.destroy();
    this.host.form.replaceChildren();
  }

  protected heading(hint: string): HTMLElement {
    return h("legend", { id: `q-${this.host.question.key}` }, `${this.host.question.prompt} `, h("span", { class: "faint sm" }, hint));
  }

  protected pressKeys(): Binding[] {
    const group = this.host.question.prompt;
    return this.shown.flatMap((_, at): Binding[] => {
      const chord = this.#chords[at];
      const says = this.#isShuffled ? String.fromCodePoint(65 + at) : (this.#names.get(this.shown[at] ?? 0) ?? "");
      return chord ? [{ chord, says, group, run: () => this.press(this.shown[at] ?? 0) }] : [];
    });
  }
}

/** Which of two is better, and how much where that is asked. */
class Preference extends Comparison {
  readonly bindings: readonly Binding[];
  readonly #most: number;
  readonly #steps: readonly Step[];
  readonly #scale = h("div", {});
  #inputs: readonly HTMLInputElement[] = [];

  constructor(host: Host, all: readonly Contender[]) {
    super(host, all);
    const strength = host.question.spec["strength"];
    this.#most = typeof strength === "number" ? strength : 1;
    this.#steps = steps(this.#most, this.ties);
    this.#scale.className = this.#steps.length > 5 ? "scale steps" : "scale";
    host.form.append(h("fieldset", { class: "question" }, this.heading(t("one_answer")), this.cards.root, this.#scale));
    this.lay();
    this.bindings = this.#makeBindings();
  }

  protected override lay(): void {
    super.lay();
    const id = `q-${this.host.question.key}`;
    this.#inputs = this.#steps.map((step, at) => h("input", { type: "radio", name: id, value: at, change: () => this.#choose(step) }));
    this.#scale.replaceChildren(...this.#inputs.map((input, at) => h("label", { class: "option" }, input, h("span", { class: "grow" }, this.#words(at)))));
  }

  problem(): string | null {
    return null;
  }

  protected paint(ranking: Ranking | null): void {
    const at = ranking ? this.#at(ranking) : -1;
    this.#inputs.forEach((input, index) => (input.checked = index === at));
    this.cards.mark(ranking && ranking.groups.length === 2 ? new Map([[ranking.groups[0]?.[0] ?? 0, ""]]) : new Map(), null);
  }

  #at(ranking: Ranking): number {
    const { side, strength } = stepOf(ranking, this.shown);
    return this.#steps.findIndex((step) => step.side === side && step.strength === strength);
  }

  #words(at: number): string {
    const step = this.#steps[at];
    if (!step || step.side === null) return t("equals");
    const words = STRENGTHS[this.#most as keyof typeof STRENGTHS][step.strength - 1] ?? "better";
    return t(words, { name: this.name(this.shown[step.side] ?? 0) });
  }

  #choose(step: Step): void {
    this.host.commit(asValue(preferred(step, this.shown, this.#most)));
    this.host.announce(this.#words(this.#steps.indexOf(step)));
  }

  /** Chosen; chosen again, by one level more. */
  protected press(code: number): void {
    const ranking = rankingOf(this.value);
    const side = this.shown.indexOf(code);
    const before = ranking ? stepOf(ranking, this.shown) : null;
    const level = before?.side === side ? Math.min(this.#most, before.strength + 1) : 1;
    const step = this.#steps.find((one) => one.side === side && one.strength === level);
    if (step) this.#choose(step);
  }

  #equal(): boolean | void {
    const step = this.#steps.find(({ side }) => side === null);
    if (!step) return false;
    this.#choose(step);
    return undefined;
  }

  /** One step along the scale; the first one goes to the weakest preference for that side. */
  #walk(by: -1 | 1): void {
    const ranking = rankingOf(this.value);
    const at = ranking ? this.#at(ranking) + by : this.#steps.findIndex(({ side, strength }) => side === (by < 0 ? 0 : 1) && strength === 1);
    const step = this.#steps[at];
    if (step) this.#choose(step);
  }

  #makeBindings(): Binding[] {
    const group = this.host.question.prompt;
    return [
      ...this.pressKeys(),
      ...(this.ties ? [{ chord: "0", says: t("equals"), group, run: () => this.#equal() }] : []),
      { chord: "ArrowLeft", says: t("walk_scale"), group, shows: ["← →"], run: () => this.#walk(-1) },
      { chord: "ArrowRight", says: t("walk_scale"), run: () => this.#walk(1) },
      ...this.cards.bindings(group),
    ];
  }
}

/** Several in their order, the best first. */
class Order extends Comparison {
  readonly bindings: readonly Binding[];
  readonly #state = h("p", { class: "note push", role: "status" });
  readonly #again = h("button", { type: "button", class: "btn quiet" }, icon("undo"), t("rank_again"));
  #hand: number | null = null;

  constructor(host: Host, all: readonly Contender[]) {
    super(host, all);
    this.#again.addEventListener("click", () => this.#clear());
    keepFocus(this.#again);
    host.form.append(h("fieldset", { class: "question" }, this.heading(t("best_first")), this.cards.root, h("div", { class: "row below" }, this.#again, this.#state)));
    this.cards.steps((code, by) => this.#move(code, by));
    this.lay();
    const group = host.question.prompt;
    this.bindings = [
      ...this.pressKeys(),
      { chord: "ArrowUp", says: t("rank_move"), group, shows: ["↑ ↓"], run: () => this.#moveHeld(-1) },
      { chord: "ArrowDown", says: t("rank_move"), run: () => this.#moveHeld(1) },
      { chord: "ArrowLeft", says: t("rank_move"), run: () => this.#moveHeld(-1) },
      { chord: "ArrowRight", says: t("rank_move"), run: () => this.#moveHeld(1) },
      ...(this.ties ? [{ chord: "0", says: t("rank_equal"), group, run: () => this.#level() }] : []),
      { chord: "Backspace", says: t("rank_again"), group, run: () => this.#clear() },
      ...this.cards.bindings(group),
    ];
  }

  problem(value: Json | undefined): string | null {
    const ranked = rankingOf(value)?.groups.flat().length ?? 0;
    return value !== undefined && ranked < this.shown.length ? t("rank_all", { n: this.shown.length - ranked }) : null;
  }

  protected paint(ranking: Ranking | null): void {
    const found = places(ranking?.groups ?? []);
    this.cards.mark(new Map([...found].map(([code, place]) => [code, String(place)])), this.#hand);
    this.#again.hidden = found.size === 0;
    const next = found.size + 1;
    this.#state.textContent = found.size < this.shown.length ? t("rank_next", { n: next }) : "";
  }

  #groups(): Ranking["groups"] {
    return rankingOf(this.value)?.groups ?? [];
  }

  #commit(groups: Ranking["groups"]): void {
    this.host.commit(asValue({ groups, strength: null, shown: this.shown }));
  }

  protected press(code: number): void {
    this.#hand = code;
    if (this.#groups().flat().includes(code)) this.paint(rankingOf(this.value));
    else this.#commit(placed(this.#groups(), code, this.shown));
    this.#tell(code);
  }

  #move(code: number, by: -1 | 1): void {
    this.#hand = code;
    const before = this.#groups();
    const next = before.flat().includes(code) ? moved(before, code, by, this.ties) : placed(before, code, this.shown);
    if (next !== before) this.#commit(next);
    this.#tell(code);
  }

  #moveHeld(by: -1 | 1): boolean | void {
    if (this.#hand === null || !this.#groups().flat().includes(this.#hand)) return false;
    this.#move(this.#hand, by);
    return undefined;
  }

  /** The one in hand is made equal to what stands before it. */
  #level(): boolean | void {
    const groups = this.#groups();
    const code = this.#hand;
    const own = groups.find((group) => code !== null && group.includes(code));
    if (code === null || !own || own.length > 1 || own === groups[0]) return false;
    this.#move(code, -1);
    return undefined;
  }

  #clear(): boolean | void {
    if (this.#groups().length === 0) return false;
    this.#hand = null;
    this.host.commit(undefined);
    return undefined;
  }

  #tell(code: number): void {
    const place = places(this.#groups()).get(code);
    if (place !== undefined) this.host.announce(t("ranked", { name: this.name(code), n: place }));
  }
}

export const draws: EditorModule["draws"] = null;
export const shows: EditorModule["shows"] = (question, item) => contenders(question.spec, item).map(({ part }) => part);
/** What was preferred to something else; equals are not. */
export const classesIn: EditorModule["classesIn"] = (value) => {
  const groups = rankingOf(value)?.groups ?? [];
  return groups.length > 1 ? (groups[0] ?? []) : [];
};
export const create: EditorModule["create"] = (host) => {
  const all = contenders(host.question.spec, host.item);
  if (all.length < 2) return new Unanswerable(host, t("no_two_parts", { name: host.question.prompt }));
  return (host.question.spec.classes ?? []).length === 2 ? new Preference(host, all) : new Order(host, all);
};
