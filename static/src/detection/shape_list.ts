/** The shapes of a picture as a list, for finding one among many and for people who cannot see the canvas. */
import type { LabelSpec } from "../core/config.ts";
import { el, fill, swatch } from "../core/dom.ts";
import { type Mark, NOTHING } from "../core/wire.ts";
import { numberFields, shapeName } from "../picture/shapes.ts";

export class ShapeList {
  private rows = new Map<string, HTMLButtonElement>();
  /** Marks are never changed in place, so the row of a mark stays right for as long as the mark lives. */
  private readonly items = new WeakMap<Mark, HTMLButtonElement>();
  private readonly list = el("ol", { class: "shape-list", role: "list" });
  private readonly heading = el("h2", {});
  private shown: readonly Mark[] = [];
  readonly element = el("section", { class: "shapes" }, this.heading, this.list);

  constructor(
    private readonly colors: ReadonlyMap<string, LabelSpec>,
    private readonly select: (id: string) => void,
  ) {}

  show(marks: readonly Mark[], selected: string | null): void {
    if (marks !== this.shown) this.rebuild(marks);
    this.shown = marks;
    for (const [id, row] of this.rows) {
      const current = id === selected;
      if ((row.getAttribute("aria-current") === "true") === current) continue;
      row.setAttribute("aria-current", String(current));
      if (current) row.scrollIntoView({ block: "nearest" });
    }
  }

  private rebuild(marks: readonly Mark[]): void {
    const count = marks.length;
    this.heading.textContent =
      marks === NOTHING
        ? gettext("Nothing in this picture")
        : fill(ngettext("%(count)s shape", "%(count)s shapes", count), { count });
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.markId : undefined;
    this.rows = new Map(marks.map((mark) => [mark.id, this.row(mark)]));
    const items = [...this.rows.values()].map((row) => row.parentElement ?? el("li", {}, row));
    this.list.replaceChildren(...items);
    if (focused) this.rows.get(focused)?.focus();
  }

  private row(mark: Mark): HTMLButtonElement {
    const known = this.items.get(mark);
    if (known) return known;
    const numbers = numberFields(mark).map((field) => Math.round(field.value));
    const row = el(
      "button",
      {
        type: "button",
        class: "shape-row",
        "data-mark-id": mark.id,
        "data-label": mark.name,
        onclick: () => this.select(mark.id),
      },
      swatch(this.colors.get(mark.name)?.color ?? "#8a8f98"),
      el("span", { class: "label-name" }, mark.name),
      el("span", { class: "shape-place" }, mark.shape ? shapeName(mark.shape) : ""),
      el("span", { class: "visually-hidden" }, numbers.slice(0, 8).join(", ")),
    );
    this.items.set(mark, row);
    return row;
  }
}
