/**
 * `<form data-drop>` with a file input: files and folders can be dropped anywhere on it, the upload shows its progress,
 * and the server's answer takes the page's place. Without a script it is a plain form.
 *
 * Inside it, all optional: `.drop` the zone, `.filelist` what was chosen, `progress`, `[data-drop-status]` a live region.
 */
export function dropForm(form: HTMLFormElement): void {
  if (form.dataset["ready"] !== undefined) return;
  form.dataset["ready"] = "";
  const input = form.querySelector<HTMLInputElement>("input[type=file]");
  if (!input) return;
  for (const sign of ["dragenter", "dragover"]) form.addEventListener(sign, (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", (event) => {
    if (!(event.relatedTarget instanceof Node) || !form.contains(event.relatedTarget)) form.classList.remove("over");
  });
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    void take(form, input, event.dataTransfer);
  });
  input.addEventListener("change", () => list(form, input));
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && input.files && input.files.length > 0) send(form, event);
  });
}

async function take(form: HTMLFormElement, input: HTMLInputElement, data: DataTransfer | null): Promise<void> {
  if (!data) return;
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const found = entries.some((entry) => entry.isDirectory) ? (await Promise.all(entries.map(filesUnder))).flat() : [...data.files];
  const chosen = new DataTransfer();
  for (const file of input.multiple ? found : found.slice(0, 1)) chosen.items.add(file);
  input.files = chosen.files;
  list(form, input);
}

async function filesUnder(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: File[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return found;
    found.push(...(await Promise.all(batch.map(filesUnder))).flat());
  }
}

function size(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  const power = bytes > 0 ? Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1000))) : 0;
  return `${(bytes / 1000 ** power).toFixed(power > 0 ? 1 : 0)} ${units[power]}`;
}

function list(form: HTMLFormElement, input: HTMLInputElement): void {
  const place = form.querySelector(".filelist");
  if (!place) return;
  const files = [...(input.files ?? [])];
  const rows = files.slice(0, 8).map((file) => `${file.name} (${size(file.size)})`);
  if (files.length > rows.length) rows.push(`+ ${files.length - rows.length}`);
  place.replaceChildren(...rows.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
}

function send(form: HTMLFormElement, event: SubmitEvent): void {
  event.preventDefault();
  const request = new XMLHttpRequest();
  const progress = form.querySelector("progress");
  const status = form.querySelector<HTMLElement>("[data-drop-status]");
  const buttons = form.querySelectorAll<HTMLButtonElement>("button[type=submit], button:not([type])");
  const settle = (message: string): void => {
    for (const button of buttons) button.disabled = false;
    if (progress) progress.hidden = true;
    if (status) status.textContent = message;
  };
  request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
    if (!progress || !lengthComputable) return;
    progress.hidden = false;
    progress.max = total;
    progress.value = loaded;
    if (status) status.textContent = `${Math.floor((100 * loaded) / total)}%`;
  });
  request.addEventListener("load", () => {
    const page = request.getResponseHeader("Content-Type")?.includes("text/html");
    if (request.status < 400 && request.responseURL && request.responseURL !== location.href) location.assign(request.responseURL);
    else if (page) replacePage(request.responseText);
    else settle(request.statusText || String(request.status));
  });
  request.addEventListener("error", () => settle(form.dataset["failed"] ?? "The upload stopped. Nothing was stored; try again."));
  request.open("POST", form.action);
  request.send(new FormData(form, event.submitter));
  for (const button of buttons) button.disabled = true;
}

/** The form again with its errors: only the page's main part changes, so that no script of the answer need run. */
function replacePage(html: string): void {
  const main = new DOMParser().parseFromString(html, "text/html").querySelector("main");
  const here = document.querySelector("main");
  if (!main || !here) return;
  here.replaceWith(document.adoptNode(main));
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-drop]")) dropForm(form);
  document.querySelector<HTMLElement>("main .error, main [role=alert], main h1")?.scrollIntoView({ block: "nearest" });
}
