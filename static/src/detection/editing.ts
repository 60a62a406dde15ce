/** Changes to marks that are there: label, size, place, removal. */
import { byHand, type Mark, type Point, type Shape } from "../core/wire.ts";
import {
  area,
  bounds,
  type Figure,
  figureFromDrag,
  handles,
  limit,
  moved,
  polygon,
  reshaped,
  roomAround,
  type Size,
  withoutCorner,
} from "../picture/geometry.ts";
import { type DrawingEvent, type DrawingState, isFigure, type Rules, selectedMark } from "./state.ts";

/** The state with one mark changed by hand; the same state where the change changes nothing. */
export function changed(state: DrawingState, id: string, change: (mark: Mark) => Mark): DrawingState {
  const old = state.marks.find((mark) => mark.id === id);
  if (!old) return state;
  const now = change(old);
  if (JSON.stringify(now) === JSON.stringify(old)) return state;
  return { ...state, marks: state.marks.map((mark) => (mark === old ? byHand(now) : mark)) };
}

export function named(
  state: DrawingState,
  event: Extract<DrawingEvent, { type: "label" }>,
  rules: Rules,
): DrawingState {
  const { name, attributes } = event;
  if (state.naming) {
    const mark: Mark = { id: rules.newId(), name, ...state.naming, attributes, kept: {} };
    return { ...state, marks: [...state.marks, mark], naming: null, selected: mark.id, corner: null };
  }
  const mark = selectedMark(state);
  if (!mark || mark.name === name) return state;
  return changed(state, mark.id, (old) => ({ ...old, name, attributes }));
}

export function removed(state: DrawingState): DrawingState {
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

export function nudged(state: DrawingState, dx: number, dy: number, grow: boolean): DrawingState {
  const mark = selectedMark(state);
  if (!mark || !isFigure(mark)) return state;
  const { picture } = state;
  if (!grow) return changed(state, mark.id, () => moved(mark, dx, dy, picture));
  if (mark.shape === "circle") {
    const room = Math.floor(roomAround(mark.points[0] as Point, picture));
    const radius = limit((mark.radius ?? 0) + dx - dy, 1, room);
    return room >= 1 ? changed(state, mark.id, (old) => ({ ...old, radius })) : state;
  }
  const last = mark.points.length - 1;
  const corner = mark.shape === "bndbox" ? 4 : Math.min(state.corner ?? last, last);
  const from = handles(mark)[corner]?.at;
  return from ? changed(state, mark.id, () => reshaped(mark, corner, [from[0] + dx, from[1] + dy], picture)) : state;
}

/** A figure in the middle of the picture, for drawing with the keyboard alone. */
export function middle(shape: Shape, { width, height }: Size): Figure | null {
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

export function exact(state: DrawingState, event: Extract<DrawingEvent, { type: "figure" }>): DrawingState {
  const { picture } = state;
  const points = event.points.map(
    (point): Point => [limit(point[0], 0, picture.width), limit(point[1], 0, picture.height)],
  );
  const [a, b] = points;
  if (!a || ![...points.flat(), event.radius ?? 0].every(Number.isFinite)) return state;
  return changed(state, event.id, (old) => {
    if (points.length !== old.points?.length) return old;
    if (old.shape === "circle") {
      const room = roomAround(a, picture);
      return room >= 1 ? { ...old, points, radius: limit(event.radius ?? old.radius ?? 1, 1, room) } : old;
    }
    if (old.shape === "bndbox" && b && (b[0] - a[0] < 1 || b[1] - a[1] < 1)) return old;
    if (old.shape === "polygon" && area({ shape: "polygon", points }) === 0) return old;
    return { ...old, points };
  });
}

/** Copies of marks from another picture, as far as they fit into this one. */
export function pasted(state: DrawingState, marks: readonly Mark[], rules: Rules): DrawingState {
  const { width, height } = state.picture;
  const copies = marks.filter(isFigure).filter((mark) => {
    const box = bounds(mark);
    return box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;
  });
  if (!copies.length) return state;
  return { ...state, marks: [...state.marks, ...copies.map((mark) => ({ ...byHand(mark), id: rules.newId() }))] };
}
