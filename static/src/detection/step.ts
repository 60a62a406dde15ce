/**
 * Drawing and changing shapes as a pure function of events in image pixels.
 *
 * The canvas turns pointers and keys into events; whoever holds the state compares `marks` before and after to know
 * what to save. A drag changes `marks` once, when it ends, so that it is one step to undo.
 */
import { byHand, type Mark, type Point, type Shape } from "../core/wire.ts";
import {
  distance,
  type Figure,
  figureFromDrag,
  handles,
  hits,
  area,
  limit,
  moved,
  polygon,
  reshaped,
  roomAround,
  type Size,
  snap,
  withoutCorner,
} from "./geometry.ts";

export type Tool = "select" | Shape;

interface Drag {
  readonly kind: "move" | "reshape";
  readonly handle: number;
  readonly from: Point;
  /** The figure as it was, and as it would be if the drag ended now. */
  readonly before: Mark;
  readonly now: Mark;
}

interface Draft {
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
  | { type: "back" }
  | { type: "tool"; tool: Tool }
  | { type: "select"; id: string | null }
  | { type: "cycle"; by: number }
  | { type: "label"; name: string; attributes: Readonly<Record<string, string>> }
  | { type: "delete" }
  | { type: "clear" }
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

/** The smallest figure under the point, since a large one can be reached elsewhere; the selected one wins. */
export function markAt(state: DrawingState, at: Point, reach: number): Mark | undefined {
  const found = state.marks.filter((mark) => isFigure(mark) && hits(mark, at, reach));
  const selected = found.find((mark) => mark.id === state.selected);
  return selected ?? found.sort((a, b) => area(a as Figure) - area(b as Figure))[0];
}

/** The handle of the selected figure under the point, or -1. */
export function handleAt(state: DrawingState, at: Point, reach: number): number {
  const mark = selectedMark(state);
  if (!mark || !isFigure(mark)) return -1;
  return handles(mark).findIndex((handle) => distance(handle.at, at) <= reach);
}

export function selectedMark(state: DrawingState): Mark | undefined {
  return state.marks.find((mark) => mark.id === state.selected);
}

/** The figure that the draft would become if it ended now, for the preview. */
export function draftFigure(state: DrawingState): Figure | null {
  const { draft, picture } = state;
  const first = draft?.points[0];
  if (!draft || !first) return null;
  if (draft.shape === "polygon") return { shape: "polygon", points: [...draft.points, snap(draft.at, picture)] };
  return figureFromDrag(draft.shape, first, draft.at, picture);
}

function changed(state: DrawingState, id: string, change: (mark: Mark) => Mark): DrawingState {
  return { ...state, marks: state.marks.map((mark) => (mark.id === id ? byHand(change(mark)) : mark)) };
}

function finished(state: DrawingState, figure: Figure | null): DrawingState {
  return { ...state, draft: null, naming: figure };
}

function finishPolygon(state: DrawingState): DrawingState {
  return state.draft ? finished(state, polygon(state.draft.points)) : state;
}

function down(state: DrawingState, at: Point, reach: number): DrawingState {
  if (state.naming) return state;
  const { draft, tool, picture } = state;
  if (draft) {
    const first = draft.points[0];
    if (draft.shape !== "polygon") return { ...state, draft: { ...draft, at } };
    if (first && draft.points.length >= 3 && distance(first, at) <= reach) return finishPolygon(state);
    const last = draft.points.at(-1);
    const next = snap(at, picture);
    // The second press of a double click lies on the first and ends the polygon instead of adding a corner.
    if (last && draft.points.length >= 3 && distance(last, next) <= reach / 2) return finishPolygon(state);
    return { ...state, draft: { ...draft, points: [...draft.points, next], at } };
  }
  const handle = handleAt(state, at, reach);
  const selected = selectedMark(state);
  if (handle >= 0 && selected) {
    const drag: Drag = { kind: "reshape", handle, from: at, before: selected, now: selected };
    return { ...state, drag, corner: handle };
  }
  if (tool === "select") {
    const mark = markAt(state, at, reach);
    if (!mark) return { ...state, selected: null, corner: null };
    const drag: Drag = { kind: "move", handle: -1, from: at, before: mark, now: mark };
    return { ...state, selected: mark.id, corner: null, drag };
  }
  const point = snap(at, picture);
  if (tool === "point") return { ...state, selected: null, naming: { shape: "point", points: [point] } };
  return { ...state, selected: null, corner: null, draft: { shape: tool, points: [point], at, held: true } };
}

function move(state: DrawingState, at: Point): DrawingState {
  if (state.draft) return { ...state, draft: { ...state.draft, at } };
  const { drag, picture } = state;
  if (!drag || !isFigure(drag.before)) return state;
  const now =
    drag.kind === "move"
      ? moved(drag.before, at[0] - drag.from[0], at[1] - drag.from[1], picture)
      : reshaped(drag.before, drag.handle, at, picture);
  return { ...state, drag: { ...drag, now } };
}

function up(state: DrawingState, at: Point, reach: number): DrawingState {
  if (state.drag) {
    const { now, before } = state.drag;
    const ended: DrawingState = { ...state, drag: null };
    return JSON.stringify(now) === JSON.stringify(before) ? ended : changed(ended, before.id, () => now);
  }
  const { draft, picture } = state;
  const first = draft?.points[0];
  if (!draft || !first || draft.shape === "polygon") return state;
  // Letting go where it was pressed starts click-click drawing: the next click ends the shape.
  if (draft.held && distance(first, at) <= reach / 2) return { ...state, draft: { ...draft, at, held: false } };
  return finished(state, figureFromDrag(draft.shape, first, at, picture));
}

function named(state: DrawingState, event: Extract<DrawingEvent, { type: "label" }>, rules: Rules): DrawingState {
  const { name, attributes } = event;
  if (state.naming) {
    const mark: Mark = { id: rules.newId(), name, ...state.naming, attributes, kept: {} };
    return { ...state, marks: [...state.marks, mark], naming: null, selected: mark.id, corner: null };
  }
  const mark = selectedMark(state);
  if (!mark || mark.name === name) return state;
  return changed(state, mark.id, (old) => ({ ...old, name, attributes }));
}

function removed(state: DrawingState): DrawingState {
  const mark = selectedMark(state);
  if (!mark) return state;
  if (mark.shape === "polygon" && mark.points && state.corner !== null && state.corner < mark.points.length) {
    const figure = withoutCorner(mark.points, state.corner);
    if (figure) return changed({ ...state, corner: null }, mark.id, (old) => ({ ...old, points: figure.points }));
  }
  const place = state.marks.indexOf(mark);
  const marks = state.marks.filter((other) => other !== mark);
  // The neighbour becomes the selected one, so that several can be removed in a row.
  return { ...state, marks, selected: marks[Math.min(place, marks.length - 1)]?.id ?? null, corner: null };
}

function nudged(state: DrawingState, dx: number, dy: number, grow: boolean): DrawingState {
  const mark = selectedMark(state);
  if (!mark || !isFigure(mark)) return state;
  const { picture } = state;
  if (!grow) return changed(state, mark.id, () => moved(mark, dx, dy, picture));
  if (mark.shape === "circle") {
    const room = Math.floor(roomAround(mark.points[0] as Point, picture));
    const radius = limit((mark.radius ?? 0) + dx - dy, 1, Math.max(1, room));
    return changed(state, mark.id, (old) => ({ ...old, radius }));
  }
  const corner = mark.shape === "bndbox" ? 4 : (state.corner ?? mark.points.length - 1);
  const from = handles(mark)[corner]?.at;
  return from ? changed(state, mark.id, () => reshaped(mark, corner, [from[0] + dx, from[1] + dy], picture)) : state;
}

/** A figure in the middle of the picture, for drawing with the keyboard alone. */
function middle(shape: Shape, { width, height }: Size): Figure | null {
  const [x, y] = [Math.round(width / 2), Math.round(height / 2)];
  const reach = Math.max(1, Math.round(Math.min(width, height) / 8));
  const corners: Point[] = [
    [x - reach, y - reach],
    [x + reach, y - reach],
    [x + reach, y + reach],
    [x - reach, y + reach],
  ];
  if (shape === "polygon") return polygon(corners);
  if (shape === "bndbox") return figureFromDrag(shape, corners[0] as Point, corners[2] as Point, { width, height });
  return figureFromDrag(shape, [x, y], [x + reach, y], { width, height });
}

function exact(state: DrawingState, event: Extract<DrawingEvent, { type: "figure" }>): DrawingState {
  const { picture } = state;
  const points = event.points.map((point): Point => [
    limit(point[0], 0, picture.width),
    limit(point[1], 0, picture.height),
  ]);
  const [a, b] = points;
  if (!a || ![...points.flat(), event.radius ?? 0].every(Number.isFinite)) return state;
  return changed(state, event.id, (old) => {
    if (old.shape === "circle") {
      return { ...old, points, radius: limit(event.radius ?? old.radius ?? 1, 1, Math.max(1, roomAround(a, picture))) };
    }
    if (old.shape === "bndbox" && b && (b[0] - a[0] < 1 || b[1] - a[1] < 1)) return old;
    if (old.shape === "polygon" && area({ shape: "polygon", points }) === 0) return old;
    return { ...old, points };
  });
}

const LOOKING = new Set<DrawingEvent["type"]>(["select", "cycle", "marks", "hide", "cancel"]);

export function step(state: DrawingState, event: DrawingEvent, rules: Rules): DrawingState {
  if (rules.readonly && !LOOKING.has(event.type)) {
    if (event.type !== "down") return state;
    return { ...state, selected: markAt(state, event.at, event.reach)?.id ?? null };
  }
  switch (event.type) {
    case "down":
      return down(state.hidden ? { ...state, hidden: false } : state, event.at, event.reach);
    case "move":
      return move(state, event.at);
    case "up":
      return up(state, event.at, event.reach);
    case "finish":
      return state.draft?.shape === "polygon" ? finishPolygon(state) : state;
    case "cancel": {
      if (state.naming || state.draft || state.drag) return { ...state, naming: null, draft: null, drag: null };
      return state.selected ? { ...state, selected: null, corner: null } : { ...state, tool: "select" };
    }
    case "back": {
      if (!state.draft) return state;
      const points = state.draft.points.slice(0, -1);
      return { ...state, draft: points.length ? { ...state.draft, points } : null };
    }
    case "tool": {
      if (event.tool !== "select" && !rules.allowed.includes(event.tool)) return state;
      return { ...state, tool: event.tool, draft: null, drag: null, naming: null };
    }
    case "select":
      return { ...state, selected: event.id, corner: null };
    case "cycle": {
      const { marks } = state;
      if (!marks.length) return state;
      const at = marks.findIndex((mark) => mark.id === state.selected);
      const next = at < 0 ? (event.by > 0 ? 0 : marks.length - 1) : (at + event.by + marks.length) % marks.length;
      return { ...state, selected: marks[next]?.id ?? null, corner: null };
    }
    case "label":
      return named(state, event, rules);
    case "delete":
      return removed(state);
    case "clear":
      return { ...state, marks: [], selected: null, corner: null };
    case "nudge":
      return nudged(state, event.dx, event.dy, event.grow);
    case "figure":
      return exact(state, event);
    case "attribute":
      return changed(state, event.id, (old) => ({
        ...old,
        attributes: { ...old.attributes, [event.name]: event.value },
      }));
    case "insert": {
      const shape = state.tool === "select" ? rules.allowed[0] : state.tool;
      return shape ? finished(state, middle(shape, state.picture)) : state;
    }
    case "paste": {
      const copies = event.marks
        .filter(isFigure)
        .map((mark) => ({ ...byHand(moved(mark, 0, 0, state.picture)), id: rules.newId() }));
      return { ...state, marks: [...state.marks, ...copies] };
    }
    case "marks": {
      const selected = event.marks.some((mark) => mark.id === state.selected) ? state.selected : null;
      return { ...state, marks: event.marks, selected, corner: null, drag: null };
    }
    case "hide":
      return { ...state, hidden: !state.hidden };
  }
}
