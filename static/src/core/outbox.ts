/**
 * What this person has done and the server has not yet acknowledged.
 *
 * Every change is stored on the device first and sent afterwards. A submission that may have reached the server keeps
 * its id until it is answered, and nothing newer for the same key is sent before that: the server tells a repeat by
 * the id, so a lost answer neither doubles the work nor turns it into a conflict with itself.
 */
import { Refused, SignedOut, Unreachable } from "./api.ts";
import type { Attempt, Entry, OutboxListener, OutboxOptions, OutboxStatus, Outcome } from "./outbox_entry.ts";

const BATCH = 50;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
const LONGEST_HOLD_MS = 5000;

export class Outbox<P> {
  private readonly entries = new Map<string, Entry<P>>();
  /** Keys changed on this page and not yet acknowledged to it: here this page, not the store, knows best. */
  private readonly mine = new Set<string>();
  private readonly listeners: OutboxListener<P>[] = [];
  private timer: unknown = null;
  private holdUntil = 0;
  private failures = 0;
  private unreachable = false;
  private signedOut = false;
  private storeFailed = false;
  private flushing: Promise<void> | null = null;
  private again = false;

  constructor(private readonly options: OutboxOptions<P>) {}

  listen(listener: OutboxListener<P>): void {
    this.listeners.push(listener);
  }

  /** Reads what earlier pages left behind; call before the first `put`. */
  async open(): Promise<void> {
    for (const entry of await this.options.store.all(this.options.scope)) this.entries.set(entry.key, entry);
    this.tell();
  }

  entry(key: string): Readonly<Entry<P>> | undefined {
    return this.entries.get(key);
  }

  /** The newest local payload of `key`, or undefined when the server has everything. */
  local(key: string): P | undefined {
    const entry = this.entries.get(key);
    return entry ? (entry.next ?? entry.sent?.payload) : undefined;
  }

  keys(): string[] {
    return [...this.entries.keys()];
  }

  problems(): Entry<P>[] {
    return [...this.entries.values()].filter((entry) => entry.problem);
  }

  /** Keeps `payload` on the device at once and sends it after `holdMs`, so that a burst of edits is one submission. */
  put(key: string, payload: P, base: number, holdMs: number): Promise<void> {
    const entry = this.entries.get(key);
    if (entry) {
      entry.next = payload;
      // A newer answer may cure a refusal, but only a person can choose between two versions.
      if (entry.problem?.kind === "refused") entry.problem = null;
    } else {
      this.entries.set(key, { key, sent: null, next: payload, base, problem: null });
    }
    this.mine.add(key);
    const written = this.write(key);
    this.flushAfterHold(holdMs);
    this.tell();
    return written;
  }

  /** Settles a problem: "mine" is sent again on top of the server's revision, "theirs" drops the local version. */
  async resolve(key: string, choice: "mine" | "theirs"): Promise<void> {
    const entry = this.entries.get(key);
    if (!entry?.problem) return;
    if (choice === "theirs") {
      this.entries.delete(key);
      this.mine.delete(key);
    } else {
      entry.base = entry.problem.theirs?.revision ?? entry.base;
      entry.problem = null;
    }
    await this.write(key);
    this.tell();
    if (choice === "mine") await this.flush();
  }

  status(): OutboxStatus {
    const all = [...this.entries.values()];
    const problems = all.filter((entry) => entry.problem).length;
    const waiting = all.length - problems;
    const offline = this.unreachable || this.options.online?.() === false;
    const attention = problems > 0 || (this.signedOut && waiting > 0);
    const state = attention ? "attention" : offline ? "offline" : waiting ? "waiting" : "saved";
    const lasting = this.options.store.lasting && !this.storeFailed;
    return { state, waiting, problems, signedOut: this.signedOut && waiting > 0, lasting };
  }

  /** Sends everything that may be sent now; resolves when the attempt has ended, successful or not. */
  flush(keepalive = false): Promise<void> {
    if (this.flushing) {
      this.again = true;
      return this.flushing;
    }
    if (this.timer !== null) this.options.never?.(this.timer);
    this.timer = null;
    const exclusively = this.options.exclusively ?? ((work: () => Promise<void>) => work());
    this.flushing = exclusively(() => this.sendAll(keepalive))
      .catch(() => this.failed(0))
      .finally(() => {
        this.flushing = null;
        this.tell();
        if (this.again && !this.failures) this.flushIn(0);
        this.again = false;
      });
    return this.flushing;
  }

