/** The keys of the classification tool; the labels' own are added by the tool. */
import type { Binding } from "../core/keymap.ts";
import type { ClassificationTool } from "./view.ts";

export function classificationBindings(tool: ClassificationTool): Binding[] {
  const move = (by: () => number, extend: boolean) => () => tool.send({ type: "move", by: by(), extend });
  const row = () => tool.rowLength();
  const choosing = gettext("Choosing images");
  const labelling = gettext("Labelling");
  const bind = (action: string, title: string, group: string, keys: string[], run: () => void): Binding => {
    return { action, title, group, keys, run };
  };
  return [
    bind(
      "next",
      gettext("Next image"),
      choosing,
      ["ArrowRight"],
      move(() => 1, false),
    ),
    bind(
      "previous",
      gettext("Previous image"),
      choosing,
      ["ArrowLeft"],
      move(() => -1, false),
    ),
    bind("down", gettext("One row down"), choosing, ["ArrowDown"], move(row, false)),
    bind(
      "up",
      gettext("One row up"),
      choosing,
      ["ArrowUp"],
      move(() => -row(), false),
    ),
    bind(
      "extend-next",
      gettext("Extend the selection"),
      choosing,
      ["Shift+ArrowRight"],
      move(() => 1, true),
    ),
    bind(
      "extend-previous",
      gettext("Extend it backwards"),
      choosing,
      ["Shift+ArrowLeft"],
      move(() => -1, true),
    ),
    bind("extend-down", gettext("Extend it by a row"), choosing, ["Shift+ArrowDown"], move(row, true)),
    bind(
      "extend-up",
      gettext("Extend it a row up"),
      choosing,
      ["Shift+ArrowUp"],
      move(() => -row(), true),
    ),
    bind("toggle", gettext("Select or unselect the image"), choosing, ["Space"], () => tool.send({ type: "toggle" })),
    bind("all", gettext("Select all loaded images"), choosing, ["Ctrl+a"], () => tool.send({ type: "all" })),
    bind("none", gettext("Select nothing, close the preview"), choosing, ["Escape"], () => tool.send({ type: "none" })),
    bind("preview", gettext("Large view"), choosing, ["Enter"], () => tool.togglePreview()),
    bind("next-unlabelled", gettext("Next image without a label"), choosing, ["n"], () => tool.nextUnlabelled()),
    bind("confirm", gettext("Hand in as it stands"), labelling, ["s", "Ctrl+Enter"], () => tool.confirm()),
    bind("nothing", gettext("None of the labels"), labelling, ["Shift+n"], () => tool.sayNothing()),
    bind("clear", gettext("Remove all labels"), labelling, ["Delete"], () => tool.clear()),
    bind("find", gettext("Find a label"), labelling, ["/"], () => tool.panel.focusSearch()),
    bind("undo", gettext("Undo"), labelling, ["Ctrl+z"], () => tool.session.editor.undo()),
    bind("redo", gettext("Redo"), labelling, ["Ctrl+Shift+z", "Ctrl+y"], () => tool.session.editor.redo()),
    bind("help", gettext("This list"), labelling, ["?"], () => tool.frame.help()),
  ];
}
