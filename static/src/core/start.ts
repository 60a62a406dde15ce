/** Starting a tool on its page, with a sentence instead of a blank page when that fails. */
import { SignedOut, Unreachable } from "./api.ts";
import { ChangesOffer, type Changing } from "./changes.ts";
import { readConfig, type ToolConfig } from "./config.ts";
import { button, el } from "./dom.ts";
import type { Snapshot } from "./session.ts";

function sentence(error: unknown): string {
  if (error instanceof Unreachable)
    return gettext("The server cannot be reached. Your unsent work is kept on this device.");
  if (error instanceof SignedOut)
    return gettext("You are signed out. Sign in again; your unsent work is kept on this device.");
  return error instanceof Error && error.message ? error.message : gettext("This page could not be started.");
}

/** `open` builds the tool in `root` and answers how to look at it. */
export function startTool(open: (root: HTMLElement, config: ToolConfig) => Promise<() => Snapshot>): void {
  const root = document.getElementById("tool");
  if (!root) return;
  const begin = (): void => {
    open(root, readConfig(document)).then(
      (snapshot) => {
        Object.defineProperty(window, "tagoraTool", { value: snapshot, configurable: true });
        root.dataset.ready = "true";
      },
      (error: unknown) => {
        console.error(error);
        root.replaceChildren(
          el(
            "div",
            { class: "tool-failure", role: "alert" },
            el("p", {}, sentence(error)),
            button("retry", gettext("Try again"), begin),
          ),
        );
      },
    );
  };
  begin();
}

/**
 * Follows the news of the page's topic: what was added after the end of the list is appended (`more`), anything else
 * that changed is offered in `place`.
 */
export function followNews(root: HTMLElement, topic: string, place: HTMLElement, list: Changing, more: () => unknown) {
  const offer = new ChangesOffer(list);
  place.append(offer.element);
  onNews(root, topic, () => {
    void Promise.resolve(more()).then(() => offer.soon());
  });
}

/** Calls `ask` soon after the page's topic was announced, however many announcements come. */
function onNews(root: HTMLElement, topic: string, ask: () => void): void {
  if (!topic) return;
  root.dataset.live = topic;
  // The page script may have looked before this element was there.
  document.dispatchEvent(new Event("tagora:live"));
  let timer = 0;
  root.addEventListener("news", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(ask, 500);
  });
}
