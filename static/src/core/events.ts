/** What a session tells its views. */
import type { OutboxStatus } from "./outbox_entry.ts";

export interface ToolEventMap {
  /** The answers of these samples changed. */
  marks: readonly string[];
  /** The answers or verdicts of these samples were replaced by what the server holds. */
  replaced: readonly string[];
  /** More samples were listed. */
  samples: undefined;
  /** The server acknowledged this sample. */
  saved: string;
  /** This sample was refused, is in conflict, or no longer is. */
  trouble: string;
  status: OutboxStatus;
}

export class ToolEvents {
  private readonly hearers: { [K in keyof ToolEventMap]?: ((value: ToolEventMap[K]) => void)[] } = {};

  on<K extends keyof ToolEventMap>(name: K, hearer: (value: ToolEventMap[K]) => void): void {
    const hearers: ((value: ToolEventMap[K]) => void)[] = this.hearers[name] ?? [];
    hearers.push(hearer);
    Object.assign(this.hearers, { [name]: hearers });
  }

  emit<K extends keyof ToolEventMap>(name: K, value: ToolEventMap[K]): void {
    for (const hearer of this.hearers[name] ?? []) hearer(value);
  }
}
