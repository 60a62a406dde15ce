/** The review and acceptance tool: one answer at a time, read only, judged with one key. */
import type { LabelSpec, ToolConfig } from "../core/config.ts";
import { button, el, fill, refill, swatch } from "../core/dom.ts";
import { buildFrame, type Frame } from "../core/frame.ts";
import { type Binding, Keymap } from "../core/keymap.ts";
import { keepPlace } from "../core/place.ts";
import type { Sample } from "../core/samples.ts";
import { saveState } from "../core/save_state.ts";
import type { Snapshot } from "../core/session.ts";
import { followNews } from "../core/start.ts";
import { NOTHING, newId } from "../core/wire.ts";
import { ScenePainter } from "../detection/scene.ts";
import { ShapeList } from "../detection/shape_list.ts";
import { type DrawingEvent, startDrawing } from "../detection/state.ts";
import { step } from "../detection/step.ts";
import { FilmStrip } from "../picture/film_strip.ts";
import { Stage } from "../picture/stage.ts";
import { Walker } from "../picture/walker.ts";
import { judge, type Verdict } from "./judging.ts";
import { JudgementPanel, wordsOf } from "./panel.ts";
import { ReviewSession } from "./session.ts";

const RULES = { allowed: [], readonly: true, newId };
const SMALL = { width: 1, height: 1 };

export async function openReview(root: HTMLElement, config: ToolConfig): Promise<() => Snapshot> {
  const session = await ReviewSession.open(config);
  new ReviewTool(root, session).start();
  return () => session.snapshot();
}

class ReviewTool {
  private readonly config: ToolConfig;
  private readonly colors: ReadonlyMap<string, LabelSpec>;
  private readonly walker: Walker;
  private readonly stage: Stage;
  private readonly frame: Frame;
  private readonly film: FilmStrip;
  private readonly panel: JudgementPanel;
  private readonly shapes: ShapeList;
  private readonly saving;
  private readonly labels = el("div", { class: "review-labels" });
  private readonly about = el("p", { class: "tool-note" });
  private readonly notes = el("div", { class: "tool-notes", role: "status" });
  private readonly empty = el("p", { class: "tool-empty", hidden: true });
  private drawing = startDrawing(SMALL, [], "select");

  constructor(
    private readonly root: HTMLElement,
    private readonly session: ReviewSession,
  ) {
    const { config } = session;
    this.config = config;
    this.colors = new Map(config.labels.map((label) => [label.name, label]));
    const keymap = new Keymap(this.bindings());
    this.saving = saveState(config.back, () => this.openProblem());
    this.frame = buildFrame(root, config.back, this.saving.line, () => keymap);
    this.panel = new JudgementPanel(
      wordsOf(config.mode),
      !config.review,
      (verdict) => this.give(verdict),
      (text) => this.keepReason(text),
    );
    this.shapes = new ShapeList(this.colors, (id) => this.send({ type: "select", id }));
    const painter = new ScenePainter();
    this.stage = new Stage(
      (context, view) => {
        const { drawing, colors } = this;
        painter.paint(context, view, { drawing, colors, pointer: null, readonly: true, theirs: [] });
      },
      (event) => {
        if (event.kind === "down") this.send({ type: "down", at: event.at, reach: event.reach });
      },
    );
    this.walker = new Walker(session, (sample) => this.arrive(sample));
    this.film = new FilmStrip(
      (id) => this.walker.open(id),
      () => void this.walker.more(),
    );
  }

