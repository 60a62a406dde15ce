/** The thumbnails: one option of a list box for each image, changed in place as answers and selection change. */

import type { LabelSpec } from "../core/config.ts";
import { el, fill, refill, swatch } from "../core/dom.ts";
import type { Session } from "../core/session.ts";
import { NOTHING } from "../core/wire.ts";
import type { GridState } from "./step.ts";

export interface GridHandlers {
  click(id: string, shift: boolean): void;
  open(id: string): void;
  nearEnd(): void;
}

export function chips(session: Session, id: string, colors: ReadonlyMap<string, LabelSpec>): HTMLElement[] {
  const marks = session.marks(id);
  if (marks === NOTHING) return [el("span", { class: "chip" }, gettext("none of the labels"))];
  return marks.map((mark) =>
    el("span", { class: "chip" }, swatch(colors.get(mark.name)?.color ?? "#8a8f98"), mark.name),
  );
}

export class Grid {
  private readonly options = new Map<string, HTMLElement>();
  readonly element = el("div", {
    class: "thumbs",
    role: "listbox",
    tabindex: "0",
    "aria-multiselectable": "true",
    "aria-label": gettext("Images"),
  });
  private readonly end = el("div", { class: "thumbs-end", "aria-hidden": "true" });
  readonly scroller = el("div", { class: "thumbs-scroll" }, this.element, this.end);
  private shown: GridState | null = null;

  constructor(
    private readonly session: Session,
    private readonly colors: ReadonlyMap<string, LabelSpec>,
    private readonly handlers: GridHandlers,
  ) {
    this.element.addEventListener("click", (event) => {
      const id = this.idAt(event);
      if (id) this.handlers.click(id, event.shiftKey);
    });
    this.element.addEventListener("dblclick", (event) => {
      const id = this.idAt(event);
      if (id) this.handlers.open(id);
    });
    // Shift-click selects images here, not the text between them.
    this.element.addEventListener("mousedown", (event) => {
      if (event.shiftKey) event.preventDefault();
    });
    new IntersectionObserver(
      (seen) => {
        if (seen.some((entry) => entry.isIntersecting)) this.handlers.nearEnd();
      },
      { root: this.scroller, rootMargin: "600px" },
    ).observe(this.end);
  }

  /** Images in one row, for the up and down keys. */
  get columns(): number {
    return Math.max(1, getComputedStyle(this.element).gridTemplateColumns.split(" ").length);
  }

  setSize(size: string): void {
    this.element.dataset.size = size;
  }

  show(state: GridState): void {
    if (state.order !== this.shown?.order) this.place(state.order);
    for (const id of new Set([...(this.shown?.selected ?? []), ...state.selected])) {
      this.options.get(id)?.setAttribute("aria-selected", String(state.selected.has(id)));
    }
    const before = this.shown?.order[this.shown.cursor];
    const current = state.order[state.cursor];
    if (before !== current || state.order !== this.shown?.order) {
      if (before) this.options.get(before)?.removeAttribute("data-cursor");
      const option = current ? this.options.get(current) : undefined;
      if (option) {
        option.dataset.cursor = "";
        this.element.setAttribute("aria-activedescendant", option.id);
        if (this.shown) option.scrollIntoView({ block: "nearest" });
      }
    }
    this.element.dataset.spent = String(state.spent);
    this.shown = state;
  }

  /** Draws the answers of these images again. */
  refresh(ids: Iterable<string>): void {
    for (const id of ids) {
      const option = this.options.get(id);
      if (option) this.describe(option, id);
    }
  }

  private idAt(event: Event): string | undefined {
    return (event.target as Element).closest<HTMLElement>("[data-sample-id]")?.dataset.sampleId;
  }

  private place(order: readonly string[]): void {
    order.forEach((id, at) => {
      let option = this.options.get(id);
      if (!option) {
        option = this.option(id);
        this.options.set(id, option);
      }
      if (this.element.children[at] !== option) this.element.insertBefore(option, this.element.children[at] ?? null);
    });
  }

  private option(id: string): HTMLElement {
    const sample = this.session.samples.get(id);
    const option = el(
      "div",
      { class: "thumb", role: "option", id: `sample-${id}`, "data-sample-id": id, "aria-selected": "false" },
      el(
        "div",
        { class: "thumb-picture" },
        el("img", { src: sample?.thumbnail ?? "", alt: "", loading: "lazy", decoding: "async", draggable: "false" }),
      ),
      el("div", { class: "thumb-name", title: sample?.name ?? "" }, sample?.name ?? ""),
      el("div", { class: "thumb-labels" }),
    );
    this.describe(option, id);
    return option;
  }

  private describe(option: HTMLElement, id: string): void {
    const sample = this.session.samples.get(id);
    const marks = this.session.marks(id);
    const entry = this.session.outbox.entry(id);
    const slot = option.querySelector(".thumb-labels");
    if (slot) refill(slot, ...chips(this.session, id, this.colors));
    option.dataset.labelled = String(this.session.isAnswered(id));
    option.dataset.save = entry ? (entry.problem ? "attention" : "waiting") : "saved";
    const none = marks === NOTHING ? gettext("none of the labels") : gettext("not labelled");
    const names = marks.map((mark) => mark.name).join(", ") || none;
    option.setAttribute(
      "aria-label",
      fill(gettext("%(name)s: %(labels)s"), { name: sample?.name ?? id, labels: names }),
    );
  }
}
