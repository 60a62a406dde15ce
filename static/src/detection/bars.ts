/** The buttons of the detection tool: what is drawn with, and what is done to picture and answer. */
import { button, el } from "../core/dom.ts";
import { type Mark, NOTHING, type Shape } from "../core/wire.ts";
import { shapeName } from "../picture/shapes.ts";
import { toolIcon } from "./icons.ts";
import type { Tool } from "./state.ts";
import type { DetectionTool } from "./tool.ts";

/** The drawing tools, one of them pressed. */
export class Palette {
  private readonly items = new Map<Tool, HTMLButtonElement>();
  readonly element = el("div", { class: "palette", role: "toolbar", "aria-label": gettext("Drawing tools") });

  constructor(shapes: readonly Shape[], choose: (tool: Tool) => void) {
    for (const tool of ["select", ...shapes] as const) {
      const caption = tool === "select" ? gettext("Select") : shapeName(tool);
      const item = button(`tool-${tool}`, "", () => choose(tool), {
        "aria-label": caption,
        title: caption,
        "aria-pressed": "false",
      });
      item.append(toolIcon(tool));
      this.items.set(tool, item);
      this.element.append(item);
    }
  }

  show(current: Tool, readonly: boolean): void {
    for (const [tool, item] of this.items) {
      item.setAttribute("aria-pressed", String(tool === current));
      item.disabled = readonly && tool !== "select";
    }
  }
}

/** The button that says there is nothing to draw; it is pressed while that is the answer. */
export class NothingButton {
  readonly element: HTMLButtonElement;

  constructor(tool: DetectionTool) {
    this.element = button("nothing", gettext("Nothing here"), () => tool.sayNothing(), { "aria-pressed": "false" });
  }

  show(marks: readonly Mark[], readonly: boolean): void {
    this.element.setAttribute("aria-pressed", String(marks === NOTHING));
    this.element.disabled = readonly || marks.length > 0;
    this.element.title = marks.length > 0 ? gettext("Delete the shapes first") : "Shift + N";
  }
}

export function barButtons(tool: DetectionTool): HTMLElement[] {
  const { editor } = tool.session;
  const go = (by: number) => () => tool.leaveFor(() => void tool.walker.go(by));
  return [
    button("previous", gettext("Previous"), go(-1), { title: "A, ←" }),
    button("next", gettext("Next"), go(1), { title: "D, →" }),
    button("undo", gettext("Undo"), () => editor.undo(), { title: "Ctrl + Z" }),
    button("redo", gettext("Redo"), () => editor.redo(), { title: "Ctrl + Shift + Z" }),
    button("fit", gettext("Fit"), () => tool.stage.fit(), { title: "0" }),
    button("hide", gettext("Hide shapes"), () => tool.send({ type: "hide" }), { title: "Shift + H" }),
    button("full-screen", gettext("Full screen"), () => tool.fullScreen(), { title: "F" }),
  ];
}
