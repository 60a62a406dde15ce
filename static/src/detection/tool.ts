/** The object detection tool: a picture to draw on, the labels and shapes beside it, the other pictures below. */
import type { ToolConfig } from "../core/config.ts";
import { el, fill } from "../core/dom.ts";
import type { Drafts } from "../core/drafts.ts";
import { buildFrame, type Frame } from "../core/frame.ts";
import { LabelPanel } from "../core/label_panel.ts";
import { keepPlace } from "../core/place.ts";
import { showProblems } from "../core/problems.ts";
import type { Sample } from "../core/samples.ts";
import { saveState } from "../core/save_state.ts";
import type { Session } from "../core/session.ts";
import { followNews } from "../core/start.ts";
import { answerFromWire, isAnswered, type Mark, newId } from "../core/wire.ts";
import { FilmStrip } from "../picture/film_strip.ts";
import { panWithSpace, Stage, type StagePointer } from "../picture/stage.ts";
import { Walker } from "../picture/walker.ts";
import { barButtons, NothingButton, Palette } from "./bars.ts";
import { detectionKeys } from "./bindings.ts";
import { Inspector } from "./inspector.ts";
import { Naming } from "./naming.ts";
import { Notes } from "./notes.ts";
import { cursorAt, ScenePainter } from "./scene.ts";
import { ShapeList } from "./shape_list.ts";
import { type DrawingEvent, type DrawingState, type Rules, selectedMark, startDrawing } from "./state.ts";
import { step } from "./step.ts";
import { begunDiffers, resumed, resumeNote, type Unfinished, unfinished } from "./unfinished.ts";

const SMALL = { width: 1, height: 1 };

export class DetectionTool {
  readonly walker: Walker;
  readonly stage: Stage;
  readonly frame: Frame;
  readonly panel: LabelPanel;
  readonly naming: Naming;
  drawing: DrawingState;
  private pointer: StagePointer | null = null;
  private theirs: readonly Mark[] = [];
  private ready = false;
  private readonly config: ToolConfig;
  readonly colors: ReadonlyMap<string, ToolConfig["labels"][number]>;
  private readonly film: FilmStrip;
  private readonly shapes: ShapeList;
  private readonly inspector: Inspector;
  private readonly saving;
  private readonly palette: Palette;
  private readonly nothing = new NothingButton(this);
  private readonly notes = new Notes(() => this.showProblems());
  private readonly empty = el("p", { class: "tool-empty", hidden: true });

