/** Modal dialogs that a tool opens: the key list and what needs a decision. */
import { el, refill } from "./dom.ts";
import type { Keymap } from "./keymap.ts";

export class ToolDialog {
  private readonly title = el("h2", { class: "dialog__title", id: "tool-dialog-title" });
  private readonly body = el("div", { class: "dialog__body" });
  readonly element = el(
    "dialog",
    { class: "dialog dialog--wide tool-dialog", "aria-labelledby": "tool-dialog-title" },
    el(
      "header",
      { class: "dialog__head" },
      this.title,
      el(
        "button",
        {
          type: "button",
          class: "button button--quiet button--icon button--small",
          "data-action": "close",
          "aria-label": gettext("Close"),
          onclick: () => this.close(),
        },
        "×",
      ),
    ),
    this.body,
  );

  show(title: string, ...content: Node[]): void {
    this.title.textContent = title;
    refill(this.body, ...content);
    if (!this.element.open) this.element.showModal();
  }

  close(): void {
    this.element.close();
  }
}

const KEY_NAMES: Record<string, () => string> = {
  ArrowLeft: () => "←",
  ArrowRight: () => "→",
  ArrowUp: () => "↑",
  ArrowDown: () => "↓",
  Space: () => gettext("Space"),
  Delete: () => gettext("Del"),
  Escape: () => gettext("Esc"),
};

export function keyCaption(key: string): string {
  if (key.endsWith("++")) return `${key.slice(0, -2)} + +`;
  return key
    .split(/(?<=.)\+/)
    .map((part) => KEY_NAMES[part]?.() ?? (/^[a-z]$/.test(part) ? part.toUpperCase() : part))
    .join(" + ");
}

/** The keys of the page by group, as its keymap knows them. */
export function keyList(keymap: Keymap): HTMLElement {
  const groups = new Map<string, HTMLElement>();
  const list = el("div", { class: "key-groups" });
  for (const { group, title, keys } of keymap.bindings) {
    if (!keys.length || !title) continue;
    let rows = groups.get(group);
    if (!rows) {
      rows = el("dl", { class: "key-list" });
      groups.set(group, rows);
      list.append(el("section", {}, el("h3", {}, group), rows));
    }
    const caps = keys.map((key) => el("kbd", {}, keyCaption(key)));
    rows.append(el("div", {}, el("dt", {}, ...caps), el("dd", {}, title)));
  }
  return list;
}
