/** The keys of the detection tool, as the user guide gives them. */
import type { LabelSpec } from "../core/config.ts";
import { type Binding, Keymap, labelKeys, yielding } from "../core/keymap.ts";
import { SHAPES } from "../core/wire.ts";
import { shapeName } from "../picture/shapes.ts";
import type { DetectionTool } from "./tool.ts";

function detectionBindings(tool: DetectionTool): Binding[] {
  const drawing = gettext("Drawing");
  const editing = gettext("Selected shape");
  const looking = gettext("Picture");
  const walking = gettext("Pictures");
  const bind = (action: string, title: string, group: string, keys: string[], run: () => void): Binding => {
    return { action, title, group, keys, run };
  };
  const { editor } = tool.session;
  const go = (by: number) => () => tool.leaveFor(() => void tool.walker.go(by));
  const arrows: [string, number, number][] = [
    ["ArrowLeft", -1, 0],
    ["ArrowRight", 1, 0],
    ["ArrowUp", 0, -1],
    ["ArrowDown", 0, 1],
  ];
  const nudges = (action: string, title: string, prefix: string, pixels: number, grow: boolean): Binding[] =>
    arrows.map(([key, dx, dy], at) =>
      bind(`${action}-${key}`, at ? "" : title, editing, [`${prefix}${key}`], () =>
        tool.send({ type: "nudge", dx: dx * pixels, dy: dy * pixels, grow }),
      ),
    );
  return [
    ...SHAPES.map((shape, place) =>
      bind(`tool-${shape}`, shapeName(shape), drawing, [String(place + 1)], () =>
        tool.send({ type: "tool", tool: shape }),
      ),
    ),
    bind("tool-select", gettext("Select and change"), drawing, ["v"], () =>
      tool.send({ type: "tool", tool: "select" }),
    ),
    bind("insert", gettext("Put a shape in the middle"), drawing, ["i"], () => tool.send({ type: "insert" })),
    bind("finish", gettext("Finish the polygon"), drawing, ["Enter"], () => tool.send({ type: "finish" })),
    bind("back", gettext("Take back the last corner"), drawing, ["Backspace"], () =>
      tool.send({ type: tool.hasDraft ? "back" : "delete" }),
    ),
    bind("cancel", gettext("Cancel, unselect"), drawing, ["Escape"], () => tool.cancel()),
    bind("undo", gettext("Undo"), drawing, ["Ctrl+z"], () => editor.undo()),
    bind("redo", gettext("Redo"), drawing, ["Ctrl+Shift+z", "Ctrl+y"], () => editor.redo()),
    bind("delete", gettext("Delete the shape or corner"), editing, ["Delete"], () => tool.send({ type: "delete" })),
    bind("clear", gettext("Delete all shapes"), editing, ["Shift+Delete"], () => tool.send({ type: "clear" })),
    bind("nothing", gettext("There is nothing to draw in this picture"), drawing, ["Shift+n"], () => tool.sayNothing()),
    bind("relabel", gettext("Change the label"), editing, ["l"], () => tool.naming.relabel()),
    bind("shape-next", gettext("Next shape"), editing, ["]", "ArrowDown"], () => tool.send({ type: "cycle", by: 1 })),
    bind("shape-previous", gettext("Previous shape"), editing, ["[", "ArrowUp"], () =>
      tool.send({ type: "cycle", by: -1 }),
    ),
    ...nudges("move", gettext("Move by a pixel"), "Shift+", 1, false),
    ...nudges("resize", gettext("Resize by a pixel"), "Ctrl+", 1, true),
    ...nudges("move-far", gettext("Move by ten pixels"), "Ctrl+Shift+", 10, false),
    bind("zoom-in", gettext("Zoom in"), looking, ["+", "="], () => tool.stage.zoom(1.25)),
    bind("zoom-out", gettext("Zoom out"), looking, ["-"], () => tool.stage.zoom(0.8)),
    bind("fit", gettext("Whole picture"), looking, ["0"], () => tool.stage.fit()),
    bind("hide", gettext("Hide or show the shapes"), looking, ["Shift+h"], () => tool.send({ type: "hide" })),
    bind("full-screen", gettext("Full screen"), looking, ["f"], () => tool.fullScreen()),
    bind("next", gettext("Next picture"), walking, ["d", "ArrowRight"], go(1)),
    bind("previous", gettext("Previous picture"), walking, ["a", "ArrowLeft"], go(-1)),
    bind("next-unlabelled", gettext("Next picture without labels"), walking, ["n"], () =>
      tool.leaveFor(() => void tool.nextUnlabelled()),
    ),
    bind("confirm", gettext("Hand in as it stands and go on"), walking, ["s", "Ctrl+Enter"], () => tool.confirm()),
    bind("copy", gettext("Copy the shapes of the previous picture"), walking, ["Ctrl+b"], () =>
      tool.copyFromPrevious(),
    ),
    bind("find", gettext("Find a label"), walking, ["/"], () => tool.panel.focusSearch()),
    bind("help", gettext("This list"), walking, ["?"], () => tool.frame.help()),
  ];
}

/** All keys of the tool, and those of the labels among them by label name. */
export function detectionKeys(
  tool: DetectionTool,
  labels: readonly LabelSpec[],
): { keymap: Keymap; labelKeys: ReadonlyMap<string, string> } {
  const actions = yielding(detectionBindings(tool), labels);
  const taken = new Set(actions.flatMap((binding) => binding.keys));
  // The digits are the drawing tools here, so only labels with a free key of their own get one.
  const keys = labelKeys(labels, (key) => taken.has(key) || /^[0-9]$/.test(key));
  const group = gettext("Labels");
  const giving = [...keys].map(([name, key]): Binding => {
    return { action: `label:${name}`, title: name, group, keys: [key], run: () => tool.naming.pick(name) };
  });
  return { keymap: new Keymap([...actions, ...giving]), labelKeys: keys };
}
