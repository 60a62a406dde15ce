/** Sends what the outbox holds: answers by the samples operation, judgements by the review operations. */
import { call } from "./api.ts";
import type { Outcome, Send } from "./outbox_entry.ts";
import type { WireAnswer, WireLabel } from "./wire.ts";

export interface AnswerResult {
  success?: boolean;
  sample_id?: string;
  revision?: number;
  error_code?: string;
  error_msg?: string;
  conflict?: { labels?: WireLabel[]; nothing_here?: boolean; revision?: number };
}

export interface Judgement {
  sample_id: string;
  worker_id: string;
  accept: boolean;
  score: string;
  comment: string;
}

/**
 * What became of an answer that was based on the revision `base`. A server that refuses it and still holds that
 * revision says that nobody changed it: the answer is held by an acceptance round or accepted, and there is nothing
 * to choose between.
 */
export function outcomeOf(result: AnswerResult | undefined, base: number): Outcome<WireAnswer> {
  if (!result) return { kind: "refused", message: gettext("The server did not answer for this sample.") };
  if (result.success) return { kind: "saved", revision: result.revision ?? 0 };
  const message = result.error_msg || result.error_code || gettext("The server refused this answer.");
  if (result.conflict) {
    const { labels = [], nothing_here, revision = 0 } = result.conflict;
    const payload: WireAnswer = nothing_here ? { labels, nothing_here } : { labels };
    return { kind: revision === base ? "held" : "conflict", message, theirs: { payload, revision } };
  }
  return { kind: "refused", message };
}

/** Answers: the server names each sample in its results; older ones answer in order. */
export function sendAnswers(url: string): Send<WireAnswer> {
  return async (attempts, keepalive) => {
    const samples = attempts.map((attempt) => ({
      sample_id: attempt.key,
      ...attempt.payload,
      revision: attempt.base,
      submission_id: attempt.id,
    }));
    const answer = await call<{ results?: AnswerResult[] }>("PUT", url, { samples }, keepalive);
    const results = answer.results ?? [];
    return attempts.map((attempt, place) => {
      const named = results.find((result) => result.sample_id === attempt.key);
      return outcomeOf(named ?? (results[place]?.sample_id ? undefined : results[place]), attempt.base);
    });
  };
}

/**
 * Judgements. A review names the revision that the reviewer saw, so that an answer changed meanwhile is not approved
 * unseen; acceptance rounds hold their answers still and have no such field.
 */
export function sendJudgements(url: string, withRevision: boolean): Send<Judgement> {
  return async (attempts, keepalive) => {
    const comments = attempts.map(({ payload, base }) => (withRevision ? { ...payload, revision: base } : payload));
    const answer = await call<{ results?: AnswerResult[] }>("POST", url, { comments }, keepalive);
    return attempts.map((attempt, place): Outcome<Judgement> => {
      const result = answer.results?.[place];
      if (result?.success !== false) return { kind: "saved", revision: result?.revision ?? attempt.base };
      return { kind: "refused", message: result.error_msg || gettext("The server refused this judgement.") };
    });
  };
}
