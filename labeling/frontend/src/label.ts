import { Desk } from "./desk.ts";
import { outShelf, readPage } from "./page.ts";

const page = readPage();
if (page) void outShelf(page.config, page.shelf).then((out) => new Desk(page.config, page.shelf, out).start());
