/** The shapes that cross the wire, and what an editor owes the shell. */
import type { SoundPlayer } from "./sound.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Part {
  readonly role: string;
  readonly kind: "image" | "text" | "audio";
  readonly url?: string | null;
  readonly text?: string | null;
  readonly width?: number | null;
  readonly height?: number | null;
}

export interface Item {
  readonly id: number;
  readonly key?: string;
  readonly parts: readonly Part[];
  readonly fields: Readonly<Record<string, Json>>;
}

export interface Task {
  readonly id: number;
  readonly round?: number;
  readonly due?: string | null;
  readonly guideline_version: number;
  readonly item: Item;
  /** The own annotation that an answer to this corrects. */
  readonly revises?: number;
}

export interface ClassSpec {
  readonly code: number;
  readonly name: string;
  readonly color?: number;
  readonly hotkey?: string;
  readonly definition?: string;
  readonly parent?: number;
  readonly examples?: Readonly<Partial<Record<ExampleKind, readonly number[]>>>;
}

export type ExampleKind = "typical" | "borderline" | "counter";

/** What an example looks like: a picture, or the beginning of a text. */
export interface Example {
  readonly url?: string | null;
  readonly text?: string;
}

export interface Spec {
  readonly classes?: readonly ClassSpec[];
  readonly min?: number;
  readonly max?: number;
  readonly min_size?: number;
  readonly max_size?: number;
  readonly min_area?: number;
  readonly max_area?: number;
  readonly conventions?: readonly { readonly write: string; readonly not: readonly string[]; readonly because?: string }[];
  readonly [key: string]: unknown;
}

export interface Question {
  readonly key: string;
  readonly prompt: string;
  readonly label_type: string;
  readonly required: boolean;
  readonly spec: Spec;
  /** Asked only where the answer to that question names one of these classes; empty or left out: always. */
  readonly shown_if?: { readonly question?: string; readonly classes?: readonly number[] };
}

export interface SkipReason {
  readonly key: string;
  readonly label: string;
}

export interface DeskConfig {
  readonly project: { readonly id: number; readonly name: string };
  readonly agent?: number | string;
  readonly claim_url: string;
  /** Where several tasks are claimed at once, to take them along; empty where one may not. */
  readonly claims_url?: string;
  readonly annotations_url: string;
  readonly skip_url: string;
  readonly past_url?: string;
  /** Opens with this answered task, to correct it. */
  readonly open_task?: number | null;
  /** Why a reviewer sent that one back. */
  readonly sent_back?: string;
  readonly home_url: string;
  /** Where many easy items are answered on one page. */
  readonly grid_url?: string;
  /** What leads there is called; "Your work" if nothing is said. */
  readonly home_words?: string;
  readonly sign_in_url?: string;
  readonly guideline?: { readonly id?: number; readonly version?: string; readonly text?: string; readonly url?: string };
  readonly preview: false | { readonly item: Item; readonly guideline_version?: number };
  /** Somebody's answer under review: what is sent is its correction. */
  readonly review?: { readonly task: Task; readonly answers: Answers; readonly url: string; readonly done_url: string };
  readonly flag_url?: string;
  readonly drafts_url?: string;
  readonly draft_url?: string;
  readonly lease_url?: string;
  readonly flags?: readonly SkipReason[];
  readonly questions: readonly Question[];
  /** What the examples of the classes look like, by their item's number. */
  readonly examples?: Readonly<Record<string, Example>>;
  /** Which questions a round asks, by its id; a round that is not listed asks all. */
  readonly rounds?: Readonly<Record<string, readonly string[]>>;
  readonly progress: { readonly done: number; readonly total: number };
  readonly skip_reasons: readonly SkipReason[];
  readonly labels?: Readonly<Record<string, string>>;
}

export type Answers = Readonly<Record<string, Json>>;

export interface Binding {
  /** As `chordOf` writes it: "Enter", "Shift+ArrowLeft", "1". */
  readonly chord: string;
  readonly says: string;
  /** Shown in the help overlay under this heading; left out when absent. */
  readonly group?: string;
  /** What the overlay prints instead of the chord. */
  readonly shows?: readonly string[];
  /** Answers also while somebody writes: only for chords no text needs. */
  readonly whileTyping?: boolean;
  /** Return false to let the browser have the key after all. */
  run(event: KeyboardEvent): boolean | void;
  release?(event: KeyboardEvent): void;
}

