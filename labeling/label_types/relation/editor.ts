import { neighbor } from "../../frontend/src/elements.ts";
import { whileActive } from "../../frontend/src/hotkeys.ts";
import type { MenuItem } from "../../frontend/src/held_menu.ts";
import { newElementId } from "../../frontend/src/ids.ts";
import { t } from "../../frontend/src/messages.ts";
import { Unanswerable } from "../../frontend/src/unanswerable.ts";
import type { Binding, EditorModule, Host, Json } from "../../frontend/src/types.ts";
import { SpanEditor } from "../span/span_editor.ts";
import type { Span } from "../span/spans.ts";
import { Arcs, type Drawn } from "./arcs.ts";
import { LinkPanels } from "./link_panels.ts";
import { allows, attached, closesCircle, linksOf, relationsOf, twinOf, type Link, type Relation } from "./links.ts";

/** Spans as the span editor marks them, and links between two of them. */
class RelationEditor extends SpanEditor {
  readonly #relations: readonly Relation[];
  readonly #circles: boolean;
  readonly #panels: LinkPanels;
  readonly #arcs: ReadonlyMap<string, Arcs>;
  #links: readonly Link[] = [];
  /** The link in hand, the span that a new one begins at, and the relation that it will say. */
  #held: string | null = null;
  #from: string | null = null;
  #hand: string;

