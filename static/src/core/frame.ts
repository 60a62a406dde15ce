/** The layout every tool shares: a head with the way back and the saving line, work in the middle, labels beside it. */

import { keyList, ToolDialog } from "./dialog.ts";
import { button, el } from "./dom.ts";
import { type Keymap, listenForKeys } from "./keymap.ts";

export interface Frame {
  readonly title: HTMLElement;
  readonly place: HTMLElement;
  /** Where something to load is offered. */
  readonly offers: HTMLElement;
  /** Buttons that belong to the whole tool, before the saving line. */
  readonly bar: HTMLElement;
  readonly work: HTMLElement;
  readonly side: HTMLElement;
  readonly foot: HTMLElement;
  readonly dialog: ToolDialog;
  /** Shows the keys of the current keymap. */
  help(): void;
}

export function buildFrame(root: HTMLElement, back: string, state: HTMLElement, keymap: () => Keymap): Frame {
  const dialog = new ToolDialog();
  const title = el("h1", { class: "tool-title" });
  const place = el("p", { class: "tool-place" });
  const offers = el("div", { class: "tool-offers" });
  const bar = el("div", { class: "tool-bar", role: "toolbar", "aria-label": gettext("Tool") });
  const work = el("section", { class: "tool-work", "aria-label": gettext("Work area") });
  const side = el("aside", { class: "tool-side", "aria-label": gettext("Labels") });
  const foot = el("footer", { class: "tool-foot" });
  const help = () => dialog.show(gettext("Keys"), keyList(keymap()));
  root.classList.add("tool");
  root.replaceChildren(
    el(
      "header",
      { class: "tool-head" },
      back
        ? el("a", { class: "button button--quiet button--small", href: back, "data-action": "back" }, gettext("Back"))
        : null,
      el("div", { class: "tool-names" }, title, place),
      offers,
      bar,
      state,
      button("help", "?", help, {
        "aria-label": gettext("Keys"),
        title: gettext("Keys (?)"),
        "aria-keyshortcuts": "?",
      }),
    ),
    el("div", { class: "tool-body" }, work, side),
    foot,
    dialog.element,
  );
  listenForKeys(keymap);
  root.addEventListener("mousedown", keepKeysOnWork);
  return { title, place, offers, bar, work, side, foot, dialog, help };
}

/** A clicked button does not take the focus, so that Space and Enter go on meaning the work and not the button. */
function keepKeysOnWork(event: MouseEvent): void {
  const target = event.target as Element;
  if (!target.closest("button") || target.closest("dialog")) return;
  event.preventDefault();
  // What was typed into a field counts from here on, as it would when the focus moved.
  if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
}