  private async sendAll(keepalive: boolean): Promise<void> {
    await this.rereadStore();
    let single = false;
    for (;;) {
      const ready = [...this.entries.values()].filter((entry) => !entry.problem);
      const batch = ready.slice(0, single ? 1 : BATCH);
      if (!batch.length) {
        // With nothing left to send, an earlier failure says nothing about the connection any more.
        this.reached();
        return;
      }
      const attempts = batch.map((entry) => ({ ...this.attempt(entry), key: entry.key }));
      await Promise.all(batch.map((entry) => this.write(entry.key)));
      try {
        const outcomes = await this.options.send(attempts, keepalive);
        this.reached();
        await Promise.all(attempts.map((attempt, at) => this.settle(attempt.key, outcomes[at])));
      } catch (error) {
        if (error instanceof Refused && batch.length > 1) {
          // One bad submission must not hold back the others: find it by sending them alone.
          single = true;
        } else if (error instanceof Refused) {
          this.reached();
          await this.settle(batch[0]?.key ?? "", { kind: "refused", message: error.message });
        } else {
          this.signedOut = error instanceof SignedOut;
          this.failed(error instanceof Unreachable ? error.retryAfterMs : 0);
          return;
        }
      }
      this.tell();
    }
  }

  private attempt(entry: Entry<P>): Attempt<P> {
    if (!entry.sent) {
      entry.sent = { id: this.options.newId(), payload: entry.next as P, base: entry.base };
      entry.next = null;
    }
    return entry.sent;
  }

  private async settle(key: string, outcome: Outcome<P> | undefined): Promise<void> {
    const entry = this.entries.get(key);
    if (!entry?.sent) return;
    const newer = entry.next;
    const payload = entry.sent.payload;
    if (!outcome) throw new Unreachable(0);
    entry.sent = null;
    if (outcome.kind === "saved") {
      entry.base = outcome.revision;
      if (newer === null) {
        this.entries.delete(key);
        this.mine.delete(key);
      }
    } else {
      entry.next = newer ?? payload;
      if (outcome.kind === "conflict" || outcome.kind === "held") {
        entry.problem = { kind: outcome.kind, message: outcome.message, theirs: outcome.theirs };
      } else if (newer === null) {
        entry.problem = { kind: "refused", message: outcome.message };
      }
    }
    await this.write(key);
    if (outcome.kind === "saved") for (const listener of this.listeners) listener.saved?.(key, outcome.revision);
    if (entry.problem) for (const listener of this.listeners) listener.trouble?.(key, entry.problem);
  }

  /** Another page of the same person may have sent or changed entries; the store is the truth between pages. */
  private async rereadStore(): Promise<void> {
    if (!this.options.store.lasting || this.storeFailed) return;
    let stored: Entry<P>[];
    try {
      stored = await this.options.store.all(this.options.scope);
    } catch {
      this.storeFailed = true;
      return;
    }
    const found = new Map(stored.map((entry) => [entry.key, entry]));
    for (const key of new Set([...this.entries.keys(), ...found.keys()])) {
      if (this.mine.has(key)) continue;
      const entry = found.get(key);
      if (entry) this.entries.set(key, entry);
      else this.entries.delete(key);
    }
  }

  private async write(key: string): Promise<void> {
    const { store, scope } = this.options;
    const entry = this.entries.get(key);
    try {
      await (entry ? store.put(scope, structuredClone(entry)) : store.remove(scope, key));
    } catch {
      this.storeFailed = true;
      this.tell();
    }
  }

  private reached(): void {
    this.failures = 0;
    this.unreachable = false;
    this.signedOut = false;
  }

  private failed(retryAfterMs: number): void {
    this.unreachable = !this.signedOut;
    const jitter = 0.5 + (this.options.random ?? Math.random)() / 2;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures) * jitter;
    this.failures += 1;
    this.flushIn(Math.max(wait, retryAfterMs));
  }

  private flushAfterHold(holdMs: number): void {
    // After failures the back-off decides: typing on must not turn into hammering the server.
    if (this.timer !== null && this.failures > 0) return;
    const now = (this.options.now ?? Date.now)();
    // Each edit of a burst starts the hold again, but a burst without end is sent all the same.
    if (this.timer === null) this.holdUntil = now + LONGEST_HOLD_MS;
    this.flushIn(Math.min(holdMs, Math.max(0, this.holdUntil - now)));
  }

  private flushIn(ms: number): void {
    const { later, never } = this.options;
    if (!later) return;
    if (this.timer !== null) never?.(this.timer);
    this.timer = later(() => {
      this.timer = null;
      void this.flush();
    }, ms);
  }

  private tell(): void {
    const status = this.status();
    for (const listener of this.listeners) listener.status?.(status);
  }
}
