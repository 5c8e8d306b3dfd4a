import { History } from "./history.ts";

export type Painted = Readonly<Record<number, number>>;

/** Which tiles are chosen and which class each has; every paint is one step of undo. Tiles are named by their task. */
export class GridState {
  readonly #history = new History<Painted>({});
  #tasks: readonly number[] = [];
  #at = 0;
  #anchor = 0;
  #chosen: ReadonlySet<number> = new Set();

  get tasks(): readonly number[] {
    return this.#tasks;
  }

  /** What is painted, of the tiles that are there. */
  get painted(): ReadonlyMap<number, number> {
    const there = new Set(this.#tasks);
    return new Map(Object.entries(this.#history.state).map(([task, code]): [number, number] => [Number(task), code]).filter(([task]) => there.has(task)));
  }

  get at(): number {
    return this.#at;
  }

  get current(): number | undefined {
    return this.#tasks[this.#at];
  }

  get chosen(): ReadonlySet<number> {
    return this.#chosen;
  }

  get canUndo(): boolean {
    return this.#history.canUndo;
  }

  get canRedo(): boolean {
    return this.#history.canRedo;
  }

  /** What a key or a button is about: the chosen tiles, else the one under the cursor. */
  get meant(): readonly number[] {
    if (this.#chosen.size > 0) return this.#tasks.filter((task) => this.#chosen.has(task));
    return this.current === undefined ? [] : [this.current];
  }

  /** Other tiles: those that stay keep their class, and the cursor stays on its tile. */
  setTasks(tasks: readonly number[]): void {
    const current = this.current;
    this.#tasks = tasks;
    const there = new Set(tasks);
    this.#chosen = new Set([...this.#chosen].filter((task) => there.has(task)));
    this.#at = Math.max(0, current === undefined ? 0 : tasks.indexOf(current));
    this.#anchor = this.#at;
  }

  /** The cursor goes by so many tiles, or to one; with `extend` everything on the way is chosen. */
  move(to: number, extend: boolean): void {
    const last = this.#tasks.length - 1;
    if (last < 0) return;
    this.#at = Math.min(last, Math.max(0, to));
    if (!extend) {
      this.#anchor = this.#at;
      this.#chosen = new Set();
      return;
    }
    const [from, until] = this.#anchor < this.#at ? [this.#anchor, this.#at] : [this.#at, this.#anchor];
    this.#chosen = new Set(this.#tasks.slice(from, until + 1));
  }

  toggle(index: number): void {
    const task = this.#tasks[index];
    if (task === undefined) return;
    this.#at = this.#anchor = index;
    const chosen = new Set(this.#chosen);
    if (!chosen.delete(task)) chosen.add(task);
    this.#chosen = chosen;
  }

  choose(which: "all" | "rest" | "none"): void {
    const painted = this.painted;
    this.#chosen = new Set(which === "none" ? [] : this.#tasks.filter((task) => which === "all" || !painted.has(task)));
  }

  /** Gives these tiles a class, or none; whether anything changed. */
  paint(tasks: readonly number[], code: number | null): boolean {
    const before = this.#history.state;
    const next: Record<number, number> = { ...before };
    for (const task of tasks) {
      if (code === null) delete next[task];
      else next[task] = code;
    }
    if (tasks.every((task) => before[task] === next[task])) return false;
    this.#history.push(next);
    return true;
  }

  /** After one tile was painted: the next one that has no class, else the next. */
  advance(): void {
    const painted = this.painted;
    const next = this.#tasks.findIndex((task, index) => index > this.#at && !painted.has(task));
    this.move(next === -1 ? this.#at + 1 : next, false);
  }

  undo(): boolean {
    return this.#history.undo() !== null;
  }

  redo(): boolean {
    return this.#history.redo() !== null;
  }
}
