import { DeviceShelf, openDepot } from "./device_shelf.ts";
import { useTexts } from "./messages.ts";
import type { DeskConfig } from "./types.ts";

/** The small storage of this device, if it may be used. */
export function shelf(): Storage | null {
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

/** What the server wrote into the page's head; null on another page. It is there before the page has been read to its end. */
export function readConfig<C extends DeskConfig>(): C | null {
  const source = document.getElementById("desk")?.textContent;
  return source ? (JSON.parse(source) as C) : null;
}

/** Resolves once the page has been read to its end and its texts are known. */
export async function wholePage({ labels }: DeskConfig): Promise<void> {
  if (document.readyState === "loading") await new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve, { once: true }));
  useTexts({ ...pageTexts(), ...labels });
}
