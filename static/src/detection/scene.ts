/** Paints a drawing: the marks, the draft under the pointer, handles and guide lines. */
import type { LabelSpec } from "../core/config.ts";
import type { Mark, Point } from "../core/wire.ts";
import { bounds, type Figure, handles } from "../picture/geometry.ts";
import { paintCross, paintFigure, paintHandles } from "../picture/paint.ts";
import { toImage, toScreen, type Viewport } from "../picture/viewport.ts";
import type { DrawingState } from "./state.ts";
import { isFigure, selectedMark } from "./state.ts";
import { draftFigure, handleAt, markAt } from "./step.ts";

const UNKNOWN = "#8a8f98";
const DRAFT = "#ffd24a";

export interface Scene {
  readonly drawing: DrawingState;
  readonly colors: ReadonlyMap<string, LabelSpec>;
  /** Image pixels under the pointer while it is over the stage. */
  readonly pointer: Point | null;
  readonly readonly: boolean;
  /** What the server holds where that differs from the local answer. */
  readonly theirs: readonly Mark[];
}

function caption(mark: Mark): string {
  return mark.score === undefined ? mark.name : `${mark.name} ${Math.round(mark.score * 100)}%`;
}

/**
 * Paints scenes one after the other on one canvas.
 *
 * What does not change while the pointer moves is painted once on a layer of its own and copied from there: among a
 * thousand shapes a drag costs as much as alone.
 */
export class ScenePainter {
  private readonly layer = document.createElement("canvas");
  /** What the layer shows, compared by identity, since views, marks and answers are never changed in place. */
  private shown: readonly unknown[] = [];

  paint(context: CanvasRenderingContext2D, view: Viewport, scene: Scene): void {
    if (!scene.drawing.hidden) {
      this.copyOthers(context, view, scene);
      paintSelected(context, view, scene);
    }
    paintDraft(context, view, scene);
  }

  private copyOthers(context: CanvasRenderingContext2D, view: Viewport, scene: Scene): void {
    const { layer } = this;
    const { width, height } = context.canvas;
    if (!width || !height) return;
    const wanted = [view, width, height, scene.drawing.marks, selectedId(scene.drawing), scene.theirs, scene.colors];
    if (wanted.some((part, place) => part !== this.shown[place])) {
      this.shown = wanted;
      // Setting a size empties a canvas, also when it stays the same.
      layer.width = width;
      layer.height = height;
      const onLayer = layer.getContext("2d");
      if (!onLayer) return;
      onLayer.setTransform(context.getTransform());
      paintOthers(onLayer, view, scene);
    }
    context.save();
    context.resetTransform();
    context.drawImage(layer, 0, 0);
    context.restore();
  }
}

/** The mark that is painted apart: the selected one, which is also the one that a drag moves. */
function selectedId(drawing: DrawingState): string | null {
  return drawing.drag?.before.id ?? drawing.selected;
}

function paintOthers(context: CanvasRenderingContext2D, view: Viewport, scene: Scene): void {
  const apart = selectedId(scene.drawing);
  for (const mark of scene.theirs) {
    if (!isFigure(mark)) continue;
    paintFigure(context, view, mark, { color: "#ffffff", caption: mark.name, selected: false, faint: true });
  }
  const inSight = sight(context, view);
  for (const mark of scene.drawing.marks) {
    if (mark.id === apart || !isFigure(mark) || !inSight(mark)) continue;
    const color = scene.colors.get(mark.name)?.color ?? UNKNOWN;
    paintFigure(context, view, mark, { color, caption: caption(mark), selected: false });
  }
}

function paintSelected(context: CanvasRenderingContext2D, view: Viewport, scene: Scene): void {
  const { drawing, colors, readonly } = scene;
  const mark = drawing.drag?.now ?? selectedMark(drawing);
  if (!mark || !isFigure(mark)) return;
  const color = colors.get(mark.name)?.color ?? UNKNOWN;
  paintFigure(context, view, mark, { color, caption: caption(mark), selected: true });
  if (!readonly) paintHandles(context, view, mark, color, drawing.corner);
}

/** Says whether a figure can be seen; zoomed in, most of a crowded picture cannot and is not worth painting. */
function sight(context: CanvasRenderingContext2D, view: Viewport): (figure: Figure) => boolean {
  const ratio = window.devicePixelRatio || 1;
  const [left, top] = toImage(view, [0, 0]);
  const [right, bottom] = toImage(view, [context.canvas.width / ratio, context.canvas.height / ratio]);
  return (figure) => {
    const box = bounds(figure);
    return box.right >= left && box.left <= right && box.bottom >= top && box.top <= bottom;
  };
}

function paintDraft(context: CanvasRenderingContext2D, view: Viewport, { drawing, pointer, readonly }: Scene): void {
  const figure = drawing.naming ?? draftFigure(drawing);
  if (figure) {
    const open = drawing.draft?.shape === "polygon" && figure.points.length === 2;
    const shape = open ? ("line" as const) : figure.shape;
    paintFigure(context, view, { ...figure, shape }, { color: DRAFT, caption: "", selected: true });
  }
  for (const point of drawing.draft?.shape === "polygon" ? drawing.draft.points : []) {
    const [x, y] = toScreen(view, point);
    context.beginPath();
    context.arc(x, y, 4, 0, 2 * Math.PI);
    context.fillStyle = DRAFT;
    context.fill();
  }
  const drawingTool = drawing.tool !== "select" && !drawing.naming && !drawing.drag && !readonly;
  if (pointer && drawingTool && !drawing.draft) {
    const { width, height } = context.canvas;
    const ratio = window.devicePixelRatio || 1;
    paintCross(context, toScreen(view, pointer), width / ratio, height / ratio);
  }
}

/** The mouse cursor that says what a press at `at` would do. */
export function cursorAt(drawing: DrawingState, at: Point, reach: number, readonly: boolean): string {
  if (drawing.drag?.kind === "move") return "move";
  const mark = selectedMark(drawing);
  const handle = drawing.draft || readonly ? -1 : handleAt(drawing, at, reach);
  if (handle >= 0 && mark && isFigure(mark)) return handles(mark)[handle]?.cursor ?? "move";
  if (drawing.tool !== "select" && !readonly) return "crosshair";
  return markAt(drawing, at, reach) ? "pointer" : "default";
}
