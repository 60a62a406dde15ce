/** Drawing shapes over a picture, in screen pixels, so that lines stay thin at any zoom. */
import type { Point } from "../core/wire.ts";
import { type Figure, handles } from "./geometry.ts";
import { toScreen, type Viewport } from "./viewport.ts";

export interface Look {
  readonly color: string;
  readonly caption: string;
  readonly selected: boolean;
  /** Shapes of something else, such as the other side of a conflict. */
  readonly faint?: boolean;
}

const TEXT = '600 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans CJK SC", sans-serif';
const HANDLE = 4.5;

/** Black or white, whichever reads better on `color` ("#rrggbb"). */
export function inkOn(color: string): string {
  const value = Number.parseInt(color.slice(1), 16);
  const [red, green, blue] = [(value >> 16) & 255, (value >> 8) & 255, value & 255];
  return 0.299 * red + 0.587 * green + 0.114 * blue > 150 ? "#14161c" : "#ffffff";
}

function outline(figure: Figure, view: Viewport): Path2D {
  const path = new Path2D();
  const points = figure.points.map((point) => toScreen(view, point));
  const [a, b] = points;
  if (!a) return path;
  if (figure.shape === "circle") path.arc(a[0], a[1], (figure.radius ?? 0) * view.scale, 0, 2 * Math.PI);
  else if (figure.shape === "point") path.arc(a[0], a[1], 5, 0, 2 * Math.PI);
  else if (figure.shape === "bndbox" && b) path.rect(a[0], a[1], b[0] - a[0], b[1] - a[1]);
  else {
    path.moveTo(a[0], a[1]);
    for (const point of points.slice(1)) path.lineTo(point[0], point[1]);
    if (figure.shape === "polygon") path.closePath();
  }
  return path;
}

function stroke(context: CanvasRenderingContext2D, path: Path2D, color: string, width: number, dashed: boolean): void {
  // A dark line below keeps the colour visible on any picture.
  context.setLineDash(dashed ? [8, 6] : []);
  context.lineWidth = width + 2;
  context.strokeStyle = "rgb(0 0 0 / 0.45)";
  context.stroke(path);
  context.lineWidth = width;
  context.strokeStyle = color;
  context.stroke(path);
  context.setLineDash([]);
}

export function paintFigure(context: CanvasRenderingContext2D, view: Viewport, figure: Figure, look: Look): void {
  const path = outline(figure, view);
  const open = figure.shape === "line" || figure.shape === "dashed";
  context.globalAlpha = look.faint ? 0.5 : 1;
  if (!open) {
    context.save();
    context.globalAlpha *= figure.shape === "point" ? 0.9 : look.selected ? 0.25 : 0.1;
    context.fillStyle = look.color;
    context.fill(path);
    context.restore();
  }
  stroke(context, path, look.color, look.selected ? 2.5 : 1.75, figure.shape === "dashed" || Boolean(look.faint));
  if (look.caption) paintCaption(context, view, figure, look);
  context.globalAlpha = 1;
}

function captionPlace(view: Viewport, figure: Figure): Point {
  const points = figure.points.map((point) => toScreen(view, point));
  const top = points.reduce((best, point) => (point[1] < best[1] ? point : best));
  if (figure.shape === "bndbox") return [Math.min(...points.map((point) => point[0])), top[1]];
  return figure.shape === "circle" ? [top[0], top[1] - (figure.radius ?? 0) * view.scale] : top;
}

function paintCaption(context: CanvasRenderingContext2D, view: Viewport, figure: Figure, look: Look): void {
  context.font = TEXT;
  const width = context.measureText(look.caption).width + 10;
  const [x, above] = captionPlace(view, figure);
  // Above the shape, or just inside it where the stage ends.
  const y = above >= 20 ? above - 20 : above + 2;
  context.fillStyle = look.color;
  context.beginPath();
  context.roundRect(x - 1, y, width, 18, 3);
  context.fill();
  context.fillStyle = inkOn(look.color);
  context.textBaseline = "middle";
  context.fillText(look.caption, x + 4, y + 9.5);
}

export function paintHandles(
  context: CanvasRenderingContext2D,
  view: Viewport,
  figure: Figure,
  color: string,
  active: number | null,
): void {
  handles(figure).forEach((handle, place) => {
    const [x, y] = toScreen(view, handle.at);
    const size = handle.kind === "new" ? HANDLE - 1.5 : HANDLE;
    context.beginPath();
    if (handle.kind === "corner") context.rect(x - size, y - size, 2 * size, 2 * size);
    else context.arc(x, y, size, 0, 2 * Math.PI);
    context.fillStyle = place === active ? color : handle.kind === "new" ? "rgb(255 255 255 / 0.6)" : "#ffffff";
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = "rgb(0 0 0 / 0.7)";
    context.stroke();
  });
}

/** The lines through the pointer that help to place a rectangle's first corner. */
export function paintCross(context: CanvasRenderingContext2D, at: Point, width: number, height: number): void {
  context.beginPath();
  context.moveTo(Math.round(at[0]) + 0.5, 0);
  context.lineTo(Math.round(at[0]) + 0.5, height);
  context.moveTo(0, Math.round(at[1]) + 0.5);
  context.lineTo(width, Math.round(at[1]) + 0.5);
  context.lineWidth = 1;
  context.strokeStyle = "rgb(255 255 255 / 0.75)";
  context.stroke();
  context.setLineDash([4, 4]);
  context.strokeStyle = "rgb(0 0 0 / 0.75)";
  context.stroke();
  context.setLineDash([]);
}
