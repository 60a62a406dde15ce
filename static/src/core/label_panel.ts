/** The list of labels beside the work: searchable, each with its colour, its key and how far it is given. */

import type { LabelSpec } from "./config.ts";
import { keyCaption } from "./dialog.ts";
import { el, swatch } from "./dom.ts";

export type Given = "false" | "mixed" | "true";

const SEARCH_FROM = 10;

export class LabelPanel {
  private readonly rows = new Map<string, HTMLButtonElement>();
  private readonly list = el("ul", { class: "label-list", role: "list" });
  private readonly search = el("input", {
    type: "search",
    class: "label-search",
    placeholder: gettext("Find a label"),
    "aria-label": gettext("Find a label"),
  });
  readonly element = el("section", { class: "label-panel" }, el("h2", {}, gettext("Labels")), this.search, this.list);

  constructor(labels: readonly LabelSpec[], keys: ReadonlyMap<string, string>, give: (name: string) => void) {
    this.search.hidden = labels.length < SEARCH_FROM;
    for (const label of labels) {
      const key = keys.get(label.name);
      const row = el(
        "button",
        {
          type: "button",
          class: "label-row",
          "data-action": "label",
          "data-label": label.name,
          "aria-pressed": "false",
          "aria-keyshortcuts": key,
          onclick: () => give(label.name),
        },
        swatch(label.color),
        el("span", { class: "label-name" }, label.name),
        el("span", { class: "label-count" }),
        key ? el("kbd", { "aria-hidden": "true" }, keyCaption(key)) : null,
      );
      this.rows.set(label.name, row);
      this.list.append(el("li", {}, row));
    }
    if (!labels.length) this.list.append(el("li", { class: "tool-note" }, gettext("This data set has no labels yet.")));
    this.search.addEventListener("input", () => this.filter());
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.clearSearch();
      if (event.key !== "Enter") return;
      event.preventDefault();
      const first = [...this.rows].find(([, row]) => !row.parentElement?.hidden);
      if (first) give(first[0]);
      this.clearSearch();
    });
  }

  focusSearch(): void {
    if (!this.search.hidden) this.search.focus();
  }

  /** `given` says how far each label is given to what is chosen now; `count` stands beside it. */
  show(given: (name: string) => Given, count: (name: string) => string, disabled: boolean): void {
    for (const [name, row] of this.rows) {
      row.setAttribute("aria-pressed", given(name));
      row.disabled = disabled;
      const slot = row.querySelector(".label-count");
      if (slot) slot.textContent = count(name);
    }
  }

  private clearSearch(): void {
    this.search.value = "";
    this.search.blur();
    this.filter();
  }

  private filter(): void {
    const wanted = this.search.value.trim().toLocaleLowerCase();
    for (const [name, row] of this.rows) {
      const item = row.parentElement;
      if (item) item.hidden = !name.toLocaleLowerCase().includes(wanted);
    }
  }
}
