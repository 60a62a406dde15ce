/** The object detection tool: a picture to draw on, the labels and shapes beside it, the other pictures below. */
import type { ToolConfig } from "../core/config.ts";
import { button, el, fill, refill } from "../core/dom.ts";
import { buildFrame, type Frame } from "../core/frame.ts";
import { Keymap, labelKeys } from "../core/keymap.ts";
import { LabelPanel } from "../core/label_panel.ts";
import { problemList } from "../core/problems.ts";
import type { Sample } from "../core/samples.ts";
import { saveState } from "../core/save_state.ts";
import { Session, type Snapshot } from "../core/session.ts";
import { onNews } from "../core/start.ts";
import { type Mark, marksFromWire, newId } from "../core/wire.ts";
import { FilmStrip } from "../picture/film_strip.ts";
import { bounds, handles } from "../picture/geometry.ts";
import { shapeName } from "../picture/shapes.ts";
import { panWithSpace, Stage, type StagePointer } from "../picture/stage.ts";
import { toScreen } from "../picture/viewport.ts";
import { Walker } from "../picture/walker.ts";
import { detectionBindings } from "./bindings.ts";
import { toolIcon } from "./icons.ts";
import { Inspector } from "./inspector.ts";
import { LabelPopup } from "./label_popup.ts";
import { paintScene } from "./scene.ts";
import { ShapeList } from "./shape_list.ts";
import {
  type DrawingEvent,
  type DrawingState,
  isFigure,
  type Rules,
  selectedMark,
  startDrawing,
  type Tool,
} from "./state.ts";
import { handleAt, markAt, step } from "./step.ts";

/** A pause in drawing this long sends what was drawn; going to another picture sends it at once. */
const SAVE_AFTER_MS = 1500;
const SMALL = { width: 1, height: 1 };

export async function openDetection(root: HTMLElement, config: ToolConfig): Promise<() => Snapshot> {
  const session = await Session.open(config, SAVE_AFTER_MS);
  await session.loadFirst();
  new DetectionTool(root, session).start();
  return () => session.snapshot();
}

export class DetectionTool {
  readonly walker: Walker;
  readonly stage: Stage;
  readonly frame: Frame;
  readonly panel: LabelPanel;
  private drawing: DrawingState;
  private pointer: StagePointer | null = null;
  private lastLabel: string;
  private theirs: readonly Mark[] = [];
  private ready = false;
  private readonly config: ToolConfig;
  private readonly rules: Rules;
  private readonly colors: ReadonlyMap<string, ToolConfig["labels"][number]>;
  private readonly film: FilmStrip;
  private readonly popup: LabelPopup;
  private readonly shapes: ShapeList;
  private readonly inspector: Inspector;
  private readonly saving;
  private readonly palette = new Map<Tool, HTMLButtonElement>();
  private readonly notes = el("div", { class: "tool-notes", role: "status" });
  private readonly empty = el("p", { class: "tool-empty", hidden: true });

  constructor(
    readonly root: HTMLElement,
    readonly session: Session,
  ) {
    const config = session.config;
    this.config = config;
    this.rules = { allowed: config.allowedShapes, readonly: config.readonly, newId };
    this.colors = new Map(config.labels.map((label) => [label.name, label]));
    this.lastLabel = config.labels[0]?.name ?? "";
    this.drawing = startDrawing(SMALL, [], config.readonly ? "select" : (config.allowedShapes[0] ?? "select"));
    const actions = detectionBindings(this);
    const taken = new Set(actions.flatMap((binding) => binding.keys));
    // The digits are the drawing tools here, so only labels with a free key of their own get one.
    const keys = labelKeys(config.labels, (key) => taken.has(key) || /^[0-9]$/.test(key));
    const group = gettext("Labels");
    const labelActions = [...keys].map(([name, key]) => ({
      action: `label:${name}`,
      title: name,
      group,
      keys: [key],
      run: () => this.pick(name),
    }));
    const keymap = new Keymap([...actions, ...labelActions]);
    this.saving = saveState(config.back, () => this.showProblems());
    this.frame = buildFrame(root, config.back, this.saving.line, () => keymap);
    this.panel = new LabelPanel(config.labels, keys, (name) => this.pick(name));
    this.popup = new LabelPopup(
      config.labels,
      (name) => this.name(name),
      () => this.cancel(),
    );
    this.shapes = new ShapeList(this.colors, (id) => this.send({ type: "select", id }));
    this.inspector = new Inspector(
      config.labels,
      config.readonly,
      (event) => this.send(event),
      (name) => this.name(name),
    );
    this.stage = new Stage(
      (context, view) => {
        const pointer = this.pointer?.at ?? null;
        const { drawing, colors, theirs } = this;
        paintScene(context, view, { drawing, colors, pointer, readonly: config.readonly, theirs });
      },
      (event) => this.point(event),
    );
    this.walker = new Walker(session, (sample) => this.arrive(sample));
    this.film = new FilmStrip(
      (id) => this.leaveFor(() => this.walker.open(id)),
      () => void this.walker.more(),
    );
  }