/** What the shell gives an editor. Values are immutable: the shell keeps them as history. */
export interface Host {
  readonly question: Question;
  readonly item: Item;
  /** Who answers: what is shuffled is shuffled for them. */
  readonly person: string;
  /** The keys this question's classes answer to, by class code. */
  readonly classKeys: ReadonlyMap<number, string>;
  /** Where a form belongs: under a text, beside a picture. */
  readonly form: HTMLElement;
  /** Where the tools of a drawing belong: always beside the picture. */
  readonly side: HTMLElement;
  readonly pictures: Pictures | null;
  /** The item's sounds, once their players are there; none where it has none. */
  readonly sounds: Promise<readonly SoundPlayer[]>;
  /** The item's texts as they stand on the page. */
  readonly texts: readonly ShownText[];
  /** Of several questions that are drawn or marked, one is in hand: its keys and its pointer work. */
  isActive(): boolean;
  activate(): void;
  /** Said aloud, and shown for a while. */
  tell(text: string): void;
  /** `amends`: still the same change, such as a word being typed; undo takes it back as one. */
  commit(value: Json | undefined, amends?: boolean): void;
  announce(text: string): void;
  inHand(code: number | null): void;
}

export interface Editor {
  readonly bindings: readonly Binding[];
  /** Answered by writing: it has the focus when an item comes. */
  readonly writes?: boolean;
  /** Show this value; undefined is "not answered". */
  show(value: Json | undefined): void;
  /** Why the value cannot be sent, or null. */
  problem(value: Json | undefined): string | null;
  /** Take the so-manieth element of the answer in hand: something is wrong with it. */
  pointAt?(index: number): void;
  focus(): void;
  /** Another question was taken in hand: let go. */
  rest?(): void;
  destroy(): void;
}

export interface EditorModule {
  /** The kind of part its answers are drawn or marked on; null for a form. */
  readonly draws: Part["kind"] | null;
  /** Parts of the item that its editor shows itself; left out, the page shows them all. */
  readonly shows?: ((question: Question, item: Item) => readonly Part[]) | undefined;
  /** What an untouched question says when it is sent: "nothing there" for drawings. Left out, it is not answered. */
  readonly blank?: Json;
  /** The classes that an answer names; left out for answers without classes. */
  readonly classesIn?: ((value: Json | undefined) => readonly number[]) | undefined;
  /** The answer without these classes; left out where nothing is left of it then. */
  readonly keep?: ((value: Json | undefined, gone: ReadonlySet<number>) => Json | undefined) | undefined;
  /** The answer that one class alone is; left out where an answer is more than one class. */
  readonly paints?: ((code: number) => Json) | undefined;
  create(host: Host): Editor;
}

/** One text of the item: `node` holds it as it is, in `body`, which an editor may mark. */
export interface ShownText {
  readonly part: Part;
  readonly text: string;
  readonly body: HTMLElement;
  readonly node: Text;
}

/** Pictures an editor may draw on: one view, one transform, shared by all of an item's drawing questions. */
export interface Pictures {
  readonly surface: HTMLElement;
  readonly part: Part;
  showPart(role: string): void;
  attach(layer: Layer): () => void;
  redraw(): void;
  view(): View;
  setView(view: View): void;
  /** The size of the surface in CSS pixels. */
  size(): Size;
  /** The pointer's place in continuous pixels of the upright picture. */
  at(event: PointerEvent | MouseEvent): Point;
  readonly overlay: SVGSVGElement;
  setCursor(name: string | null): void;
}

export interface Point { readonly x: number; readonly y: number }
export interface Size { readonly width: number; readonly height: number }
/** Screen = picture × scale + (x, y), in CSS pixels. */
export interface View { readonly scale: number; readonly x: number; readonly y: number }

export interface Layer {
  /** Paint what rests. The context maps picture pixels to the canvas; `seen` is the part of the picture worth painting. */
  paint(context: CanvasRenderingContext2D, view: View, seen: Bounds): void;
  /** The view moved: place what is drawn in screen coordinates. */
  moved(view: View): void;
  partChanged(part: Part): void;
  /** Return true to take the pointer until it is released. */
  down(event: PointerEvent, at: Point): boolean;
  drag(event: PointerEvent, at: Point): void;
  up(event: PointerEvent, at: Point): void;
  /** A second finger or the system took the pointer: forget the gesture. */
  cancel(): void;
  hover(at: Point): void;
  /** A finger rests in one place. Return true if something came of it: its gesture is over then. */
  held?(event: PointerEvent, at: Point): boolean;
}

export interface Bounds { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number }
