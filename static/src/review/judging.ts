/** What a reviewer says of one answer, and when that is complete, as pure functions. */
import type { Judgement } from "../core/submission.ts";

export const SCORES = ["A", "B", "C", "D"] as const;
export type Score = (typeof SCORES)[number];

export const LONGEST_COMMENT = 256;
const FORBIDDEN = /[!<>=&]/g;

export type Verdict = { accept: true; score: Score } | { accept: false };
export type Judged =
  | { judgement: Judgement; problem: null }
  | { judgement: null; problem: "reason" | "signs"; signs: string };

/** Straight quotes, which the contract forbids, as the typographic ones that a printed text has. */
export function cleanComment(text: string): string {
  return text
    .replace(/(^|[\s(])"/g, "$1“")
    .replaceAll('"', "”")
    .replaceAll("'", "’")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, LONGEST_COMMENT);
}

/** The judgement, or what is missing: a reason for a rejection, or signs that a comment may not hold. */
export function judge(sampleId: string, workerId: string, verdict: Verdict, text: string): Judged {
  const comment = cleanComment(text);
  const signs = [...new Set(comment.match(FORBIDDEN) ?? [])].join(" ");
  if (signs) return { judgement: null, problem: "signs", signs };
  if (!verdict.accept && !comment) return { judgement: null, problem: "reason", signs: "" };
  const score = verdict.accept ? verdict.score : "";
  return {
    judgement: { sample_id: sampleId, worker_id: workerId, accept: verdict.accept, score, comment },
    problem: null,
  };
}
