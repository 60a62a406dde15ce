/** What a drawing is at one moment, and what can happen to it. */
import type { Mark, Point, Shape } from "../core/wire.ts";
import type { Figure, Size } from "../picture/geometry.ts";

export type Tool = "select" | Shape;

export interface Drag {
  readonly kind: "move" | "reshape";
  readonly handle: number;
  readonly from: Point;
  /** The figure as it was, and as it would be if the drag ended now. */
  readonly before: Mark;
  readonly now: Mark;
}

export interface Draft {
  readonly shape: Shape;
  readonly points: readonly Point[];
  /** Where the pointer is. */
  readonly at: Point;
  /** The button is still down since the first point: letting go elsewhere ends the shape. */
  readonly held: boolean;
}

export interface DrawingState {
  readonly picture: Size;
  readonly marks: readonly Mark[];
  readonly tool: Tool;
  readonly selected: string | null;
  /** The polygon corner or handle that was touched last; the delete key means this one first. */
  readonly corner: number | null;
  readonly draft: Draft | null;
  readonly drag: Drag | null;
  /** A finished figure that waits for its label. */
  readonly naming: Figure | null;
  readonly hidden: boolean;
}

export type DrawingEvent =
  | { type: "down"; at: Point; reach: number }
  | { type: "move"; at: Point; reach: number }
  | { type: "up"; at: Point; reach: number }
  | { type: "finish" }
  | { type: "cancel" }
  | { type: "interrupt" }
  | { type: "back" }
  | { type: "tool"; tool: Tool }
  | { type: "select"; id: string | null }
  | { type: "cycle"; by: number }
  | { type: "label"; name: string; attributes: Readonly<Record<string, string>> }
  | { type: "delete" }
  | { type: "clear" }
  | { type: "nothing" }
  | { type: "nudge"; dx: number; dy: number; grow: boolean }
  | { type: "figure"; id: string; points: readonly Point[]; radius?: number }
  | { type: "attribute"; id: string; name: string; value: string }
  | { type: "insert" }
  | { type: "paste"; marks: readonly Mark[] }
  | { type: "marks"; marks: readonly Mark[] }
  | { type: "hide" };

export interface Rules {
  readonly allowed: readonly Shape[];
  readonly readonly: boolean;
  readonly newId: () => string;
}

export function startDrawing(picture: Size, marks: readonly Mark[], tool: Tool): DrawingState {
  return { picture, marks, tool, selected: null, corner: null, draft: null, drag: null, naming: null, hidden: false };
}

export function isFigure(mark: Mark): mark is Mark & Figure {
  return mark.shape !== undefined && mark.points !== undefined && mark.points.length > 0;
}

export function selectedMark(state: DrawingState): Mark | undefined {
  return state.marks.find((mark) => mark.id === state.selected);
}
