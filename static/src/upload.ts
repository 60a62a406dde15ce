/** The upload dialog of the storage page: many files or a whole folder, with progress. Without it the plain form works. */

import { button, el, fill, refill } from "./core/dom.ts";
import { batches } from "./upload/batches.ts";
import { pathOf, type Refusal, send } from "./upload/send.ts";

const MOST_FILES = 25;
const MOST_BYTES = 16 * 1024 * 1024;
const LONGEST_LIST = 100;

function setUp(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>("input[type=file]");
  const report = form.querySelector<HTMLElement>("[data-upload-progress]");
  if (!input || !report) return;
  const wholeFolder = form.querySelector<HTMLElement>("[data-upload-folder]");
  if (wholeFolder && "webkitdirectory" in input) {
    wholeFolder.hidden = false;
    wholeFolder.querySelector("input")?.addEventListener("change", (event) => {
      input.value = "";
      input.webkitdirectory = (event.target as HTMLInputElement).checked;
    });
  }
  takeDrops(form, input);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    void upload(form, report, [...(input.files ?? [])]);
  });
}

function takeDrops(form: HTMLFormElement, input: HTMLInputElement): void {
  const zone = form.querySelector<HTMLElement>("[data-dropzone]");
  zone?.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.dataset.over = "";
  });
  zone?.addEventListener("dragleave", () => delete zone.dataset.over);
  zone?.addEventListener("drop", (event) => {
    event.preventDefault();
    delete zone.dataset.over;
    if (event.dataTransfer?.files.length) input.files = event.dataTransfer.files;
  });
}

async function upload(form: HTMLFormElement, report: HTMLElement, files: File[]): Promise<void> {
  const submit = form.querySelector<HTMLButtonElement>("button[type=submit]");
  if (submit) submit.disabled = true;
  const total = files.reduce((sum, file) => sum + file.size, 0);
  const bar = el("progress", { max: Math.max(total, 1), value: 0, "aria-label": gettext("Progress") });
  const words = el("span");
  refill(report, el("div", { class: "progress" }, el("div", { class: "progress__text" }, words), bar));

  const refused: Refusal[] = [];
  const unsent: File[] = [];
  let reason = "";
  let doneFiles = 0;
  let doneBytes = 0;
  const show = (bytes: number) => {
    bar.value = Math.min(total, doneBytes + bytes);
    words.textContent = fill(gettext("%(done)s of %(total)s files"), { done: doneFiles, total: files.length });
  };
  show(0);
  for (const group of batches(files, MOST_FILES, MOST_BYTES)) {
    try {
      const outcome = await send(form, group, show);
      refused.push(...outcome.refused);
    } catch (error) {
      unsent.push(...group);
      reason = error instanceof Error ? error.message : String(error);
    }
    doneFiles += group.length;
    doneBytes += group.reduce((sum, file) => sum + file.size, 0);
    show(0);
  }
  if (submit) submit.disabled = false;
  if (refused.length === 0 && unsent.length === 0) {
    location.assign(form.dataset.back ?? location.href);
    return;
  }
  refill(
    report,
    refused.length > 0 && listOf(gettext("These files were refused:"), refused),
    unsent.length > 0 &&
      listOf(
        gettext("These files were not sent:"),
        unsent.map((file) => ({ name: pathOf(file), reason })),
      ),
    el(
      "div",
      { class: "button-group" },
      unsent.length > 0 && button("send-again", gettext("Send again"), () => void upload(form, report, unsent)),
      el("a", { class: "button button--small", href: form.dataset.back ?? "" }, gettext("Show the folder")),
    ),
  );
}

function listOf(title: string, refusals: readonly Refusal[]): HTMLElement {
  const shown = refusals.slice(0, LONGEST_LIST);
  const rest = refusals.length - shown.length;
  return el(
    "div",
    {},
    el("p", { class: "strong" }, title),
    el(
      "ul",
      { class: "files", role: "list" },
      ...shown.map(({ name, reason }) =>
        el("li", {}, el("span", { class: "files__name" }, name), el("span", { class: "small" }, reason)),
      ),
      rest > 0 && el("li", {}, fill(gettext("and %(count)s more"), { count: rest })),
    ),
  );
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-upload]")) setUp(form);
