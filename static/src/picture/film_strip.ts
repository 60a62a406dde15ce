/** The row of small pictures below the work: where one is, what is done, and a way to jump. */
import { el, fill } from "../core/dom.ts";
import type { Sample } from "../core/samples.ts";

export interface FilmState {
  readonly done: boolean;
  readonly save: "saved" | "waiting" | "attention";
}

export class FilmStrip {
  private readonly items = new Map<string, HTMLButtonElement>();
  private readonly end = el("span", { class: "film-end", "aria-hidden": "true" });
  readonly element = el("nav", { class: "film", "aria-label": gettext("Images") }, this.end);

  constructor(
    private readonly open: (id: string) => void,
    nearEnd: () => void,
  ) {
    new IntersectionObserver(
      (seen) => {
        if (seen.some((entry) => entry.isIntersecting)) nearEnd();
      },
      { root: this.element, rootMargin: "0px 800px" },
    ).observe(this.end);
  }

  /** Adds what is new in `samples`, in their order. */
  take(samples: readonly Sample[]): void {
    samples.forEach((sample, place) => {
      let item = this.items.get(sample.id);
      if (!item) {
        item = el(
          "button",
          {
            type: "button",
            class: "film-item",
            "data-sample-id": sample.id,
            title: sample.name,
            onclick: () => this.open(sample.id),
          },
          el("img", { src: sample.thumbnail, alt: "", loading: "lazy", decoding: "async", draggable: "false" }),
        );
        this.items.set(sample.id, item);
      }
      if (this.element.children[place] !== item) this.element.insertBefore(item, this.element.children[place] ?? null);
    });
  }

  current(id: string): void {
    for (const [other, item] of this.items) {
      if (other === id) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
    this.items.get(id)?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  describe(sample: Sample, state: FilmState): void {
    const item = this.items.get(sample.id);
    if (!item) return;
    item.dataset.done = String(state.done);
    item.dataset.save = state.save;
    const format = state.done ? gettext("%(name)s, done") : gettext("%(name)s, not done");
    item.setAttribute("aria-label", fill(format, { name: sample.name }));
  }
}
