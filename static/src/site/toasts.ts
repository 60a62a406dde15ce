/** Messages above the page: those the server drew, and those a script has to say. */
import { el } from "../core/dom.ts";

const SHOWN_MS = 6000;

/** Errors stay until they are closed, since they may have to be read twice. */
function fade(toast: HTMLElement): void {
  const tone = toast.dataset.tone ?? "info";
  if (tone === "error" || tone === "danger" || toast.dataset.timed) return;
  toast.dataset.timed = "true";
  const leave = (): void => {
    // Not away from under a pointer, nor while a link in it has the focus.
    if (toast.matches(":hover, :focus-within")) window.setTimeout(leave, 1000);
    else toast.remove();
  };
  window.setTimeout(leave, SHOWN_MS);
}

export function toast(text: string, tone: "info" | "success" | "warning" | "error" = "info"): void {
  const close = el("button", {
    type: "button",
    class: "button button--quiet button--icon button--small",
    "data-dismiss": true,
    "aria-label": gettext("Close"),
  });
  close.textContent = "×";
  const message = el(
    "div",
    { class: "toast", "data-toast": true, "data-tone": tone, role: tone === "error" ? "alert" : false },
    el("span", { class: "toast__text" }, text),
    close,
  );
  document.getElementById("toasts")?.append(message);
}

export function startToasts(): void {
  const box = document.getElementById("toasts");
  if (!box) return;
  const fadeAll = () => {
    for (const shown of box.querySelectorAll<HTMLElement>("[data-toast]")) fade(shown);
  };
  fadeAll();
  new MutationObserver(fadeAll).observe(box, { childList: true });
}