  start(): void {
    const { frame, session, stage } = this;
    frame.bar.append(...this.barButtons());
    frame.work.append(this.paletteBar(), stage.element, this.notes, this.empty);
    stage.element.append(this.popup.element);
    frame.side.append(this.panel.element, this.shapes.element, this.inspector.element);
    frame.foot.append(this.film.element);
    panWithSpace(stage);
    session.events.on("status", (status) => this.saving.update(status));
    session.events.on("marks", (ids) => this.answersChanged(ids));
    session.events.on("saved", (id) => this.describe(id));
    session.events.on("trouble", (id) => this.describe(id));
    session.events.on("samples", () => this.listed());
    onNews(this.root, this.config.topic, () => {
      if (!session.samples.more) void this.walker.more(true).then((more) => more && this.openFirst());
    });
    this.saving.update(session.outbox.status());
    this.listed();
    this.openFirst();
    this.draw();
  }

  /** The one way anything happens to the drawing. */
  send(event: DrawingEvent): void {
    if (!this.ready) return;
    const before = this.drawing;
    const now = step(before, event, this.rules);
    if (now === before) return;
    this.drawing = now;
    const sample = this.walker.current;
    if (sample && now.marks !== before.marks && event.type !== "marks") {
      this.session.editor.apply([[sample.id, now.marks]]);
    }
    if (now.naming && !before.naming) this.ask();
    // While the pointer moves only the canvas has news; the lists beside it would cost every frame of a long drawing.
    if (event.type === "move") this.stage.draw();
    else this.draw();
  }

  get hasDraft(): boolean {
    return this.drawing.draft !== null;
  }

  /** Goes elsewhere, after what was drawn here has been sent on its way. */
  leaveFor(go: () => unknown): void {
    if (this.popup.isOpen) {
      this.popup.focus();
      return;
    }
    void this.session.outbox.flush();
    go();
  }

  async nextUnlabelled(): Promise<void> {
    const unlabelled = (sample: Sample) => !this.session.marks(sample.id).length;
    if (!(await this.walker.next(unlabelled))) this.say(gettext("No further picture without labels."));
  }

  /** Hands the answer in as it stands and goes on. */
  confirm(): void {
    const sample = this.walker.current;
    if (!sample || this.config.readonly) return;
    if (this.drawing.marks.length) this.session.confirm([sample.id]);
    this.leaveFor(() => void this.walker.go(1));
  }

  copyFromPrevious(): void {
    const previous = this.session.samples.rows[this.walker.number - 2];
    if (previous) this.send({ type: "paste", marks: this.session.marks(previous.id) });
  }

  cancel(): void {
    this.popup.close();
    this.send({ type: "cancel" });
  }

  /** Asks for a label of the selected shape. */
  relabel(): void {
    const mark = selectedMark(this.drawing);
    if (mark && !this.config.readonly) this.openPopup(mark, mark.name);
  }

  fullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.root.requestFullscreen();
  }

  private openFirst(): void {
    if (this.walker.current) return;
    const { start } = this.config;
    if (!(start && this.walker.open(start))) void this.walker.go(1);
    this.empty.hidden = this.walker.current !== undefined;
    this.empty.textContent = gettext("There is nothing here to label right now. New pictures appear by themselves.");
  }

  private arrive(sample: Sample): void {
    this.ready = false;
    this.popup.close();
    const { tool, hidden } = this.drawing;
    this.drawing = { ...startDrawing(sample.size ?? SMALL, this.session.marks(sample.id), tool), hidden };
    if (sample.size) this.ready = true;
    void this.stage.show(sample.url, sample.name, sample.size).then((picture) => {
      if (!picture || this.walker.current !== sample) return;
      this.drawing = { ...this.drawing, picture };
      this.ready = true;
    });
    this.frame.title.textContent = sample.name;
    this.film.current(sample.id);
    this.empty.hidden = true;
    this.describe(sample.id);
    this.draw();
  }

  private answersChanged(ids: readonly string[]): void {
    for (const id of ids) this.describe(id);
    const current = this.walker.current?.id ?? "";
    if (!ids.includes(current)) {
      if (ids[0]) this.walker.open(ids[0]);
    } else if (this.drawing.marks !== this.session.marks(current)) {
      this.send({ type: "marks", marks: this.session.marks(current) });
    }
  }

  private listed(): void {
    const { rows } = this.session.samples;
    this.film.take(rows);
    for (const row of rows) this.describe(row.id);
    this.drawPlace();
  }

  private describe(id: string): void {
    const { session } = this;
    const sample = session.samples.get(id);
    if (!sample) return;
    const entry = session.outbox.entry(id);
    const save = entry ? (entry.problem ? "attention" : "waiting") : "saved";
    this.film.describe(sample, { done: session.marks(id).length > 0, save });
    if (sample === this.walker.current) this.drawNotes(sample);
  }

  private point(event: StagePointer): void {
    this.pointer = event.kind === "leave" ? null : event;
    if (this.popup.isOpen && event.kind === "down") return this.popup.focus();
    if (event.kind === "interrupt") return this.send({ type: "cancel" });
    if (event.kind === "double") return this.doubleClick(event);
    if (event.kind !== "leave") this.send({ type: event.kind, at: event.at, reach: event.reach });
    this.showCursor(event);
    this.stage.draw();
  }

  private doubleClick(event: StagePointer): void {
    if (this.drawing.tool === "select" && markAt(this.drawing, event.at, event.reach)) this.relabel();
  }

  private showCursor(event: StagePointer): void {
    const { drawing } = this;
    const handle = handleAt(drawing, event.at, event.reach);
    const mark = selectedMark(drawing);
    if (drawing.drag?.kind === "move") this.stage.cursor("move");
    else if (handle >= 0 && mark && isFigure(mark) && !drawing.draft && !this.config.readonly) {
      this.stage.cursor(handles(mark)[handle]?.cursor ?? "move");
    } else if (drawing.tool !== "select") this.stage.cursor("crosshair");
    else this.stage.cursor(markAt(drawing, event.at, event.reach) ? "pointer" : "default");
  }

  /** The newly drawn shape needs a label; with only one label there is nothing to ask. */
  private ask(): void {
    const { labels } = this.config;
    const only = labels.length === 1 ? labels[0] : undefined;
    if (only) this.name(only.name);
    else if (this.drawing.naming) this.openPopup(this.drawing.naming, this.lastLabel);
  }

  private openPopup(figure: { points?: readonly (readonly [number, number])[] }, preferred: string): void {
    if (!isFigure(figure as Mark)) return;
    const box = bounds(figure as Mark & { shape: "bndbox"; points: readonly (readonly [number, number])[] });
    const [x, y] = toScreen(this.stage.view, [box.right, box.top]);
    this.popup.open([x + 10, y], preferred);
  }

  private name(name: string): void {
    this.popup.close();
    this.lastLabel = name;
    const attributes: Record<string, string> = {};
    for (const spec of this.colors.get(name)?.attributes ?? []) {
      if (spec.default) attributes[spec.name] = spec.default;
    }
    this.send({ type: "label", name, attributes });
  }

  /** A label clicked beside the picture: for the selected shape, else for the next one. */
  private pick(name: string): void {
    if (this.config.readonly) return;
    if (selectedMark(this.drawing) || this.drawing.naming) return this.name(name);
    this.lastLabel = name;
    const shape = this.colors.get(name)?.shape;
    if (shape) this.send({ type: "tool", tool: shape });
    else this.draw();
  }

  private say(text: string): void {
    refill(this.notes, el("p", { class: "tool-note" }, text));
  }

  private draw(): void {
    const { drawing } = this;
    const selected = selectedMark(drawing);
    for (const [tool, item] of this.palette) item.setAttribute("aria-pressed", String(tool === drawing.tool));
    const preferred = selected?.name ?? this.lastLabel;
    this.panel.show(
      (name) => (name === preferred ? "true" : "false"),
      (name) => String(drawing.marks.filter((mark) => mark.name === name).length || ""),
      this.config.readonly,
    );
    this.shapes.show(drawing.marks, drawing.selected);
    this.inspector.show(selected);
    this.stage.element.dataset.hidden = String(drawing.hidden);
    this.drawPlace();
    this.stage.draw();
  }

  private drawPlace(): void {
    const values = { number: this.walker.number, total: this.session.samples.total };
    this.frame.place.textContent = this.walker.current ? fill(gettext("%(number)s of %(total)s"), values) : "";
  }

  private drawNotes(sample: Sample): void {
    const problem = this.session.outbox.entry(sample.id)?.problem;
    this.theirs = problem?.theirs ? marksFromWire(problem.theirs.payload) : [];
    const reason = sample.check.comment || sample.review.comment;
    refill(
      this.notes,
      reason ? el("p", { class: "sent-back" }, fill(gettext("Sent back: %(reason)s"), { reason })) : null,
      problem
        ? el(
            "p",
            { class: "sent-back" },
            problem.message,
            button("problems", gettext("Decide"), () => this.showProblems()),
          )
        : null,
    );
    this.stage.draw();
  }

  private showProblems(): void {
    const list = problemList(
      this.session,
      (id) => {
        this.frame.dialog.close();
        this.leaveFor(() => this.walker.open(id));
      },
      () => this.showProblems(),
    );
    this.frame.dialog.show(gettext("Answers that need your attention"), list);
  }

  private barButtons(): HTMLElement[] {
    const { editor } = this.session;
    return [
      button("previous", gettext("Previous"), () => this.leaveFor(() => void this.walker.go(-1)), { title: "A, ←" }),
      button("next", gettext("Next"), () => this.leaveFor(() => void this.walker.go(1)), { title: "D, →" }),
      button("undo", gettext("Undo"), () => editor.undo(), { title: "Ctrl + Z" }),
      button("redo", gettext("Redo"), () => editor.redo(), { title: "Ctrl + Shift + Z" }),
      button("fit", gettext("Fit"), () => this.stage.fit(), { title: "0" }),
      button("hide", gettext("Hide shapes"), () => this.send({ type: "hide" }), { title: "Shift + H" }),
      button("full-screen", gettext("Full screen"), () => this.fullScreen(), { title: "F" }),
    ];
  }

  private paletteBar(): HTMLElement {
    const bar = el("div", { class: "palette", role: "toolbar", "aria-label": gettext("Drawing tools") });
    const tools: Tool[] = this.config.readonly ? ["select"] : ["select", ...this.config.allowedShapes];
    for (const tool of tools) {
      const caption = tool === "select" ? gettext("Select") : shapeName(tool);
      const item = button(`tool-${tool}`, "", () => this.send({ type: "tool", tool }), {
        "aria-label": caption,
        title: caption,
        "aria-pressed": "false",
      });
      item.append(toolIcon(tool));
      this.palette.set(tool, item);
      bar.append(item);
    }
    return bar;
  }
}
