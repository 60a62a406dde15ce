/** A shape that waits for its label, or a polygon that is not closed yet, in the form in which it outlives the page. */
import type { Figure } from "../picture/geometry.ts";
import type { Draft, DrawingState } from "./state.ts";

export interface Unfinished {
  readonly naming: Figure | null;
  readonly draft: Draft | null;
}

/** What would have to be drawn again if the page went away now; null when nothing would. */
export function unfinished({ naming, draft }: DrawingState): Unfinished | null {
  if (naming) return { naming, draft: null };
  // One corner is one click; the other shapes are drawn in one go.
  if (draft?.shape !== "polygon" || draft.points.length < 2) return null;
  return { naming: null, draft: { ...draft, at: draft.points.at(-1) ?? draft.at, held: false } };
}

/** Whether the drawing differs in what `unfinished` would keep. */
export function begunDiffers(before: DrawingState, now: DrawingState): boolean {
  return before.naming !== now.naming || before.draft?.points !== now.draft?.points;
}

export function resumeNote({ naming }: Unfinished): string {
  return naming
    ? gettext("This shape still waits for its label. Press Esc to drop it.")
    : gettext("Your polygon goes on here. Press Esc to drop it.");
}

/** The drawing with what was begun taken up again. */
export function resumed(state: DrawingState, begun: Unfinished): DrawingState {
  const { naming, draft } = begun;
  return { ...state, naming, draft, tool: draft?.shape ?? state.tool };
}
