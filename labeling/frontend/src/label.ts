import { claim } from "./api.ts";
import { Desk } from "./desk.ts";
import { ownDrafts } from "./kept.ts";
import { outShelf, readConfig, shelf, wholePage } from "./page.ts";
import type { DeskConfig } from "./types.ts";
import { loadEditors } from "./work.ts";

/** What the first item needs is asked for at once, while the page is still being read and its styles are on their way. */
async function begin(config: DeskConfig): Promise<void> {
  const small = shelf();
  const works = !config.preview && !config.review;
  const begun = {
    claimed: works && !config.open_task ? claim(config.claim_url, []) : null,
    drafts: works && config.drafts_url ? ownDrafts(config.drafts_url) : null,
  };
  void loadEditors(config.questions);
  const [out] = await Promise.all([outShelf(config, small), wholePage(config)]);
  await new Desk(config, small, out, begun).start();
}

const config = readConfig();
if (config) void begin(config);
