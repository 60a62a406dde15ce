/** What a person has begun and not yet given - a shape without its label, a reason half typed - kept on this device. */
import { type OutboxStore, openStore } from "./outbox_store.ts";

export class Drafts<D> {
  private readonly kept = new Map<string, D>();
  private readonly scope: string;

  constructor(
    scope: string,
    private readonly store: OutboxStore<D>,
  ) {
    // A scope of its own in the table of the outbox: no outbox ever sends what lies here.
    this.scope = `${scope}:begun`;
  }

  /** The drafts of `scope` as earlier pages left them. */
  static async open<D>(scope: string): Promise<Drafts<D>> {
    const drafts = new Drafts<D>(scope, await openStore<D>());
    await drafts.read();
    return drafts;
  }

  async read(): Promise<void> {
    for (const { key, next } of await this.store.all(this.scope)) if (next !== null) this.kept.set(key, next);
  }

  get(key: string): D | undefined {
    return this.kept.get(key);
  }

  keys(): string[] {
    return [...this.kept.keys()];
  }

  has(key: string): boolean {
    return this.kept.has(key);
  }

  /** Keeps `draft` for `key`; null when there is nothing begun any more. */
  async put(key: string, draft: D | null): Promise<void> {
    if (draft === null && !this.kept.has(key)) return;
    try {
      if (draft === null) {
        this.kept.delete(key);
        await this.store.remove(this.scope, key);
      } else {
        this.kept.set(key, draft);
        await this.store.put(this.scope, { key, sent: null, next: draft, base: 0, problem: null });
      }
    } catch {
      // A full or forbidden store: the draft still lives as long as the page, and the saving line warns.
    }
  }
}
