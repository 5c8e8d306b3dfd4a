const RESTS_MS = 600;

/** A form whose `[data-preview]` button sends it into the frame beside it: pressed once, the preview follows what is typed. */
export function livePreview(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("[data-preview]");
  if (!button || form.dataset["previews"] !== undefined) return;
  form.dataset["previews"] = "";
  let timer = 0;
  let follows = false;
  let sent = "";
  const typed = (): string => new URLSearchParams([...new FormData(form)].map(([name, value]) => [name, String(value)])).toString();
  button.addEventListener("click", () => {
    const section = document.querySelector<HTMLElement>("[data-preview-frame]");
    if (!section) return;
    section.hidden = false;
    (form.closest("section, details") ?? form).after(section);
    for (const other of document.querySelectorAll<HTMLFormElement>("form[data-previews]")) if (other !== form) other.dispatchEvent(new CustomEvent("preview-elsewhere"));
    follows = true;
    sent = typed();
  });
  form.addEventListener("preview-elsewhere", () => (follows = false));
  const later = (): void => {
    if (!follows) return;
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (follows && typed() !== sent) form.requestSubmit(button);
    }, RESTS_MS);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
}
