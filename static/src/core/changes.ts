/** Offers to load what other people's work changed in the list, without touching what is on screen until asked. */
import { button, el, fill, refill } from "./dom.ts";
import type { WireSample } from "./wire.ts";

/** Between two looks at the server, however many announcements come. */
const PAUSE_MS = 10_000;

export interface Changing {
  /** What the server holds differently from this list. */
  look(): Promise<WireSample[]>;
  /** Takes it into the list. */
  take(found: readonly WireSample[]): void;
}

export class ChangesOffer {
  readonly element = el("span", { class: "tool-changes", role: "status" });
  private lookedAt = Number.NEGATIVE_INFINITY;
  private timer = 0;

  constructor(private readonly list: Changing) {
    document.addEventListener("visibilitychange", () => {
      if (this.timer && !document.hidden) this.soon();
    });
  }

  /** News came: looks now, or when the pause is over and somebody sees the page. */
  soon(): void {
    window.clearTimeout(this.timer);
    const wait = Math.max(0, this.lookedAt + PAUSE_MS - performance.now());
    this.timer = window.setTimeout(() => {
      if (!document.hidden) void this.look();
    }, wait);
  }

  private async look(): Promise<void> {
    this.timer = 0;
    this.lookedAt = performance.now();
    try {
      this.show(await this.list.look());
    } catch {
      // Out of reach or signed out: the saving line says so, and the next news looks again.
    }
  }

  private show(found: WireSample[]): void {
    const count = found.length;
    if (!count) return refill(this.element);
    const text = fill(ngettext("%(count)s changed – load", "%(count)s changed – load", count), { count });
    const load = () => {
      refill(this.element);
      this.list.take(found);
    };
    refill(this.element, button("load-changes", text, load, { class: "button button--small" }));
  }
}