  constructor(
    readonly root: HTMLElement,
    readonly session: Session,
    private readonly begun: Drafts<Unfinished>,
  ) {
    const config = session.config;
    this.config = config;
    this.colors = new Map(config.labels.map((label) => [label.name, label]));
    this.drawing = startDrawing(SMALL, [], config.readonly ? "select" : (config.allowedShapes[0] ?? "select"));
    const { keymap, labelKeys } = detectionKeys(this, config.labels);
    this.saving = saveState(config.back, () => this.showProblems());
    this.frame = buildFrame(root, config.back, this.saving.line, () => keymap);
    this.panel = new LabelPanel(config.labels, labelKeys, (name) => this.naming.pick(name));
    this.palette = new Palette(config.readonly ? [] : config.allowedShapes, (tool) =>
      this.send({ type: "tool", tool }),
    );
    this.naming = new Naming(this, config);
    this.shapes = new ShapeList(this.colors, (id) => this.send({ type: "select", id }));
    this.inspector = new Inspector(
      config.labels,
      (event) => this.send(event),
      (name) => this.naming.give(name),
    );
    const painter = new ScenePainter();
    this.stage = new Stage(
      (context, view) => {
        const pointer = this.pointer?.at ?? null;
        const { drawing, colors, theirs, readonly } = this;
        painter.paint(context, view, { drawing, colors, pointer, readonly, theirs });
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
    frame.bar.append(...barButtons(this), this.nothing.element);
    frame.work.append(this.palette.element, stage.element, this.notes.element, this.empty);
    stage.element.append(this.naming.element);
    frame.side.append(this.panel.element, this.shapes.element, this.inspector.element);
    frame.foot.append(this.film.element);
    panWithSpace(stage);
    session.events.on("status", (status) => this.saving.update(status));
    session.events.on("marks", (ids) => this.answersChanged(ids));
    session.events.on("replaced", (ids) => this.answersReplaced(ids));
    session.events.on("saved", (id) => this.describe(id));
    session.events.on("trouble", (id) => this.describe(id));
    session.events.on("samples", () => this.listed());
    followNews(this.root, this.config.topic, frame.offers, session, async () => {
      if (!session.samples.more && (await this.walker.more(true))) this.openFirst();
    });
    this.saving.update(session.outbox.status());
    this.listed();
    this.openFirst();
    this.draw();
  }

  /** Whether the answer to the open picture can only be looked at. */
  get readonly(): boolean {
    return this.session.isReadonly(this.walker.current?.id ?? "");
  }

  private get rules(): Rules {
    return { allowed: this.config.allowedShapes, readonly: this.readonly, newId };
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
    if (sample && begunDiffers(before, now)) void this.begun.put(sample.id, unfinished(now));
    if (now.naming && !before.naming) this.naming.ask(now.naming);
    // While the pointer moves only the canvas has news; the lists beside it would cost every frame of a long drawing.
    if (event.type === "move") this.stage.draw();
    else this.draw();
  }

  get hasDraft(): boolean {
    return this.drawing.draft !== null;
  }

  /** Goes elsewhere, after what was drawn here has been sent on its way. */
  leaveFor(go: () => unknown): void {
    if (this.naming.isOpen) {
      this.naming.focus();
      return;
    }
    void this.session.outbox.flush();
    go();
  }

  /** Says that there is nothing to draw, or takes that back. */
  sayNothing(): void {
    if (this.drawing.marks.length) this.notes.say(gettext("Delete the shapes first, then say that nothing is here."));
    else this.send({ type: "nothing" });
  }

  async nextUnlabelled(): Promise<void> {
    const unlabelled = (sample: Sample) => !this.session.isAnswered(sample.id);
    if (!(await this.walker.next(unlabelled))) this.notes.say(gettext("No further picture without labels."));
  }

  /** Hands the answer in as it stands and goes on. */
  confirm(): void {
    const sample = this.walker.current;
    if (!sample || this.config.readonly) return;
    if (isAnswered(this.drawing.marks) && !this.readonly) this.session.confirm([sample.id]);
    this.leaveFor(() => void this.walker.go(1));
  }

  copyFromPrevious(): void {
    const previous = this.session.samples.rows[this.walker.number - 2];
    if (previous) this.send({ type: "paste", marks: this.session.marks(previous.id) });
  }

  cancel(): void {
    this.naming.close();
    this.send({ type: "cancel" });
  }

  fullScreen(): void {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void this.root.requestFullscreen();
  }

  private openFirst(): void {
    if (this.walker.current) return;
    const { start } = this.config;
    const begun = this.session.samples.rows.find((sample) => this.begun.has(sample.id));
    if (!(start && this.walker.open(start)) && !(begun && this.walker.open(begun.id))) void this.walker.go(1);
    this.empty.hidden = this.walker.current !== undefined;
    this.empty.textContent = gettext("There is nothing here to label right now. New pictures appear by themselves.");
  }

  private arrive(sample: Sample): void {
    this.ready = false;
    this.naming.close();
    const { tool, hidden } = this.drawing;
    this.drawing = { ...startDrawing(sample.size ?? SMALL, this.session.marks(sample.id), tool), hidden };
    if (sample.size) this.ready = true;
    void this.stage.show(sample.url, sample.name, sample.size).then((picture) => {
      if (!picture || this.walker.current !== sample) return;
      this.drawing = { ...this.drawing, picture };
      this.ready = true;
      this.resume(sample);
    });
    keepPlace(sample.sampleId);
    this.frame.title.textContent = sample.name;
    this.film.current(sample.id);
    this.empty.hidden = true;
    this.describe(sample.id);
    this.draw();
  }

  /** Takes up a shape that was begun here and not finished, perhaps before the page was closed. */
  private resume(sample: Sample): void {
    const begun = this.begun.get(sample.id);
    if (!begun || this.readonly || this.naming.isOpen || this.hasDraft) return;
    this.drawing = resumed(this.drawing, begun);
    this.notes.say(resumeNote(begun));
    if (begun.naming) this.naming.ask(begun.naming);
    this.draw();
  }

  /** The server's answers took the place of what is shown; what is just being drawn goes on. */
  private answersReplaced(ids: readonly string[]): void {
    for (const id of ids) this.describe(id);
    const current = this.walker.current?.id ?? "";
    if (ids.includes(current)) this.send({ type: "marks", marks: this.session.marks(current) });
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
    this.film.describe(sample, { done: session.isAnswered(id), save });
    if (sample === this.walker.current) this.drawNotes(sample);
  }

  private point(event: StagePointer): void {
    this.pointer = event.kind === "leave" ? null : event;
    if (this.naming.isOpen && event.kind === "down") return this.naming.focus();
    if (event.kind === "interrupt") return this.send({ type: "interrupt" });
    if (event.kind === "double") return this.naming.relabelAt(event.at, event.reach);
    if (event.kind !== "leave") this.send({ type: event.kind, at: event.at, reach: event.reach });
    this.stage.cursor(cursorAt(this.drawing, event.at, event.reach, this.readonly));
    this.stage.draw();
  }

  draw(): void {
    const { drawing } = this;
    const selected = selectedMark(drawing);
    this.palette.show(this.readonly ? "select" : drawing.tool, this.readonly);
    const preferred = selected?.name ?? this.naming.lastLabel;
    this.panel.show(
      (name) => (name === preferred ? "true" : "false"),
      (name) => String(drawing.marks.filter((mark) => mark.name === name).length || ""),
      this.readonly,
    );
    this.shapes.show(drawing.marks, drawing.selected);
    this.nothing.show(drawing.marks, this.readonly);
    this.inspector.show(selected, this.readonly);
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
    this.theirs = problem?.kind === "conflict" && problem.theirs ? answerFromWire(problem.theirs.payload) : [];
    this.notes.show(sample, problem);
    this.stage.draw();
  }

  private showProblems(): void {
    showProblems(this.frame.dialog, this.session, (id) => this.leaveFor(() => this.walker.open(id)));
  }
}
