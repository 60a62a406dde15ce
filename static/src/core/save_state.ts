/** The line that says where the work is: saved, waiting, kept on this device, or in need of a person. */
import { el, fill, refill } from "./dom.ts";
import type { OutboxStatus } from "./outbox_entry.ts";

export function saveStateText(status: OutboxStatus): string {
  const { state, waiting, problems, signedOut, lasting } = status;
  if (problems > 0) {
    return fill(ngettext("%(count)s answer needs your attention", "%(count)s answers need your attention", problems), {
      count: problems,
    });
  }
  if (signedOut) {
    return fill(gettext("Signed out – %(count)s kept on this device"), { count: waiting });
  }
  if (state === "offline" && waiting === 0) return gettext("Offline – everything is saved");
  if (state === "offline") {
    return lasting
      ? fill(gettext("Offline – %(count)s kept on this device"), { count: waiting })
      : fill(gettext("Offline – keep this page open, %(count)s not yet saved"), { count: waiting });
  }
  if (state === "waiting") return fill(gettext("%(count)s waiting"), { count: waiting });
  return gettext("Saved");
}

/** `openProblems` is offered while something needs a decision; `signIn` is any page of this site that asks for it. */
export function saveState(signIn: string, openProblems: () => void) {
  const line = el("p", { id: "save-state", class: "save-state", role: "status", "data-state": "saved" });
  let shown = "";
  const update = (status: OutboxStatus): void => {
    const text = saveStateText(status);
    if (line.dataset.state === status.state && shown === text) return;
    line.dataset.state = status.state;
    shown = text;
    refill(
      line,
      el("span", { class: "save-state-dot", "aria-hidden": "true" }),
      el("span", {}, text),
      status.problems > 0 &&
        el(
          "button",
          { type: "button", class: "button button--small", "data-action": "problems", onclick: openProblems },
          gettext("Show"),
        ),
      status.signedOut &&
        el(
          "a",
          { href: signIn, target: "_blank", rel: "noopener", "data-action": "sign-in" },
          gettext("Sign in again"),
        ),
    );
  };
  return { line, update };
}
