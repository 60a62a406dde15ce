/** Ties an outbox to the page it lives in: timers, network events, other tabs, closing. */
import type { Outbox } from "./outbox.ts";

/** One lock for everything, since one device sends for one person; without Web Locks ids still prevent doubling. */
function exclusively(work: () => Promise<void>): Promise<void> {
  return navigator.locks ? navigator.locks.request("tagora-outbox", work) : work();
}

export function pageOptions() {
  return {
    exclusively,
    later: (work: () => void, ms: number): unknown => window.setTimeout(work, ms),
    never: (timer: unknown): void => window.clearTimeout(timer as number),
    online: () => navigator.onLine,
  };
}

/** Sends at every moment at which sending may newly succeed, and warns only where closing would lose work. */
export function keepFlushing<P>(outbox: Outbox<P>): void {
  window.addEventListener("online", () => void outbox.flush());
  window.addEventListener("offline", () => void outbox.flush());
  document.addEventListener("visibilitychange", () => void outbox.flush(document.visibilityState === "hidden"));
  window.addEventListener("beforeunload", (event) => {
    const { lasting, state } = outbox.status();
    if (!lasting && state !== "saved") event.preventDefault();
  });
  void outbox.flush();
}
