/** One person judging a list of answers: the list, what was judged, and what still has to be sent. */
import type { ToolConfig } from "../core/config.ts";
import { Drafts } from "../core/drafts.ts";
import { ToolEvents } from "../core/events.ts";
import { Outbox } from "../core/outbox.ts";
import { keepFlushing, pageOptions } from "../core/outbox_page.ts";
import { openStore } from "../core/outbox_store.ts";
import { type Sample, SampleList, sampleFromWire } from "../core/samples.ts";
import type { Snapshot } from "../core/session.ts";
import { type Judgement, sendJudgements } from "../core/submission.ts";
import { newUuid, type WireSample } from "../core/wire.ts";

export class ReviewSession {
  readonly samples: SampleList;
  readonly events = new ToolEvents();
  private readonly given = new Map<string, Judgement>();

  private constructor(
    readonly config: ToolConfig,
    readonly outbox: Outbox<Judgement>,
    /** Reasons that are typed and not yet given. */
    readonly reasons: Drafts<string>,
  ) {
    this.samples = new SampleList(config);
  }

  static async open(config: ToolConfig): Promise<ReviewSession> {
    const scope = `${config.scope}:${config.mode}`;
    const outbox = new Outbox<Judgement>({
      ...pageOptions(),
      scope,
      store: await openStore<Judgement>(),
      send: sendJudgements(config.review, config.mode === "review"),
      newId: newUuid,
    });
    const session = new ReviewSession(config, outbox, await Drafts.open<string>(scope));
    outbox.listen({
      status: (status) => session.events.emit("status", status),
      saved: (key) => session.events.emit("saved", key),
      trouble: (key) => session.events.emit("trouble", key),
    });
    await outbox.open();
    keepFlushing(outbox);
    await session.samples.open(session.reasons.keys());
    return session;
  }

  async loadMore(): Promise<number> {
    const fresh = await this.samples.loadMore();
    if (fresh) this.events.emit("samples", undefined);
    return fresh;
  }

  /** Looks for answers that changed while the list was open; one's own judgements are no news. */
  async look(): Promise<WireSample[]> {
    const found = await this.samples.look();
    return found.filter((wire) => {
      const id = this.samples.idOf(wire);
      return !this.outbox.entry(id) && !this.isMine(wire, this.given.get(id));
    });
  }

  /** Takes what `look` found into the list, to be judged anew. */
  take(found: readonly WireSample[]): void {
    const ids = this.samples.take(found);
    for (const id of ids) this.given.delete(id);
    this.events.emit("samples", undefined);
    this.events.emit("replaced", ids);
  }

  /** What was last said of this answer, here or earlier. */
  judgement(sample: Sample): Judgement | undefined {
    const local = this.outbox.local(sample.id) ?? this.given.get(sample.id);
    if (local) return local;
    const { accept, score, comment } = this.config.mode === "acceptance" ? sample.check : sample.review;
    if (accept === null || !this.stillJudged(sample)) return undefined;
    return { sample_id: sample.sampleId, worker_id: sample.workerId, accept, score, comment };
  }

  /** A review that has arrived stands; only an acceptance round's verdicts may change while it is open. */
  isFinal(sample: Sample): boolean {
    return this.config.mode === "review" && !this.outbox.entry(sample.id) && this.judgement(sample) !== undefined;
  }

  give(sample: Sample, judgement: Judgement): void {
    this.given.set(sample.id, judgement);
    void this.outbox.put(sample.id, judgement, sample.revision, 0);
    void this.reasons.put(sample.id, null);
    this.events.emit("marks", [sample.id]);
  }

  /** Gives up a judgement that the server refused and takes the answer as the server has it now. */
  async renew(sample: Sample): Promise<void> {
    this.given.delete(sample.id);
    await this.outbox.resolve(sample.id, "theirs");
    try {
      await this.samples.renew(sample.id);
    } catch {
      // It is no longer this person's to see; the next judgement of it would say so again.
    }
    this.events.emit("trouble", sample.id);
  }

  snapshot(): Snapshot {
    const { rows } = this.samples;
    return {
      samples: rows.map(({ id, name, revision }) => ({ id, name, revision })),
      marks: Object.fromEntries(rows.map(({ id, answer }) => [id, structuredClone([...answer])])),
      pending: this.outbox.status(),
    };
  }

  private isMine(wire: WireSample, given: Judgement | undefined): boolean {
    if (!given) return false;
    const { revision, check, review } = sampleFromWire(wire);
    const said = this.config.mode === "acceptance" ? check : review;
    const same = said.accept === given.accept && said.score === given.score && said.comment === given.comment;
    return same && revision === (this.samples.get(this.samples.idOf(wire))?.revision ?? revision);
  }

  /** An answer handed in again after a rejection carries the old verdict until it is judged anew. */
  private stillJudged(sample: Sample): boolean {
    return this.config.mode === "acceptance" || sample.status !== "__UNREVIEWED__";
  }
}
