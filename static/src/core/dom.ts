/** Building elements without HTML strings. */

type Child = Node | string | null | undefined | false;
type Value = string | number | boolean | null | undefined | ((event: Event) => void);

/** `on…` attributes are listeners; `false`, null and undefined leave an attribute out; `true` is an empty one. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value === true ? "" : String(value));
  }
  append(element, children);
  return element;
}

export function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) if (child) parent.appendChild(typeof child === "string" ? new Text(child) : child);
}

export function refill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren();
  append(parent, children);
}

/** A button with its action's name as a stable hook. */
export function button(action: string, text: string, run: () => void, attributes: Record<string, Value> = {}) {
  return el(
    "button",
    { type: "button", class: "button button--quiet button--small", "data-action": action, onclick: run, ...attributes },
    text,
  );
}

export function swatch(color: string): HTMLElement {
  const dot = el("span", { class: "swatch", "aria-hidden": "true" });
  // Set through the object model: the pages' content policy forbids style attributes.
  dot.style.backgroundColor = color;
  return dot;
}

/** "%(count)s" texts. */
export function fill(text: string, values: Record<string, unknown>): string {
  return interpolate(text, values, true);
}
