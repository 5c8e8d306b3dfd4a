/** Undo and redo over immutable states: one history an item, so undo never leaks into the next one. */
export class History<T> {
  #states: T[];
  #at = 0;
  readonly #limit: number;

  constructor(first: T, limit = 500) {
    this.#states = [first];
    this.#limit = limit;
  }

  get state(): T {
    return this.#states[this.#at] as T;
  }

  get canUndo(): boolean {
    return this.#at > 0;
  }

  get canRedo(): boolean {
    return this.#at < this.#states.length - 1;
  }

  /** A new state ends what could be redone. The state already shown is not recorded twice. */
  push(state: T): void {
    if (Object.is(state, this.state)) return;
    this.#states = [...this.#states.slice(0, this.#at + 1), state].slice(-this.#limit);
    this.#at = this.#states.length - 1;
  }

  /** What is still being written replaces itself: one step back undoes the whole of it. */
  amend(state: T): void {
    if (!this.canUndo) this.push(state);
    else this.#states = [...this.#states.slice(0, this.#at), state];
  }

  undo(): T | null {
    if (!this.canUndo) return null;
    this.#at -= 1;
    return this.state;
  }

  redo(): T | null {
    if (!this.canRedo) return null;
    this.#at += 1;
    return this.state;
  }
}
