/** The line over the picture: why it came back, what the server refused, what there is to say. */
import { button, el, fill, refill } from "../core/dom.ts";
import type { Problem } from "../core/outbox_entry.ts";
import type { Sample } from "../core/samples.ts";

export class Notes {
  readonly element = el("div", { class: "tool-notes", role: "status" });

  /** `decide` opens what needs a decision. */
  constructor(private readonly decide: () => void) {}

  say(text: string): void {
    refill(this.element, el("p", { class: "tool-note" }, text));
  }

  /** The reason for which `sample` was sent back, and the server's sentence where it refused the answer. */
  show(sample: Sample, problem: Pick<Problem<unknown>, "kind" | "message"> | null | undefined): void {
    const reason = sample.check.comment || sample.review.comment;
    const sentBack = reason ? fill(gettext("Sent back: %(reason)s"), { reason }) : "";
    refill(
      this.element,
      sentBack && el("p", { class: "sent-back" }, sentBack),
      problem &&
        el(
          "p",
          { class: "sent-back" },
          problem.message,
          button("problems", problem.kind === "conflict" ? gettext("Decide") : gettext("Show"), this.decide),
        ),
    );
  }
}
