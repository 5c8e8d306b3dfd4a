import { claim } from "./api.ts";
import { Desk } from "./desk.ts";
import { outShelf, readPage } from "./page.ts";

const page = readPage();
if (page) {
  const { claim_url, preview, review, open_task } = page.config;
  const first = preview || review || open_task ? null : claim(claim_url, []);
  void outShelf(page.config, page.shelf).then((out) => new Desk(page.config, page.shelf, out, first).start());
}
