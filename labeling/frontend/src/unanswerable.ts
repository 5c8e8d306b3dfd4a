import { h } from "./dom.ts";
import type { Binding, Editor, Host } from "./types.ts";

/** A question asked of an item that has nothing to answer it on: no picture to draw on, no text to mark. */
export class Unanswerable implements Editor {
  readonly bindings: readonly Binding[] = [];

  constructor(host: Host, why: string) {
    host.form.append(h("p", { class: "muted" }, why));
  }

  show(): void {}

  problem(): string | null {
    return null;
  }

  focus(): void {}

  destroy(): void {}
}
