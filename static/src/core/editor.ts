/** The answers a person is giving, with the list of steps that can be undone. */
import { type Mark, NOTHING } from "./wire.ts";

export type Marks = readonly Mark[];

/** What one step did to one sample. */
export interface Change {
  readonly sample: string;
  readonly before: Marks;
  readonly after: Marks;
}

const KEPT_STEPS = 500;

export class Editor {
  private readonly answers = new Map<string, Marks>();
  private past: Change[][] = [];
  private future: Change[][] = [];

  /** `changed` hears every change with the direction it came from; it is where saving hangs. */
  constructor(private readonly changed: (changes: readonly Change[], how: "do" | "undo" | "redo") => void) {}

  marks(sample: string): Marks {
    return this.answers.get(sample) ?? [];
  }

  /** Takes an answer from the server or from this device's store; it is not a step. */
  load(sample: string, marks: Marks): void {
    this.answers.set(sample, marks);
  }

  /** One step, which may touch many samples; samples whose answer stays the same are left out. */
  apply(after: Iterable<readonly [string, Marks]>): void {
    const step: Change[] = [];
    for (const [sample, marks] of after) {
      const before = this.marks(sample);
      if (!sameMarks(before, marks)) step.push({ sample, before, after: marks });
    }
    if (!step.length) return;
    for (const change of step) this.answers.set(change.sample, change.after);
    this.past.push(step);
    if (this.past.length > KEPT_STEPS) this.past.shift();
    this.future = [];
    this.changed(step, "do");
  }

  undo(): readonly Change[] {
    const step = this.past.pop();
    if (!step) return [];
    this.future.push(step);
    const changes = step.map(({ sample, before, after }) => ({ sample, before: after, after: before }));
    for (const change of changes) this.answers.set(change.sample, change.after);
    this.changed(changes, "undo");
    return changes;
  }

  redo(): readonly Change[] {
    const step = this.future.pop();
    if (!step) return [];
    this.past.push(step);
    for (const change of step) this.answers.set(change.sample, change.after);
    this.changed(step, "redo");
    return step;
  }

  /** Forgets the steps of a sample whose answer was replaced from outside, where undoing would bring back a lie. */
  forget(sample: string): void {
    const without = (steps: Change[][]) =>
      steps.map((step) => step.filter((change) => change.sample !== sample)).filter((step) => step.length > 0);
    this.past = without(this.past);
    this.future = without(this.future);
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }
}

export function sameMarks(a: Marks, b: Marks): boolean {
  if (a === b) return true;
  return a !== NOTHING && b !== NOTHING && JSON.stringify(a) === JSON.stringify(b);
}
