/** Shapes in image pixels: making, moving and measuring them so that no point can leave the picture. */
import type { Point, Shape } from "../core/wire.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A shape without its label. A circle has its centre as only point. */
export interface Figure {
  readonly shape: Shape;
  readonly points: readonly Point[];
  readonly radius?: number;
}

export function limit(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}

/** The nearest whole pixel inside the picture. */
export function snap(point: Point, picture: Size): Point {
  return [limit(Math.round(point[0]), 0, picture.width), limit(Math.round(point[1]), 0, picture.height)];
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** The largest radius whose circle stays inside the picture. */
export function roomAround(center: Point, picture: Size): number {
  return Math.max(0, Math.min(center[0], center[1], picture.width - center[0], picture.height - center[1]));
}

/** The figure between the two ends of a drag; null when there is nothing to see of it. */
export function figureFromDrag(shape: Shape, from: Point, to: Point, picture: Size): Figure | null {
  const [a, b] = [snap(from, picture), snap(to, picture)];
  if (shape === "point") return { shape, points: [a] };
  if (shape === "circle") {
    const radius = Math.min(Math.round(distance(a, b)), Math.floor(roomAround(a, picture)));
    return radius >= 1 ? { shape, points: [a], radius } : null;
  }
  if (shape === "bndbox") return rectangle(a, b);
  if (shape === "polygon") return null;
  return distance(a, b) >= 1 ? { shape, points: [a, b] } : null;
}

export function rectangle(a: Point, b: Point): Figure | null {
  const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
  const [top, bottom] = [Math.min(a[1], b[1]), Math.max(a[1], b[1])];
  if (right - left < 1 || bottom - top < 1) return null;
  return {
    shape: "bndbox",
    points: [
      [left, top],
      [right, bottom],
    ],
  };
}

/** A closed polygon; null with fewer than three different corners. */
export function polygon(points: readonly Point[]): Figure | null {
  const different = points.filter((point, at) => at === 0 || distance(point, points[at - 1] as Point) > 0);
  const first = different[0];
  const last = different.at(-1);
  if (first && last && different.length > 1 && distance(first, last) === 0) different.pop();
  const corners = new Set(different.map(String));
  return corners.size >= 3 && area({ shape: "polygon", points: different }) > 0
    ? { shape: "polygon", points: different }
    : null;
}

export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function bounds(figure: Figure): Bounds {
  const xs = figure.points.map((point) => point[0]);
  const ys = figure.points.map((point) => point[1]);
  const reach = figure.radius ?? 0;
  return {
    left: Math.min(...xs) - reach,
    top: Math.min(...ys) - reach,
    right: Math.max(...xs) + reach,
    bottom: Math.max(...ys) + reach,
  };
}

/** The figure moved by whole pixels, stopped at the picture's edges. */
export function moved<F extends Figure>(figure: F, dx: number, dy: number, picture: Size): F {
  const box = bounds(figure);
  const x = within(Math.round(dx), -box.left, picture.width - box.right);
  const y = within(Math.round(dy), -box.top, picture.height - box.bottom);
  return { ...figure, points: figure.points.map((point): Point => [point[0] + x, point[1] + y]) };
}

function within(value: number, low: number, high: number): number {
  // A shape from elsewhere may already stick out of the picture; then it must not jump when touched.
  return low > high ? 0 : limit(value, low, high);
}

export interface Handle {
  readonly at: Point;
  /** A corner or end that can be dragged, or the middle of a polygon's side that becomes a corner when dragged. */
  readonly kind: "corner" | "side" | "new";
  readonly cursor: string;
}

const CORNER_CURSORS = ["nwse-resize", "ns-resize", "nesw-resize", "ew-resize"];

/** Handles in the order `reshaped` knows them by. A rectangle has eight, clockwise from its upper left corner. */
export function handles(figure: Figure): Handle[] {
  const [a, b] = figure.points;
  if (!a) return [];
  if (figure.shape === "bndbox" && b) {
    const [x, y] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const places: Point[] = [a, [x, a[1]], [b[0], a[1]], [b[0], y], b, [x, b[1]], [a[0], b[1]], [a[0], y]];
    return places.map((at, place) => ({
      at,
      kind: place % 2 ? "side" : "corner",
      cursor: CORNER_CURSORS[place % 4] ?? "move",
    }));
  }
  if (figure.shape === "circle") {
    const radius = figure.radius ?? 0;
    const places: Point[] = [
      [a[0] + radius, a[1]],
      [a[0], a[1] + radius],
      [a[0] - radius, a[1]],
      [a[0], a[1] - radius],
    ];
    return places.map((at, place) => ({ at, kind: "side", cursor: place % 2 ? "ns-resize" : "ew-resize" }));
  }
  const corners = figure.points.map((at): Handle => ({ at, kind: "corner", cursor: "move" }));
  if (figure.shape !== "polygon") return corners;
  const middles = figure.points.map((at, place): Handle => {
    const next = figure.points[(place + 1) % figure.points.length] ?? at;
    return { at: [(at[0] + next[0]) / 2, (at[1] + next[1]) / 2], kind: "new", cursor: "copy" };
  });
  return [...corners, ...middles];
}

/** The figure with handle number `place` dragged to `to`; unchanged where that would leave nothing of it. */
export function reshaped<F extends Figure>(figure: F, place: number, to: Point, picture: Size): F {
  const at = snap(to, picture);
  const [a, b] = figure.points;
  if (!a) return figure;
  if (figure.shape === "bndbox" && b) {
    const left = [0, 6, 7].includes(place) ? at[0] : a[0];
    const right = [2, 3, 4].includes(place) ? at[0] : b[0];
    const top = [0, 1, 2].includes(place) ? at[1] : a[1];
    const bottom = [4, 5, 6].includes(place) ? at[1] : b[1];
    const box = rectangle([left, top], [right, bottom]);
    return box ? { ...figure, points: box.points } : figure;
  }
  if (figure.shape === "circle") {
    const radius = Math.min(Math.round(distance(a, to)), Math.floor(roomAround(a, picture)));
    return radius >= 1 ? { ...figure, radius } : figure;
  }
  const count = figure.points.length;
  const points =
    place < count
      ? figure.points.map((point, corner) => (corner === place ? at : point))
      : [...figure.points.slice(0, place - count + 1), at, ...figure.points.slice(place - count + 1)];
  if (figure.shape === "polygon" && area({ shape: "polygon", points }) === 0) return figure;
  if (count === 2 && points[0] && points[1] && distance(points[0], points[1]) < 1) return figure;
  return { ...figure, points };
}

/** The polygon without one corner; null where too few would be left. */
export function withoutCorner(points: readonly Point[], place: number): Figure | null {
  return polygon(points.filter((_point, at) => at !== place));
}

/** Square pixels; 0 for lines and points. */
export function area(figure: Figure): number {
  const [a, b] = figure.points;
  if (figure.shape === "circle") return Math.PI * (figure.radius ?? 0) ** 2;
  if (figure.shape === "bndbox" && a && b) return Math.abs((b[0] - a[0]) * (b[1] - a[1]));
  if (figure.shape !== "polygon") return 0;
  let sum = 0;
  figure.points.forEach((point, at) => {
    const next = figure.points[(at + 1) % figure.points.length] ?? point;
    sum += point[0] * next[1] - next[0] * point[1];
  });
  return Math.abs(sum) / 2;
}

function toSegment(point: Point, a: Point, b: Point): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const along = length ? limit(((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length, 0, 1) : 0;
  return distance(point, [a[0] + along * dx, a[1] + along * dy]);
}

/** True when `point` lies in the figure or no further than `reach` pixels from its line. */
export function hits(figure: Figure, point: Point, reach: number): boolean {
  const [a, b] = figure.points;
  if (!a) return false;
  if (figure.shape === "bndbox") {
    const box = bounds(figure);
    const x = point[0] >= box.left - reach && point[0] <= box.right + reach;
    return x && point[1] >= box.top - reach && point[1] <= box.bottom + reach;
  }
  if (figure.shape === "circle") return distance(a, point) <= (figure.radius ?? 0) + reach;
  if (figure.shape === "point" || !b) return distance(a, point) <= reach * 1.5;
  if (figure.shape !== "polygon") return toSegment(point, a, b) <= reach;
  let inside = false;
  let near = false;
  figure.points.forEach((p, at) => {
    const q = figure.points[(at + 1) % figure.points.length] ?? p;
    near ||= toSegment(point, p, q) <= reach;
    if (p[1] > point[1] !== q[1] > point[1] && point[0] < ((q[0] - p[0]) * (point[1] - p[1])) / (q[1] - p[1]) + p[0]) {
      inside = !inside;
    }
  });
  return inside || near;
}
