/** What htmx does with answers that are not the fragment it asked for. */
import htmx from "htmx.org";
import { toast } from "./toasts.ts";

interface Swap {
  xhr: XMLHttpRequest;
  isError: boolean;
  shouldSwap: boolean;
  requestConfig: { triggeringEvent?: Event };
}

let saidSignedOut = false;

function beforeSwap(event: Event): void {
  const swap = (event as CustomEvent<Swap>).detail;
  const byNews = swap.requestConfig.triggeringEvent?.type === "news";
  if (new URL(swap.xhr.responseURL || location.href, location.href).pathname.startsWith("/sign-in")) {
    // The session has ended and the answer is a whole page; it must not land in the middle of this one.
    swap.shouldSwap = false;
    if (!byNews) location.reload();
    else if (!saidSignedOut) toast(gettext("You are signed out. Reload the page to sign in again."), "warning");
    saidSignedOut = true;
    return;
  }
  if (!swap.isError) return;
  // A refusal brings its sentence along and says where it goes; nobody asked for what news only refetches.
  swap.shouldSwap = !byNews && swap.xhr.getResponseHeader("HX-Retarget") !== null;
  if (swap.shouldSwap) swap.isError = false;
  else if (!byNews) toast(gettext("That did not work. Try again."), "error");
}

export function startExchanges(): void {
  // The content policy refuses both anyway; saying so here keeps the console quiet on every page.
  Object.assign(htmx.config, { includeIndicatorStyles: false, allowEval: false, selfRequestsOnly: true });
  document.body.addEventListener("htmx:beforeSwap", beforeSwap);
  document.body.addEventListener("htmx:sendError", (event) => {
    const { requestConfig } = (event as CustomEvent<Swap>).detail;
    if (requestConfig.triggeringEvent?.type !== "news")
      toast(gettext("The server cannot be reached. Try again."), "error");
  });
}
