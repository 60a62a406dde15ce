/** Giving shapes their labels: the question after drawing, and the label that the next shape will most likely have. */
import type { ToolConfig } from "../core/config.ts";
import type { Point } from "../core/wire.ts";
import { bounds, type Figure } from "../picture/geometry.ts";
import { toScreen } from "../picture/viewport.ts";
import { LabelPopup } from "./label_popup.ts";
import { isFigure, selectedMark } from "./state.ts";
import { markAt } from "./step.ts";
import type { DetectionTool } from "./tool.ts";

const BESIDE_PX = 10;

export class Naming {
  lastLabel: string;
  private readonly popup: LabelPopup;

  constructor(
    private readonly tool: DetectionTool,
    private readonly config: ToolConfig,
  ) {
    this.lastLabel = config.labels[0]?.name ?? "";
    this.popup = new LabelPopup(
      config.labels,
      (name) => this.give(name),
      () => tool.cancel(),
    );
  }

  get element(): HTMLElement {
    return this.popup.element;
  }

  get isOpen(): boolean {
    return this.popup.isOpen;
  }

  focus(): void {
    this.popup.focus();
  }

  close(): void {
    this.popup.close();
  }

  /** Asks what the newly drawn figure is; with only one label there is nothing to ask. */
  ask(figure: Figure): void {
    const [only, second] = this.config.labels;
    if (only && !second) this.give(only.name);
    else this.open(figure, this.lastLabel);
  }

  /** Asks for another label of the selected shape. */
  relabel(): void {
    const mark = selectedMark(this.tool.drawing);
    if (mark && isFigure(mark) && !this.tool.readonly) this.open(mark, mark.name);
  }

  /** The same by a double click on a shape. */
  relabelAt(at: Point, reach: number): void {
    if (this.tool.drawing.tool === "select" && markAt(this.tool.drawing, at, reach)) this.relabel();
  }

  give(name: string): void {
    this.popup.close();
    this.lastLabel = name;
    const attributes: Record<string, string> = {};
    for (const spec of this.tool.colors.get(name)?.attributes ?? []) {
      if (spec.default) attributes[spec.name] = spec.default;
    }
    this.tool.send({ type: "label", name, attributes });
  }

  /** A label chosen beside the picture: for the selected shape, else for the next one. */
  pick(name: string): void {
    const { drawing } = this.tool;
    if (this.tool.readonly) return;
    if (selectedMark(drawing) || drawing.naming) return this.give(name);
    this.lastLabel = name;
    const shape = this.tool.colors.get(name)?.shape;
    if (shape) this.tool.send({ type: "tool", tool: shape });
    this.tool.draw();
  }

  private open(figure: Figure, preferred: string): void {
    const box = bounds(figure);
    const [x, y] = toScreen(this.tool.stage.view, [box.right, box.top]);
    this.popup.open([x + BESIDE_PX, y], preferred);
  }
}
