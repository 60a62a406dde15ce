/** One person working through one list of samples: the list, the answers and what still has to be sent. */

import type { ToolConfig } from "./config.ts";
import { type Change, Editor, type Marks } from "./editor.ts";
import { ToolEvents } from "./events.ts";
import { Outbox } from "./outbox.ts";
import type { OutboxStatus } from "./outbox_entry.ts";
import { keepFlushing, pageOptions } from "./outbox_page.ts";
import { openStore } from "./outbox_store.ts";
import { type Sample, SampleList } from "./samples.ts";
import { sendAnswers } from "./submission.ts";
import {
  answerFromWire,
  answerToWire,
  isAnswered,
  type Mark,
  newUuid,
  type WireAnswer,
  type WireSample,
} from "./wire.ts";

export interface Snapshot {
  samples: { id: string; name: string; revision: number }[];
  marks: Record<string, Mark[]>;
  pending: OutboxStatus;
}

export class Session {
  readonly samples: SampleList;
  readonly editor: Editor;
  readonly events = new ToolEvents();

  private constructor(
    readonly config: ToolConfig,
    readonly outbox: Outbox<WireAnswer>,
    private readonly holdMs: number,
  ) {
    this.samples = new SampleList(config);
    this.editor = new Editor((changes) => this.keep(changes));
  }

  /** Opens the local store first, so that unsent work is on screen whatever the network does. */
  static async open(config: ToolConfig, holdMs: number): Promise<Session> {
    const store = await openStore<WireAnswer>();
    const outbox = new Outbox({
      ...pageOptions(),
      scope: config.scope,
      store,
      send: sendAnswers(config.samples),
      newId: newUuid,
    });
    const session = new Session(config, outbox, holdMs);
    outbox.listen({
      status: (status) => session.events.emit("status", status),
      saved: (key, revision) => {
        const sample = session.samples.get(key);
        if (!sample) return;
        sample.revision = revision;
        const still = outbox.local(key);
        if (still === undefined) sample.answer = session.editor.marks(key);
        session.events.emit("saved", key);
      },
      trouble: (key, { kind, theirs }) => {
        if (kind === "held" && theirs) session.adoptTheirs(key, theirs);
        session.events.emit("trouble", key);
      },
    });
    await outbox.open();
    keepFlushing(outbox);
    return session;
  }

  /** The beginning of the list, and the samples in which something is `begun`. */
  async loadFirst(begun: readonly string[] = []): Promise<void> {
    await this.samples.open(begun);
    this.adopt(this.samples.rows);
  }

  async loadMore(): Promise<number> {
    const before = this.samples.rows.length;
    const fresh = await this.samples.loadMore();
    this.adopt(this.samples.rows.slice(before));
    if (fresh) this.events.emit("samples", undefined);
    return fresh;
  }

  /** Looks for what changed in the list while it was open; work of one's own under way is no news. */
  async look(): Promise<WireSample[]> {
    const found = await this.samples.look();
    return found.filter((wire) => {
      const id = this.samples.idOf(wire);
      return !this.outbox.entry(id) || this.isHeld(id);
    });
  }

  /** Takes what `look` found into the list. */
  take(found: readonly WireSample[]): void {
    const ids = this.samples.take(found);
    for (const id of ids) this.editor.forget(id);
    this.adopt(ids.flatMap((id) => this.samples.get(id) ?? []));
    this.events.emit("samples", undefined);
    this.events.emit("replaced", ids);
  }

  /** Whether the server keeps this answer as it is, whatever is said here. */
  isHeld(id: string): boolean {
    return this.outbox.entry(id)?.problem?.kind === "held" || this.samples.get(id)?.status === "__ACCEPTED__";
  }

  isReadonly(id: string): boolean {
    return this.config.readonly || this.isHeld(id);
  }

  marks(id: string): Marks {
    return this.editor.marks(id);
  }

  /** Whether this person said something of the sample, be it that there is nothing to label. */
  isAnswered(id: string): boolean {
    return isAnswered(this.marks(id));
  }

  /** Hands in the answer as it stands, which is how a suggestion is confirmed without changing it. */
  confirm(ids: readonly string[]): void {
    for (const id of ids) if (!this.isReadonly(id)) this.store(id, this.marks(id), 0);
  }

  /** Takes one side of a problem; with "theirs" the server's answer replaces the local one. */
  async resolve(id: string, choice: "mine" | "theirs"): Promise<void> {
    const theirs = this.outbox.entry(id)?.problem?.theirs;
    const mine = this.outbox.local(id);
    if (choice === "theirs" && theirs) this.adoptTheirs(id, theirs);
    else if (choice === "theirs") this.dropLocal(id);
    else if (mine) this.editor.load(id, answerFromWire(mine));
    await this.outbox.resolve(id, choice);
    this.events.emit("replaced", [id]);
    this.events.emit("trouble", id);
  }

  snapshot(): Snapshot {
    const rows = this.samples.rows;
    return {
      samples: rows.map(({ id, name, revision }) => ({ id, name, revision })),
      marks: Object.fromEntries(rows.map(({ id }) => [id, structuredClone([...this.marks(id)])])),
      pending: this.outbox.status(),
    };
  }

  private adopt(rows: readonly Sample[]): void {
    for (const row of rows) {
      const local = this.isHeld(row.id) ? undefined : this.outbox.local(row.id);
      this.editor.load(row.id, local ? answerFromWire(local) : row.answer);
    }
  }

  /** Shows what the server holds; undoing must not bring back what it does not take. */
  private adoptTheirs(id: string, theirs: { payload: WireAnswer; revision: number }): void {
    const marks = answerFromWire(theirs.payload);
    const sample = this.samples.get(id);
    if (sample) {
      sample.revision = theirs.revision;
      sample.answer = marks;
    }
    this.editor.forget(id);
    this.editor.load(id, marks);
    this.events.emit("replaced", [id]);
  }

  private dropLocal(id: string): void {
    this.editor.forget(id);
    this.editor.load(id, this.samples.get(id)?.answer ?? []);
  }

  private keep(changes: readonly Change[]): void {
    for (const change of changes) this.store(change.sample, change.after, this.holdMs);
    this.events.emit(
      "marks",
      changes.map((change) => change.sample),
    );
  }

  private store(id: string, marks: Marks, holdMs: number): void {
    const revision = this.samples.get(id)?.revision ?? 0;
    void this.outbox.put(id, answerToWire(marks, this.config.type), revision, holdMs);
  }
}
