import { Desk } from "./desk.ts";
import { useTexts } from "./messages.ts";
import type { Shelf } from "./outbox.ts";
import type { DeskConfig } from "./types.ts";

function shelf(): Shelf | null {
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

const source = document.getElementById("desk")?.textContent;
if (source) {
  const config = JSON.parse(source) as DeskConfig;
  useTexts({ ...pageTexts(), ...config.labels });
  void new Desk(config, shelf()).start();
}
