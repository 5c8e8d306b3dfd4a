import { apply, h, icon, kbd, keepFocus } from "../../frontend/src/dom.ts";
import { t } from "../../frontend/src/messages.ts";
import type { SoundPlayer } from "../../frontend/src/sound.ts";
import type { Binding } from "../../frontend/src/types.ts";
import type { Contender } from "./ranking.ts";

/** What stands over a part: a name that may hide what it is, and its key. */
export interface Title {
  readonly code: number;
  readonly name: string;
  readonly chord: string | undefined;
}

interface Card {
  readonly root: HTMLElement;
  readonly button: HTMLButtonElement;
  readonly place: HTMLElement;
  readonly moves: HTMLElement;
  sound: SoundPlayer | null;
}

/** The parts beside each other, each with a button that chooses it. */
export class Contenders {
  readonly root = h("div", { class: "compared", tabindex: "-1" });
  readonly #cards = new Map<number, Card>();
  #order: readonly number[] = [];
  #listening = 0;
  #gone = false;

  constructor(all: readonly Contender[], announce: (text: string) => void, press: (code: number) => void) {
    for (const one of all) this.#cards.set(one.code, this.#card(one, announce, press));
  }

  destroy(): void {
    this.#gone = true;
    for (const { sound } of this.#cards.values()) sound?.destroy();
  }

  #card({ code, part }: Contender, announce: (text: string) => void, press: (code: number) => void): Card {
    const button = h("button", { type: "button", class: "btn grow", "aria-pressed": "false", click: () => press(code) });
    keepFocus(button);
    const body = h("div", { class: "what" });
    const place = h("span", { class: "place" });
    const moves = h("span", { class: "group", role: "group" });
    const card: Card = { root: h("section", { class: "contender" }, body, h("div", { class: "row nowrap" }, button, moves)), button, place, moves, sound: null };
    if (part.kind === "image") {
      body.append(h("img", { src: part.url ?? "", alt: "", draggable: "false", width: part.width, height: part.height, click: () => press(code) }));
    } else if (part.kind === "audio") {
      body.classList.add("heard");
      void import("../../frontend/src/sound.ts").then(({ SoundPlayer }) => {
        if (!this.#gone) card.sound = new SoundPlayer(body, part, announce);
      });
    } else {
      body.append(h("p", { class: "body", dir: "auto" }, part.text ?? ""));
    }
    return card;
  }

  /** Every card gets buttons that move it up and down the ranking. */
  steps(move: (code: number, by: -1 | 1) => void): void {
    for (const [code, { moves }] of this.#cards) {
      for (const [by, name, says] of [[-1, "arrow-up", t("rank_up")], [1, "arrow-down", t("rank_down")]] as const) {
        const button = h("button", { type: "button", class: "btn icon-only", "aria-label": says, title: says, click: () => move(code, by) }, icon(name));
        keepFocus(button);
        moves.append(button);
      }
    }
  }

  lay(titles: readonly Title[]): void {
    this.#order = titles.map(({ code }) => code);
    this.root.dataset["n"] = String(titles.length);
    this.root.replaceChildren(...titles.flatMap(({ code, name, chord }): HTMLElement[] => {
      const card = this.#cards.get(code);
      if (!card) return [];
      apply(card.root, { "aria-label": name });
      card.root.querySelector("img")?.setAttribute("alt", name);
      card.button.replaceChildren(...[card.place, h("span", { class: "clip" }, name), kbd(chord)].filter((one) => one !== null));
      return [card.root];
    }));
  }

  /** The chosen ones with the place they have, and the one in hand. */
  mark(chosen: ReadonlyMap<number, string>, hand: number | null): void {
    for (const [code, { root, button, place }] of this.#cards) {
      const said = chosen.get(code);
      button.setAttribute("aria-pressed", String(said !== undefined));
      root.classList.toggle("on", said !== undefined);
      root.classList.toggle("held", code === hand);
      place.textContent = said ?? "";
      place.hidden = !said;
    }
  }

  /** Sounds are played one at a time: again the same, the one before or the one after. */
  bindings(group: string): Binding[] {
    if (![...this.#cards.values()].some(({ root }) => root.querySelector(".heard"))) return [];
    return [
      { chord: "Space", says: t("play_pause"), group, run: () => this.#sounds()[this.#listening]?.toggle() },
      { chord: ",", says: t("play_other"), group, shows: [", ."], run: () => this.#listen(-1) },
      { chord: ".", says: t("play_other"), run: () => this.#listen(1) },
    ];
  }

  #sounds(): readonly SoundPlayer[] {
    return this.#order.flatMap((code) => this.#cards.get(code)?.sound ?? []);
  }

  #listen(by: -1 | 1): void {
    const sounds = this.#sounds();
    sounds[this.#listening]?.stop();
    this.#listening = Math.max(0, Math.min(sounds.length - 1, this.#listening + by));
    const next = sounds[this.#listening];
    next?.seek(-Infinity);
    next?.toggle();
  }
}
