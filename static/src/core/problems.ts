/** The list of answers that the server refused or that somebody else changed, with what can be done about each. */
import type { ToolDialog } from "./dialog.ts";
import { button, el } from "./dom.ts";
import type { Session } from "./session.ts";
import type { WireAnswer } from "./wire.ts";

function summary(answer: WireAnswer): string {
  if (answer.nothing_here) return gettext("nothing to label");
  const names = answer.labels.map((label) => label.name);
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const parts = [...counts].map(([name, count]) => (count > 1 ? `${name} × ${count}` : name));
  return parts.join(", ") || gettext("no labels");
}

function side(title: string, answer: WireAnswer): HTMLElement {
  return el("div", { class: "problem-side" }, el("h4", {}, title), el("p", {}, summary(answer)));
}

/** Shows the list in the tool's dialog, again after each decision; `open(id)` shows the sample. */
export function showProblems(dialog: ToolDialog, session: Session, open: (id: string) => void): void {
  const openOne = (id: string): void => {
    dialog.close();
    open(id);
  };
  const list = problemList(session, openOne, () => showProblems(dialog, session, open));
  dialog.show(gettext("Answers that need your attention"), list);
}

function problemList(session: Session, open: (id: string) => void, changed: () => void): HTMLElement {
  const { outbox, samples } = session;
  const list = el("ul", { class: "problem-list" });
  for (const { key, problem, next, sent } of outbox.problems()) {
    if (!problem) continue;
    const mine = next ?? sent?.payload ?? { labels: [] };
    const sample = samples.get(key);
    const isChoice = problem.kind === "conflict";
    const decide = (choice: "mine" | "theirs") => () => void session.resolve(key, choice).then(changed);
    const row = el(
      "li",
      { class: "problem", "data-problem": key },
      el("h3", {}, sample?.name ?? key),
      el("p", { class: "problem-reason" }, problem.message),
      el(
        "div",
        { class: "problem-sides" },
        side(gettext("Your version"), mine),
        problem.theirs && side(gettext("On the server"), problem.theirs.payload),
      ),
      el(
        "div",
        { class: "problem-actions" },
        sample && button("open-problem", gettext("Open"), () => open(key)),
        button("keep-mine", isChoice ? gettext("Keep mine") : gettext("Try again"), decide("mine")),
        button("take-theirs", isChoice ? gettext("Take theirs") : gettext("Discard mine"), decide("theirs")),
      ),
    );
    list.append(row);
  }
  if (!list.childElementCount) list.append(el("li", { class: "problem" }, gettext("Nothing needs your attention.")));
  return list;
}
