import { Desk } from "./desk.ts";
import { readPage } from "./page.ts";

const page = readPage();
if (page) void new Desk(page.config, page.shelf).start();
