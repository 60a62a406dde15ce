/** What an outbox holds, what it needs and what it tells. */
import type { OutboxStore } from "./outbox_store.ts";

export interface Attempt<P> {
  id: string;
  payload: P;
  /** The server's revision this work started from. */
  base: number;
}

export interface Problem<P> {
  /** "held": nobody changed the answer, but it may not be changed now, because it is being checked or is accepted. */
  kind: "refused" | "conflict" | "held";
  message: string;
  theirs?: { payload: P; revision: number };
}

export interface Entry<P> {
  key: string;
  /** Sent, perhaps received, not yet answered. */
  sent: Attempt<P> | null;
  /** Newer than `sent`; goes out once that is answered. */
  next: P | null;
  base: number;
  problem: Problem<P> | null;
}

export type Outcome<P> =
  | { kind: "saved"; revision: number }
  | { kind: "refused"; message: string }
  | { kind: "conflict" | "held"; message: string; theirs: { payload: P; revision: number } };

/** Sends attempts and answers one outcome for each, in order; throws what `api.call` throws. */
export type Send<P> = (attempts: (Attempt<P> & { key: string })[], keepalive: boolean) => Promise<Outcome<P>[]>;

export interface OutboxStatus {
  state: "saved" | "waiting" | "offline" | "attention";
  waiting: number;
  problems: number;
  signedOut: boolean;
  /** False when a reload would lose what waits. */
  lasting: boolean;
}

export interface OutboxOptions<P> {
  scope: string;
  store: OutboxStore<P>;
  send: Send<P>;
  newId: () => string;
  /** Runs `work` while no other page of this scope sends. */
  exclusively?: (work: () => Promise<void>) => Promise<void>;
  /** Random part of waiting times, 0..1. */
  random?: () => number;
  later?: (work: () => void, ms: number) => unknown;
  never?: (timer: unknown) => void;
  online?: () => boolean;
  now?: () => number;
}

export interface OutboxListener<P> {
  saved?(key: string, revision: number): void;
  trouble?(key: string, problem: Problem<P>): void;
  status?(status: OutboxStatus): void;
}
