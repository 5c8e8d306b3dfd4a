const KEY = "concord.theme";
const ORDER = ["system", "light", "dark"] as const;
type Theme = (typeof ORDER)[number];

function stored(): Theme {
  try {
    const theme = localStorage.getItem(KEY);
    return ORDER.find((one) => one === theme) ?? "system";
  } catch {
    return "system";
  }
}

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  for (const toggle of document.querySelectorAll<HTMLElement>("[data-theme-toggle]")) {
    const words = toggle.dataset[theme];
    if (words) toggle.setAttribute("aria-label", words);
    if (words) toggle.title = words;
  }
}

export function initTheme(): void {
  apply(stored());
}

/** System, light, dark, and round again. */
export function nextTheme(): void {
  const theme = ORDER[(ORDER.indexOf(stored()) + 1) % ORDER.length] ?? "system";
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Not kept, but applied.
  }
  apply(theme);
}
