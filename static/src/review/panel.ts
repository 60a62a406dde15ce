/** The judgement beside the picture: ratings, rejection with its reason, and what was said before. */
import { button, el, fill, refill } from "../core/dom.ts";
import type { Judgement } from "../core/submission.ts";
import { LONGEST_COMMENT, SCORES, type Verdict } from "./judging.ts";

export interface JudgementWords {
  readonly heading: string;
  readonly rate: string;
  readonly approve: string;
  readonly reject: string;
}

export function wordsOf(mode: string): JudgementWords {
  if (mode === "acceptance") {
    return {
      heading: gettext("Acceptance"),
      rate: gettext("Pass with a rating, A is best"),
      approve: gettext("Pass with %(score)s"),
      reject: gettext("Fail (R)"),
    };
  }
  return {
    heading: gettext("Review"),
    rate: gettext("Approve with a rating, A is best"),
    approve: gettext("Approve with %(score)s"),
    reject: gettext("Reject (R)"),
  };
}

export class JudgementPanel {
  private readonly ratings = new Map<string, HTMLButtonElement>();
  private readonly rejecting: HTMLButtonElement;
  private readonly comment = el("textarea", {
    id: "judgement-comment",
    maxlength: LONGEST_COMMENT,
    rows: 3,
    "data-field": "comment",
  });
  private readonly error = el("p", { class: "judgement-error", role: "alert" });
  private readonly said = el("p", { class: "tool-note", role: "status" });
  readonly element: HTMLElement;

  /** `give` is told the verdict; the comment is read with `text`, and told to `typed` at every key. */
  constructor(
    words: JudgementWords,
    private readonly readonly: boolean,
    give: (verdict: Verdict) => void,
    typed: (text: string) => void,
  ) {
    const scores = el("div", { class: "judgement-scores", role: "group", "aria-label": words.heading });
    for (const score of SCORES) {
      const item = button(`approve-${score}`, score, () => give({ accept: true, score }), {
        "aria-label": fill(words.approve, { score }),
        title: fill(words.approve, { score }),
        "aria-pressed": "false",
        "aria-keyshortcuts": score.toLowerCase(),
        class: "button",
      });
      this.ratings.set(score, item);
      scores.append(item);
    }
    this.rejecting = button("reject", words.reject, () => give({ accept: false }), {
      class: "button judgement-reject",
      "aria-pressed": "false",
      "aria-keyshortcuts": "r",
    });
    this.comment.addEventListener("input", () => typed(this.comment.value));
    this.comment.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape") this.comment.blur();
      if (event.key !== "Enter" || event.shiftKey) return;
      event.preventDefault();
      this.comment.blur();
      give({ accept: false });
    });
    this.element = el(
      "section",
      { class: "judgement" },
      el("h2", {}, words.heading),
      el("p", { class: "tool-note" }, words.rate),
      scores,
      el("label", { for: "judgement-comment", class: "tool-note" }, gettext("Or say what is wrong, then press Enter")),
      this.comment,
      this.error,
      this.rejecting,
      this.said,
    );
  }

  get text(): string {
    return this.comment.value;
  }

  ask(problem: string): void {
    this.error.textContent = problem;
    this.comment.focus();
  }

  /** Fills the comment of another answer: what was said of it, or what was typed and not yet given. */
  fill(text: string): void {
    this.comment.value = text;
    this.comment.blur();
  }

  /** `final` means that the judgement stands and the buttons only show it. */
  show(judgement: Judgement | undefined, final: boolean): void {
    this.error.textContent = "";
    const disabled = this.readonly || final;
    for (const [score, item] of this.ratings) {
      item.setAttribute("aria-pressed", String(Boolean(judgement?.accept) && judgement?.score === score));
      item.disabled = disabled;
    }
    this.rejecting.setAttribute("aria-pressed", String(judgement?.accept === false));
    this.rejecting.disabled = disabled;
    this.comment.disabled = disabled;
    refill(this.said, judgement ? (final ? gettext("Judged.") : gettext("Judged. You can still change it.")) : null);
  }
}
