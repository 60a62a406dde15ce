/** Uploading many files through a plain form, in portions, with progress and a reason for each that was refused. */
import { el, fill, refill } from "../core/dom.ts";

export interface Portion {
  readonly files: readonly File[];
  readonly bytes: number;
}

interface Answer {
  stored?: string[];
  refused?: { name: string; reason: string }[];
}

const FILES_PER_REQUEST = 50;
const BYTES_PER_REQUEST = 16 * 1024 * 1024;
const ATTEMPTS = 4;

/** The files in order, in portions of at most so many files and bytes; a larger file is a portion of its own. */
export function portions(
  files: readonly File[],
  mostFiles = FILES_PER_REQUEST,
  mostBytes = BYTES_PER_REQUEST,
): Portion[] {
  const result: Portion[] = [];
  let current: File[] = [];
  let bytes = 0;
  const close = (): void => {
    if (current.length) result.push({ files: current, bytes });
    current = [];
    bytes = 0;
  };
  for (const file of files) {
    if (current.length === mostFiles || (current.length && bytes + file.size > mostBytes)) close();
    current.push(file);
    bytes += file.size;
  }
  close();
  return result;
}

function send(form: HTMLFormElement, portion: Portion, sent: (bytes: number) => void): Promise<Answer> {
  const body = new FormData(form);
  body.delete("files");
  for (const file of portion.files) {
    body.append("files", file, file.name);
    body.append("path", file.webkitRelativePath || file.name);
  }
  return new Promise((resolve, reject) => {
    // fetch cannot report how much of a body has gone out.
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => sent(Math.min(event.loaded, portion.bytes));
    request.onerror = () => reject(new Error(""));
    request.onload = () => {
      if (request.status >= 500 || request.status === 429) return reject(new Error(""));
      try {
        const answer = JSON.parse(request.responseText) as Answer & { error_msg?: string };
        if (request.status < 300) return resolve(answer);
        const reason = answer.error_msg ?? request.statusText;
        resolve({ refused: portion.files.map((file) => ({ name: file.name, reason })) });
      } catch {
        const reason = gettext("The server refused this upload. Reload the page and try again.");
        resolve({ refused: portion.files.map((file) => ({ name: file.name, reason })) });
      }
    };
    request.send(body);
  });
}

async function sendStubbornly(form: HTMLFormElement, portion: Portion, sent: (bytes: number) => void): Promise<Answer> {
  // Where names are made free, sending again after a lost answer would store the files twice.
  const attempts = form.querySelector<HTMLInputElement>('input[name="rename"]')?.checked ? 1 : ATTEMPTS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(form, portion, sent);
    } catch {
      if (attempt === attempts) {
        const reason = gettext("The server could not be reached.");
        return { refused: portion.files.map((file) => ({ name: file.name, reason })) };
      }
      await new Promise((resolve) => window.setTimeout(resolve, 1000 * 2 ** attempt));
    }
  }
}

async function upload(form: HTMLFormElement, input: HTMLInputElement): Promise<void> {
  const files = [...(input.files ?? [])];
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const box = form.querySelector("[data-upload-progress]") ?? form;
  const bar = el("progress", { max: Math.max(1, total), value: 0, "aria-label": gettext("Progress") });
  const words = el("span", {}, "");
  const list = el("ul", { class: "files", role: "list" });
  refill(box, el("div", { class: "progress" }, el("div", { class: "progress__text" }, words), bar), list);
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  let stored = 0;
  let refused = 0;
  let before = 0;
  for (const portion of portions(files)) {
    const answer = await sendStubbornly(form, portion, (bytes) => {
      bar.value = before + bytes;
    });
    before += portion.bytes;
    bar.value = before;
    stored += answer.stored?.length ?? 0;
    for (const { name, reason } of answer.refused ?? []) {
      refused += 1;
      list.append(el("li", {}, el("span", { class: "files__name" }, `${name}: ${reason}`)));
    }
    words.textContent = fill(gettext("%(stored)s of %(total)s files stored"), { stored, total: files.length });
  }
  for (const button of form.querySelectorAll("button")) button.disabled = false;
  // With refusals the list stays to be read; the page behind it is renewed when the dialog is closed.
  const renew = () => location.assign(form.dataset.back || location.href);
  if (!refused) renew();
  else form.closest("dialog")?.addEventListener("close", renew, { once: true });
}

export function startUploads(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-upload]")) {
    const input = form.querySelector<HTMLInputElement>('input[type="file"]');
    if (!input) continue;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (input.files?.length) void upload(form, input);
    });
    const folder = form.querySelector<HTMLElement>("[data-upload-folder]");
    const whole = folder?.querySelector("input");
    if (folder && whole && "webkitdirectory" in input) {
      folder.hidden = false;
      whole.addEventListener("change", () => {
        input.webkitdirectory = whole.checked;
        input.value = "";
      });
    }
    const zone = input.closest<HTMLElement>("[data-dropzone]");
    for (const name of ["dragenter", "dragover"]) {
      zone?.addEventListener(name, () => {
        zone.dataset.over = "";
      });
    }
    for (const name of ["dragleave", "drop"]) zone?.addEventListener(name, () => delete zone.dataset.over);
  }
}