  start(): void {
    const { frame, session, stage } = this;
    frame.bar.append(
      button("previous", gettext("Previous"), () => void this.walker.go(-1), { title: "←" }),
      button("next", gettext("Next"), () => void this.walker.go(1), { title: gettext("→ or Space") }),
      button("fit", gettext("Fit"), () => stage.fit(), { title: "0" }),
      button("hide", gettext("Hide shapes"), () => this.send({ type: "hide" }), { title: "Shift + H" }),
    );
    frame.work.append(stage.element, this.notes, this.empty);
    const isDetection = this.config.type === "object_detection";
    frame.side.append(this.panel.element, this.about);
    if (isDetection) frame.side.append(this.shapes.element);
    else stage.element.append(this.labels);
    frame.foot.append(this.film.element);
    // Nothing can be drawn here, so a plain drag moves the picture; Space is free to mean "next".
    stage.panByDrag = true;
    session.events.on("status", (status) => this.saving.update(status));
    for (const name of ["saved", "trouble"] as const) session.events.on(name, (id) => this.describe(id));
    session.events.on("marks", (ids) => {
      for (const id of ids) this.describe(id);
    });
    session.events.on("samples", () => this.listed());
    session.events.on("replaced", (ids) => this.replaced(ids));
    followNews(this.root, this.config.topic, frame.offers, session, async () => {
      if (!session.samples.more && (await this.walker.more(true))) this.openFirst();
    });
    this.saving.update(session.outbox.status());
    this.listed();
    this.openFirst();
  }

  private send(event: DrawingEvent): void {
    this.drawing = step(this.drawing, event, RULES);
    this.shapes.show(this.drawing.marks, this.drawing.selected);
    this.stage.draw();
  }

  private openFirst(): void {
    if (!this.walker.current) {
      const { start } = this.config;
      const begun = this.session.samples.rows.find((sample) => this.session.reasons.has(sample.id));
      if (!(start && this.walker.open(start)) && !(begun && this.walker.open(begun.id))) void this.nextOpen();
    }
    this.empty.hidden = this.walker.current !== undefined;
    this.empty.textContent = gettext("There is nothing here to judge right now. New answers appear by themselves.");
  }

  /** The next answer without a judgement, else simply the next one. */
  private async nextOpen(): Promise<void> {
    const unjudged = (sample: Sample) => !this.session.judgement(sample);
    if (await this.walker.next(unjudged)) return;
    if (!this.walker.current) await this.walker.go(1);
    if (this.walker.current && !this.session.samples.more) this.say(gettext("All of these are judged."));
  }

  private give(verdict: Verdict): void {
    const sample = this.walker.current;
    if (!sample || !this.config.review || this.session.isFinal(sample)) return;
    const { judgement, problem, ...rest } = judge(sample.sampleId, sample.workerId, verdict, this.panel.text);
    if (problem === "reason") return this.panel.ask(gettext("Say what is wrong, then press Enter."));
    if (problem === "signs" && "signs" in rest) {
      return this.panel.ask(fill(gettext("A comment cannot hold %(signs)s"), { signs: rest.signs }));
    }
    if (!judgement) return;
    this.session.give(sample, judgement);
    void this.nextOpen();
  }

  private arrive(sample: Sample): void {
    const { hidden } = this.drawing;
    this.drawing = { ...startDrawing(sample.size ?? SMALL, sample.answer, "select"), hidden };
    void this.stage.show(sample.url, sample.name, sample.size).then((picture) => {
      if (picture && this.walker.current === sample) this.drawing = { ...this.drawing, picture };
    });
    this.frame.title.textContent = sample.name;
    this.about.textContent = sample.labeler ? fill(gettext("Labelled by %(who)s"), { who: sample.labeler }) : "";
    refill(
      this.labels,
      ...sample.answer.map((mark) =>
        el("span", { class: "chip" }, swatch(this.colors.get(mark.name)?.color ?? "#8a8f98"), mark.name),
      ),
      !sample.answer.length &&
        el("span", { class: "chip" }, sample.answer === NOTHING ? gettext("none of the labels") : gettext("no labels")),
    );
    this.film.current(sample.id);
    this.empty.hidden = true;
    refill(this.notes);
    const judgement = this.session.judgement(sample);
    this.panel.fill(this.session.reasons.get(sample.id) ?? judgement?.comment ?? "");
    this.panel.show(judgement, this.session.isFinal(sample));
    keepPlace(sample.sampleId);
    this.describe(sample.id);
    this.drawPlace();
    this.send({ type: "select", id: null });
  }

  private listed(): void {
    const { rows } = this.session.samples;
    this.film.take(rows);
    for (const row of rows) this.describe(row.id);
    this.drawPlace();
  }

