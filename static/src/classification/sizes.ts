/** The switch between small, medium and large images; the choice is kept on this device. */
import { button, el } from "../core/dom.ts";
import { recall, remember } from "../core/preferences.ts";

const PREFERENCE = "thumbnails";

/** The switch; `apply` is told the size now and at every change. */
export function sizeSwitch(apply: (size: string) => void): HTMLElement {
  const sizes = [
    ["small", gettext("S"), gettext("Small images")],
    ["medium", gettext("M"), gettext("Medium images")],
    ["large", gettext("L"), gettext("Large images")],
  ] as const;
  const buttons = new Map<string, HTMLButtonElement>();
  const show = (size: string): void => {
    apply(size);
    for (const [name, item] of buttons) item.setAttribute("aria-pressed", String(name === size));
  };
  const group = el("div", { class: "tool-group", role: "group", "aria-label": gettext("Size of the images") });
  for (const [size, caption, name] of sizes) {
    const choose = () => {
      remember(PREFERENCE, size);
      show(size);
    };
    const item = button(`size-${size}`, caption, choose, { "aria-label": name, title: name });
    buttons.set(size, item);
    group.append(item);
  }
  show(recall(PREFERENCE, "medium"));
  return group;
}
