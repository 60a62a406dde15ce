/** Small behaviours that pages ask for by attribute; docs/design.md lists them. */

import { turnTheme } from "./theme.ts";
import { toast } from "./toasts.ts";

type Click = (element: HTMLElement, event: MouseEvent) => void;

const CLICKS: Record<string, Click> = {
  "[data-theme-toggle]": turnTheme,
  "[data-opens]": (element) => {
    const dialog = document.querySelector(element.dataset.opens || "dialog");
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  },
  "[data-closes]": (element) => element.closest("dialog")?.close(),
  "[data-dismiss]": (element) => element.closest(".toast, .notice")?.remove(),
  "[data-copies]": (element) => void copy(element),
  // A greyed-out button says why; it does nothing.
  'button[aria-disabled="true"], a[aria-disabled="true"]': (_element, event) => {
    event.preventDefault();
    event.stopPropagation();
  },
};

/** `data-copies="#id"` copies that element's text or value, `data-copies` alone the `data-text`. */
async function copy(element: HTMLElement): Promise<void> {
  const source = element.dataset.copies ? document.querySelector<HTMLElement>(element.dataset.copies) : null;
  const text = source instanceof HTMLInputElement ? source.value : (source?.textContent ?? element.dataset.text ?? "");
  try {
    await navigator.clipboard.writeText(text.trim());
    toast(gettext("Copied."), "success");
  } catch {
    // Without a secure origin browsers refuse; selecting lets the person copy.
    if (source) getSelection()?.selectAllChildren(source);
    toast(gettext("Press Ctrl + C to copy."));
  }
}

/** A menu in the page closes when the work goes on elsewhere. */
function closeMenus(around: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]"))
    if (!around || !menu.contains(around)) menu.open = false;
}

function pressed(event: KeyboardEvent): void {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest<HTMLElement>("details.menu[open]");
  closeMenus(null);
  menu?.querySelector("summary")?.focus();
}

function clicked(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  closeMenus(event.target);
  for (const [selector, act] of Object.entries(CLICKS)) {
    const element = event.target.closest<HTMLElement>(selector);
    if (element) return act(element, event);
  }
  // A press on the backdrop lands on the dialog itself.
  if (event.target instanceof HTMLDialogElement && event.target.classList.contains("dialog")) {
    const box = event.target.getBoundingClientRect();
    const inside =
      event.clientX >= box.left &&
      event.clientX <= box.right &&
      event.clientY >= box.top &&
      event.clientY <= box.bottom;
    // A form in it may hold words that a stray click must not throw away.
    if (!inside && !event.target.querySelector("form")) event.target.close();
  }
}

/** A check box with `data-selects="name"` stands for all boxes of that name in its form or table. */
function selected(event: Event): void {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.type !== "checkbox") return;
  const scope = box.closest("form, table") ?? document;
  if (box.dataset.selects) {
    for (const one of boxes(scope, box.dataset.selects)) if (!one.disabled) one.checked = box.checked;
  }
  for (const all of scope.querySelectorAll<HTMLInputElement>("[data-selects]")) {
    const ones = boxes(scope, all.dataset.selects ?? "").filter((one) => !one.disabled);
    const checked = ones.filter((one) => one.checked).length;
    all.checked = ones.length > 0 && checked === ones.length;
    all.indeterminate = checked > 0 && checked < ones.length;
    for (const count of scope.querySelectorAll("[data-selected-count]")) count.textContent = String(checked);
  }
}

function boxes(scope: ParentNode, name: string): HTMLInputElement[] {
  return [...scope.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')].filter((box) => box.name === name);
}

/** Asks where the form wants that, then sends it once, however often the button is pressed. */
function submitted(event: SubmitEvent): void {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
  const question = form.dataset.confirm;
  if (question && !window.confirm(question)) {
    event.preventDefault();
    return;
  }
  if (form.method !== "post" || form.dataset.upload !== undefined || form.hasAttribute("hx-post")) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "true";
  event.submitter?.setAttribute("aria-busy", "true");
}

/** A page that the browser shows again from its memory must be usable again. */
function shown(event: PageTransitionEvent): void {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sending]")) delete form.dataset.sending;
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

export function startControls(): void {
  document.addEventListener("click", clicked, true);
  document.addEventListener("keydown", pressed);
  document.addEventListener("change", selected);
  document.addEventListener("submit", submitted);
  window.addEventListener("pageshow", shown);
}
