/** The line over the picture: why it came back, what the server refused, what there is to say. */
import { button, el, fill, refill } from "../core/dom.ts";
import type { Sample } from "../core/samples.ts";

export class Notes {
  readonly element = el("div", { class: "tool-notes", role: "status" });

  /** `decide` opens what needs a decision. */
  constructor(private readonly decide: () => void) {}

  say(text: string): void {
    refill(this.element, el("p", { class: "tool-note" }, text));
  }

  /** The reason for which `sample` was sent back, and the server's sentence where it refused the answer. */
  show(sample: Sample, refusal: string): void {
    const reason = sample.check.comment || sample.review.comment;
    const sentBack = reason ? fill(gettext("Sent back: %(reason)s"), { reason }) : "";
    refill(
      this.element,
      sentBack && el("p", { class: "sent-back" }, sentBack),
      refusal && el("p", { class: "sent-back" }, refusal, button("problems", gettext("Decide"), this.decide)),
    );
  }
}