  private describe(id: string): void {
    const sample = this.session.samples.get(id);
    if (!sample) return;
    const entry = this.session.outbox.entry(id);
    const save = entry ? (entry.problem ? "attention" : "waiting") : "saved";
    const judgement = this.session.judgement(sample);
    this.film.describe(sample, { done: judgement !== undefined, save });
    if (sample !== this.walker.current) return;
    this.panel.show(judgement, this.session.isFinal(sample));
    // Anything else that is said there stays until another answer is opened.
    if (!entry?.problem && !this.notes.querySelector(".sent-back")) return;
    refill(
      this.notes,
      entry?.problem
        ? el(
            "p",
            { class: "sent-back" },
            entry.problem.message,
            button("look-again", gettext("Look again"), () => void this.lookAgain(sample)),
          )
        : null,
    );
  }

  /** A reason that is being typed outlives the page. */
  private keepReason(text: string): void {
    const sample = this.walker.current;
    if (sample && !this.session.isFinal(sample)) void this.session.reasons.put(sample.id, text.trim() ? text : null);
  }

  /** Other answers took the place of what was listed; the one that is open is shown anew. */
  private replaced(ids: readonly string[]): void {
    for (const id of ids) this.describe(id);
    const current = this.walker.current;
    if (current && ids.includes(current.id)) this.walker.open(current.id);
    else this.openFirst();
  }

  /** Shows the answer as it is now, to be judged anew. */
  private async lookAgain(sample: Sample): Promise<void> {
    await this.session.renew(sample);
    this.walker.open(sample.id);
  }

  private drawPlace(): void {
    const values = { number: this.walker.number, total: this.session.samples.total };
    this.frame.place.textContent = this.walker.current ? fill(gettext("%(number)s of %(total)s"), values) : "";
  }

  private say(text: string): void {
    refill(this.notes, el("p", { class: "tool-note" }, text));
  }

  private openProblem(): void {
    const key = this.session.outbox.problems()[0]?.key;
    if (key) this.walker.open(key);
  }

  private bindings(): Binding[] {
    const judging = gettext("Judging");
    const looking = gettext("Picture");
    const bind = (action: string, title: string, group: string, keys: string[], run: () => void): Binding => {
      return { action, title, group, keys, run };
    };
    const { approve } = wordsOf(this.config.mode);
    const scores = (["A", "B", "C", "D"] as const).map((score) =>
      bind(`approve-${score}`, fill(approve, { score }), judging, [score.toLowerCase()], () =>
        this.give({ accept: true, score }),
      ),
    );
    return [
      ...scores,
      bind("reject", gettext("Reject with the reason"), judging, ["r"], () => this.give({ accept: false })),
      bind("next", gettext("Next"), judging, ["Space", "ArrowRight"], () => void this.walker.go(1)),
      bind("previous", gettext("Previous"), judging, ["ArrowLeft"], () => void this.walker.go(-1)),
      bind("next-open", gettext("Next without a judgement"), judging, ["n"], () => void this.nextOpen()),
      bind("shape-next", gettext("Next shape"), looking, ["]", "ArrowDown"], () => this.send({ type: "cycle", by: 1 })),
      bind("shape-previous", gettext("Previous shape"), looking, ["[", "ArrowUp"], () =>
        this.send({ type: "cycle", by: -1 }),
      ),
      bind("unselect", gettext("Unselect"), looking, ["Escape"], () => this.send({ type: "select", id: null })),
      bind("zoom-in", gettext("Zoom in"), looking, ["+", "="], () => this.stage.zoom(1.25)),
      bind("zoom-out", gettext("Zoom out"), looking, ["-"], () => this.stage.zoom(0.8)),
      bind("fit", gettext("Whole picture"), looking, ["0"], () => this.stage.fit()),
      bind("hide", gettext("Hide or show the shapes"), looking, ["Shift+h"], () => this.send({ type: "hide" })),
      bind("help", gettext("This list"), looking, ["?"], () => this.frame.help()),
    ];
  }
}
