import { DeviceShelf, openDepot } from "./device_shelf.ts";
import { useTexts } from "./messages.ts";
import type { DeskConfig } from "./types.ts";

function shelf(): Storage | null {
  try {
    localStorage.setItem("concord.probe", "1");
    localStorage.removeItem("concord.probe");
    return localStorage;
  } catch {
    return null;
  }
}

function pageTexts(): Record<string, string> {
  const template = document.querySelector<HTMLTemplateElement>("template#texts");
  const texts: Record<string, string> = {};
  for (const entry of template?.content.querySelectorAll<HTMLElement>("[data-text]") ?? []) texts[entry.dataset["text"] ?? ""] = entry.textContent?.trim() ?? "";
  return texts;
}

/** Where answers on their way are kept on this device. */
export async function outShelf(config: DeskConfig, small: Storage | null): Promise<DeviceShelf> {
  return DeviceShelf.open(small, await openDepot(), outPrefix(config));
}

export function outPrefix({ agent, project }: DeskConfig): string {
  return `concord.${agent ?? ""}.${project.id}.out.`;
}

/** What the server wrote into the page: settings and texts; and where this device keeps things. Null on another page. */
export function readPage<C extends DeskConfig>(): { readonly config: C; readonly shelf: Storage | null } | null {
  const source = document.getElementById("desk")?.textContent;
  if (!source) return null;
  const config = JSON.parse(source) as C;
  useTexts({ ...pageTexts(), ...config.labels });
  return { config, shelf: shelf() };
}
