/** Giving and taking image labels, as pure functions over answers. */
import type { Marks } from "../core/editor.ts";
import { NOTHING, newId } from "../core/wire.ts";

/** How many of `answers` carry `name`. */
export function carriers(name: string, answers: readonly Marks[]): number {
  return answers.filter((marks) => marks.some((mark) => mark.name === name)).length;
}

export function withLabel(marks: Marks, name: string, id: () => string = newId): Marks {
  if (marks.some((mark) => mark.name === name)) return marks;
  return [...marks, { id: id(), name, attributes: {}, kept: {} }];
}

export function withoutLabel(marks: Marks, name: string): Marks {
  return marks.some((mark) => mark.name === name) ? marks.filter((mark) => mark.name !== name) : marks;
}

/** Says of all of them that no label fits, or takes that back where it is said of every one already. */
export function toggleNothing(answers: readonly (readonly [string, Marks])[]): [string, Marks][] {
  const all = answers.every(([, marks]) => marks === NOTHING);
  return answers.map(([sample]) => [sample, all ? [] : NOTHING]);
}

/** Gives `name` to all of them, or takes it from all of them where every one already has it. */
export function toggleLabel(
  name: string,
  answers: readonly (readonly [string, Marks])[],
  id: () => string = newId,
): [string, Marks][] {
  const all =
    carriers(
      name,
      answers.map(([, marks]) => marks),
    ) === answers.length;
  return answers.map(([sample, marks]) => [sample, all ? withoutLabel(marks, name) : withLabel(marks, name, id)]);
}
