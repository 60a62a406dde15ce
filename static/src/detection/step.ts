/**
 * Drawing and changing shapes as a pure function of events in image pixels.
 *
 * The canvas turns pointers and keys into events; whoever holds the state compares `marks` before and after to know
 * what to save. A drag changes `marks` once, when it ends, so that it is one step to undo.
 */

import { type Mark, NOTHING, type Point } from "../core/wire.ts";
import {
  area,
  distance,
  type Figure,
  figureFromDrag,
  handles,
  hits,
  moved,
  polygon,
  reshaped,
  snap,
} from "../picture/geometry.ts";
import { changed, exact, middle, named, nudged, pasted, removed } from "./editing.ts";
import { type Drag, type DrawingEvent, type DrawingState, isFigure, type Rules, selectedMark } from "./state.ts";

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

/** The figure that the draft would become if it ended now, for the preview. */
export function draftFigure(state: DrawingState): Figure | null {
  const { draft, picture } = state;
  const first = draft?.points[0];
  if (!draft || !first) return null;
  if (draft.shape === "polygon") return { shape: "polygon", points: [...draft.points, snap(draft.at, picture)] };
  return figureFromDrag(draft.shape, first, draft.at, picture);
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
    const { kind, handle, now, before } = state.drag;
    // The middle of a side that was dragged has become a corner; it is the one touched last.
    const corners = before.points?.length ?? 0;
    const isNew = kind === "reshape" && before.shape === "polygon" && handle >= corners;
    const ended = { ...state, drag: null, corner: isNew ? handle - corners + 1 : state.corner };
    return changed(ended, before.id, () => now);
  }
  const { draft, picture } = state;
  const first = draft?.points[0];
  if (!draft || !first || draft.shape === "polygon") return state;
  // Letting go where it was pressed starts click-click drawing: the next click ends the shape.
  if (draft.held && distance(first, at) <= reach / 2) return { ...state, draft: { ...draft, at, held: false } };
  return finished(state, figureFromDrag(draft.shape, first, at, picture));
}

/** Gives up what the last press began, and only that: corners set before a second finger came stay. */
function interrupted(state: DrawingState): DrawingState {
  const { draft } = state;
  if (state.drag) return { ...state, drag: null };
  if (!draft || (draft.shape !== "polygon" && !draft.held)) return state;
  const points = draft.points.slice(0, -1);
  return { ...state, draft: draft.shape === "polygon" && points.length ? { ...draft, points } : null };
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
    case "interrupt":
      return interrupted(state);
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
    case "nothing":
      // Said twice it is taken back. What is drawn is never thrown away by it.
      if (state.marks.length || state.naming || state.draft) return state;
      return { ...state, marks: state.marks === NOTHING ? [] : NOTHING };
    case "nudge":
      return nudged(state, event.dx, event.dy, event.grow);
    case "figure":
      return exact(state, event);
    case "attribute":
      return changed(state, event.id, (old) => {
        const { [event.name]: _before, ...others } = old.attributes;
        return { ...old, attributes: event.value ? { ...others, [event.name]: event.value } : others };
      });
    case "insert": {
      const shape = state.tool === "select" ? rules.allowed[0] : state.tool;
      return shape ? finished(state, middle(shape, state.picture)) : state;
    }
    case "paste":
      return pasted(state, event.marks, rules);
    case "marks": {
      const selected = event.marks.some((mark) => mark.id === state.selected) ? state.selected : null;
      return { ...state, marks: event.marks, selected, corner: null, drag: null };
    }
    case "hide":
      return { ...state, hidden: !state.hidden };
  }
}