  constructor(host: Host) {
    super(host);
    const { spec } = host.question;
    this.#relations = relationsOf(spec);
    this.#circles = spec["cycles"] !== false;
    this.#hand = this.#relations[0]?.name ?? "";
    this.#arcs = new Map(this.readings.map(({ part, marks }) => [part, new Arcs(marks, (id) => this.#hold(id))]));
    this.#panels = new LinkPanels(host, this.#relations, {
      take: (name) => this.#takeRelation(name),
      select: (id) => this.#hold(id),
      begin: () => void this.#begin(),
      reverse: () => void this.#reverse(),
      remove: () => void this.remove(),
      told: (link) => this.#said(link),
    });
    this.bindings = [...whileActive(host, this.#ownKeys()), ...this.bindings];
  }

  override destroy(): void {
    for (const arcs of this.#arcs.values()) arcs.remove();
    super.destroy();
  }

  override rest(): void {
    this.#held = null;
    this.#from = null;
    super.rest();
  }

  override show(value: Json | undefined): void {
    this.#links = linksOf(value);
    if (!this.#link()) this.#held = null;
    super.show(value);
    if (this.#from && !this.#span(this.#from)) {
      this.#from = null;
      this.refresh();
    }
  }

  override problem(value: Json | undefined): string | null {
    const most = this.host.question.spec["max_links"];
    if (typeof most === "number" && linksOf(value).length > most) return t("too_many_links", { n: most });
    return super.problem(value);
  }

  /* -- state -------------------------------------------------------------------------------------------- */

  protected override valueOf(spans: readonly Span[]): Json {
    return asValue(spans, attached(this.#links, spans));
  }

  #commitLinks(links: readonly Link[]): void {
    this.host.commit(asValue(this.elements, links));
  }

  #span(id: string): Span | null {
    return this.elements.find((span) => span.id === id) ?? null;
  }

  #link(): Link | null {
    return this.#links.find(({ id }) => id === this.#held) ?? null;
  }

  #relation(name: string): Relation | null {
    return this.#relations.find((one) => one.name === name) ?? null;
  }

  #quoted(id: string): string {
    const span = this.#span(id);
    return span ? this.told(span) : "";
  }

  #said({ from, relation, to }: Link): string {
    return t("link_says", { from: this.#quoted(from), relation, to: this.#quoted(to) });
  }

  protected override refresh(): void {
    super.refresh();
    this.#panels.show({
      links: this.#links,
      held: this.#link(),
      hand: this.#hand,
      begun: this.#from ? t("link_begun", { from: this.#quoted(this.#from), relation: this.#hand }) : null,
      canBegin: this.#from !== null || this.current() !== null,
    });
  }

  protected override draw(): void {
    const byId = new Map(this.elements.map((span) => [span.id, span]));
    const drawn = this.#links.flatMap((link): readonly Drawn[] => {
      const [from, to] = [byId.get(link.from), byId.get(link.to)];
      return from && to ? [{ link, from, to, symmetric: this.#relation(link.relation)?.symmetric ?? false, on: link.id === this.#held }] : [];
    });
    for (const [part, arcs] of this.#arcs) arcs.makeRoom(drawn.filter(({ from, to }) => from.part === part || to.part === part), part);
    super.draw();
    for (const [part, arcs] of this.#arcs) arcs.draw(part);
    for (const { marks } of this.readings) {
      marks.flag(this.#from);
      marks.shown.body.toggleAttribute("data-linking", this.#from !== null);
    }
  }

  protected override picked(span: Span | null): void {
    this.#held = null;
    super.picked(span);
  }

  /** A press on a span ends the link that was begun at another. */
  protected override pick(span: Span): void {
    if (this.#from && span.id !== this.#from) this.#finish(span.id);
    else super.pick(span);
  }

  #hold(id: string): void {
    this.host.activate();
    this.#held = id;
    this.#from = null;
    this.selected = null;
    this.leaving = false;
    this.rested();
    const link = this.#link();
    if (link) this.host.announce(t("link_selected", { says: this.#said(link), n: this.#links.indexOf(link) + 1, total: this.#links.length }));
    this.refresh();
  }

  /* -- links ----------------------------------------------------------------------------------------------- */

  /** From the selected span; pressed again, to the one that is selected then. */
  #begin(): boolean {
    const span = this.current();
    if (this.#from) return span && span.id !== this.#from ? this.#finish(span.id) : this.#cancel();
    if (!span) {
      this.host.tell(t("link_needs_span"));
      return true;
    }
    this.#from = span.id;
    this.host.announce(t("link_begun", { from: this.told(span), relation: this.#hand }));
    this.refresh();
    return true;
  }

  #cancel(): boolean {
    this.#from = null;
    this.host.announce(t("link_dropped"));
    this.refresh();
    return true;
  }

  /** With the relation in hand, or, where it does not go between these two, the first that does. */
  #finish(to: string, wanted: string | null = null): boolean {
    const from = this.#from;
    if (!from || from === to) return false;
    const fits = (one: Relation): boolean => allows(one, this.#span(from)?.class ?? 0, this.#span(to)?.class ?? 0);
    const inHand = this.#relation(wanted ?? this.#hand);
    const relation = inHand && fits(inHand) ? inHand : wanted === null ? this.#relations.find(fits) : undefined;
    if (!relation) {
      this.host.tell(t("link_not_between", { relation: wanted ?? this.#hand, from: this.#quoted(from), to: this.#quoted(to) }));
      return true;
    }
    const taken = new Set([...this.elements, ...this.#links].map(({ id }) => id));
    const link = { id: newElementId(taken), relation: relation.name, from, to };
    if (!this.#stands(link, relation)) return true;
    this.#from = null;
    this.#held = link.id;
    this.#hand = relation.name;
    this.selected = null;
    this.#commitLinks([...this.#links, link]);
    this.host.announce(t("link_created", { says: this.#said(link) }));
    return true;
  }

  /** Whether the question takes it beside the others; what keeps it out is said. */
  #stands(link: Link, relation: Relation): boolean {
    const twin = twinOf(this.#links, link, relation.symmetric);
    if (twin) this.#hold(twin.id);
    else if (!this.#circles && !relation.symmetric && closesCircle(this.#links, link)) this.host.tell(t("link_circle"));
    else return true;
    return false;
  }

  #change(next: Link): void {
    const relation = this.#relation(next.relation);
    if (!relation) return;
    if (!allows(relation, this.#span(next.from)?.class ?? 0, this.#span(next.to)?.class ?? 0)) {
      this.host.tell(t("link_not_between", { relation: next.relation, from: this.#quoted(next.from), to: this.#quoted(next.to) }));
      return;
    }
    if (!this.#stands(next, relation)) return;
    this.#commitLinks(this.#links.map((one) => (one.id === next.id ? next : one)));
    this.host.announce(this.#said(next));
  }

  #reverse(): boolean {
    const link = this.#link();
    if (!link) return false;
    this.#change({ ...link, from: link.to, to: link.from });
    return true;
  }

  /** The link in hand says it from now on; of a link that was begun, its end being selected, it is the relation; else of the next one. */
  #takeRelation(name: string): void {
    this.host.activate();
    const link = this.#link();
    const span = this.current();
    if (link) {
      this.#change({ ...link, relation: name });
    } else if (this.#from && span && span.id !== this.#from) {
      this.#finish(span.id, name);
      return;
    } else {
      this.host.announce(t("in_hand", { name }));
    }
    this.#hand = name;
    this.refresh();
  }

  /** While a link is begun or in hand, the keys of the classes are those of the relations, in their order. */
  protected override take(code: number): void {
    const relation = this.#relations[this.classes.findIndex((cls) => cls.code === code)];
    if (!this.#from && !this.#link()) super.take(code);
    else if (relation) this.#takeRelation(relation.name);
  }

  protected override remove(): boolean {
    const link = this.#link();
    if (!link) return super.remove();
    this.#held = null;
    const says = this.#said(link);
    this.#commitLinks(this.#links.filter(({ id }) => id !== link.id));
    this.host.announce(t("link_deleted", { says }));
    return true;
  }

  protected override removeWhole(): boolean {
    const [id, before] = [this.selected, this.#links.length];
    const gone = super.removeWhole();
    const with_it = before - this.#links.length;
    if (gone && id && with_it > 0) this.host.announce(t("deleted_with_links", { n: with_it }));
    return gone;
  }

  protected override menuOf(span: Span): readonly MenuItem[] {
    const ends = this.#from !== null && this.#from !== span.id;
    const link: MenuItem = { label: ends ? t("link_end_here") : t("link_begin"), run: () => void (ends ? this.#finish(span.id) : this.#begin()) };
    return [link, ...super.menuOf(span)];
  }

  /* -- keys ------------------------------------------------------------------------------------------------- */

  protected override escape(): boolean | void {
    if (this.#from) {
      this.#cancel();
      return undefined;
    }
    if (!this.#held) return super.escape();
    this.#held = null;
    this.leaving = true;
    this.host.announce(t("selected_none"));
    this.refresh();
    return undefined;
  }

  /** While a link is begun, the arrows go from span to span. */
  #step(by: 1 | -1): boolean | void {
    if (!this.#from) return false;
    const next = neighbor(this.elements, this.selected, by);
    if (next) this.select(next.id);
    return undefined;
  }

  #walkLinks(by: 1 | -1): boolean | void {
    const next = neighbor(this.#links, this.#held, by) ?? neighbor(this.#links, null, by);
    if (!next) return false;
    this.#hold(next.id);
    return undefined;
  }

  #nextRelation(by: 1 | -1): void {
    const hand = this.#link()?.relation ?? this.#hand;
    const at = this.#relations.findIndex(({ name }) => name === hand);
    const next = this.#relations[(at + by + this.#relations.length) % this.#relations.length];
    if (!next) return;
    if (this.#link()) {
      this.#takeRelation(next.name);
      return;
    }
    this.#hand = next.name;
    this.host.announce(t("in_hand", { name: next.name }));
    this.refresh();
  }

  #ownKeys(): readonly Binding[] {
    const group = t("links");
    const arrow = (chord: string, by: () => 1 | -1): Binding => ({ chord, says: t("link_other_end"), run: () => this.#step(by()) });
    const relations: readonly Binding[] = this.#relations.length > 1 ? [
      { chord: ".", says: t("relation_next"), group, shows: [", ."], run: () => this.#nextRelation(1) },
      { chord: ",", says: t("relation_next"), run: () => this.#nextRelation(-1) },
    ] : [];
    return [
      { chord: "l", says: t("link_begin"), group, run: (event) => (event.repeat ? undefined : void this.#begin()) },
      { chord: "Enter", says: t("link_end_here"), run: () => (this.#from !== null && this.current() !== null && this.current()?.id !== this.#from ? void this.#finish(this.current()?.id ?? "") : this.#from !== null ? undefined : false) },
      arrow("ArrowRight", () => this.onward(1)),
      arrow("ArrowLeft", () => this.onward(-1)),
      arrow("ArrowDown", () => 1),
      arrow("ArrowUp", () => -1),
      ...relations,
      { chord: "]", says: t("link_next"), group, shows: ["[ ]"], run: () => this.#walkLinks(1) },
      { chord: "[", says: t("link_next"), run: () => this.#walkLinks(-1) },
      { chord: "x", says: t("link_reverse"), group, run: () => this.#reverse() },
    ];
  }
}

function asValue(spans: readonly Span[], links: readonly Link[]): Json {
  return { elements: spans as unknown as readonly Json[], links: links as unknown as readonly Json[] };
}

export const draws: EditorModule["draws"] = "text";
export const blank: Json = { elements: [], links: [] };
export { classesIn } from "../../frontend/src/elements.ts";
export const create: EditorModule["create"] = (host) => (host.texts.length > 0 ? new RelationEditor(host) : new Unanswerable(host, t("no_text", { name: host.question.prompt })));
