/** The image classification tool: a grid of images, a large preview, and the labels beside them. */
import type { ToolConfig } from "../core/config.ts";
import { button, el, fill, refill, swatch } from "../core/dom.ts";
import { buildFrame, type Frame } from "../core/frame.ts";
import { type Binding, Keymap, labelKeys, yielding } from "../core/keymap.ts";
import { type Given, LabelPanel } from "../core/label_panel.ts";
import { showProblems } from "../core/problems.ts";
import { saveState } from "../core/save_state.ts";
import { Session, type Snapshot } from "../core/session.ts";
import { followNews } from "../core/start.ts";
import { NOTHING } from "../core/wire.ts";
import { classificationBindings } from "./bindings.ts";
import { chips, Grid } from "./grid.ts";
import { carriers, toggleLabel, toggleNothing, withoutLabel } from "./labelling.ts";
import { sizeSwitch } from "./sizes.ts";
import { EMPTY_GRID, type GridEvent, type GridState, step, targets } from "./step.ts";

const SAVE_AFTER_MS = 400;

export async function openClassification(root: HTMLElement, config: ToolConfig): Promise<() => Snapshot> {
  const session = await Session.open(config, SAVE_AFTER_MS);
  await session.loadFirst();
  new ClassificationTool(root, session).start();
  return () => session.snapshot();
}

export class ClassificationTool {
  private state: GridState = EMPTY_GRID;
  private readonly config: ToolConfig;
  private readonly colors: ReadonlyMap<string, ToolConfig["labels"][number]>;
  private readonly keymap: Keymap;
  private readonly grid: Grid;
  readonly panel: LabelPanel;
  readonly frame: Frame;
  private readonly saving;
  private readonly count = el("p", { class: "tool-place", role: "status" });
  private readonly details = el("section", { class: "tool-details" });
  private readonly preview = el("div", {
    class: "preview",
    role: "group",
    "aria-label": gettext("Large view"),
    hidden: true,
  });
  private readonly empty = el("p", { class: "tool-empty", hidden: true });

  constructor(
    private readonly root: HTMLElement,
    readonly session: Session,
  ) {
    this.config = session.config;
    this.colors = new Map(this.config.labels.map((label) => [label.name, label]));
    const actions = yielding(classificationBindings(this), this.config.labels);
    const taken = new Set(actions.flatMap((binding) => binding.keys));
    const keys = labelKeys(this.config.labels, (key) => taken.has(key));
    this.keymap = new Keymap([...actions, ...this.labelBindings(keys)]);
    this.panel = new LabelPanel(this.config.labels, keys, (name) => this.give(name));
    this.grid = new Grid(session, this.colors, {
      click: (id, shift) => this.send({ type: "click", id, shift }),
      open: (id) => this.send({ type: "open", id }),
      nearEnd: () => void this.more(),
    });
    this.saving = saveState(this.config.back, () => this.showProblems());
    this.frame = buildFrame(root, this.config.back, this.saving.line, () => this.keymap);
  }

  start(): void {
    const { frame, session } = this;
    frame.title.textContent = this.config.readonly ? gettext("Images") : gettext("Label images");
    frame.place.replaceWith(this.count);
    frame.bar.append(
      sizeSwitch((size) => this.grid.setSize(size)),
      button("select-all", gettext("Select all"), () => this.send({ type: "all" })),
      button("undo", gettext("Undo"), () => session.editor.undo(), { title: gettext("Undo (Ctrl + Z)") }),
      button("redo", gettext("Redo"), () => session.editor.redo(), { title: gettext("Redo (Ctrl + Shift + Z)") }),
    );
    frame.work.append(this.grid.scroller, this.preview, this.empty);
    frame.side.append(this.panel.element, this.details);
    session.events.on("status", (status) => this.saving.update(status));
    session.events.on("marks", (ids) => this.redraw(ids));
    session.events.on("replaced", (ids) => this.redraw(ids));
    session.events.on("saved", (id) => this.redraw([id]));
    session.events.on("trouble", (id) => this.redraw([id]));
    session.events.on("samples", () => this.take());
    followNews(this.root, this.config.topic, frame.offers, session, () => !session.samples.more && this.more(true));
    this.saving.update(session.outbox.status());
    this.take();
    const { start } = this.config;
    if (start && session.samples.get(start)) this.send({ type: "open", id: start });
    this.grid.element.focus({ preventScroll: true });
  }

  send(event: GridEvent): void {
    this.state = step(this.state, event);
    this.draw();
    if (this.state.cursor > this.state.order.length - 20) void this.more();
  }

  /** How far the up and down keys go. */
  rowLength(): number {
    return this.state.preview ? 1 : this.grid.columns;
  }

  togglePreview(): void {
    this.send({ type: "preview", open: !this.state.preview });
  }

  private take(): void {
    this.send({ type: "samples", order: this.session.samples.rows.map((row) => row.id) });
  }

  private async more(evenAtEnd = false): Promise<void> {
    if (!this.session.samples.more && !evenAtEnd) return;
    try {
      await this.session.loadMore();
    } catch {
      // The saving line already says that the server is out of reach; scrolling asks again.
    }
  }

  private redraw(ids: readonly string[]): void {
    this.grid.refresh(ids);
    this.draw();
  }

  /** What a change applies to: nothing of what the server keeps as it is. */
  private changeable(): readonly string[] {
    return targets(this.state).filter((id) => !this.session.isReadonly(id));
  }

  private give(name: string): void {
    const answers = this.changeable().map((id) => [id, this.session.marks(id)] as const);
    if (!answers.length) return;
    this.session.editor.apply(toggleLabel(name, answers));
    this.send({ type: "labelled" });
  }

  private takeAway(name: string): void {
    this.session.editor.apply(this.changeable().map((id) => [id, withoutLabel(this.session.marks(id), name)] as const));
  }

  /** Says that none of the labels fits, or takes that back. */
  sayNothing(): void {
    const answers = this.changeable().map((id) => [id, this.session.marks(id)] as const);
    if (!answers.length) return;
    this.session.editor.apply(toggleNothing(answers));
    this.send({ type: "labelled" });
  }

  clear(): void {
    this.session.editor.apply(this.changeable().map((id) => [id, []] as const));
  }

  confirm(): void {
    this.session.confirm(this.changeable().filter((id) => this.session.isAnswered(id)));
  }

  nextUnlabelled(): void {
    const { order, cursor } = this.state;
    const found = order.findIndex((id, place) => place > cursor && !this.session.isAnswered(id));
    if (found >= 0) this.send({ type: "jump", to: found });
  }

  private draw(): void {
    const { state, session } = this;
    this.grid.show(state);
    const ids = targets(state);
    const answers = ids.map((id) => session.marks(id));
    this.panel.show(
      (name): Given => {
        const having = carriers(name, answers);
        return having === 0 ? "false" : having === answers.length ? "true" : "mixed";
      },
      (name) => {
        const having = carriers(name, answers);
        return answers.length > 1 && having ? String(having) : "";
      },
      !this.changeable().length,
    );
    this.drawCount();
    this.drawDetails(ids);
    this.drawPreview();
    this.empty.hidden = state.order.length > 0;
    this.empty.textContent = gettext("There is nothing here to label right now. New images appear by themselves.");
  }

  private drawCount(): void {
    const { total } = this.session.samples;
    const chosen = this.state.selected.size;
    const images = fill(ngettext("%(count)s image", "%(count)s images", total), { count: total });
    this.count.textContent = chosen
      ? `${images} · ${fill(gettext("%(count)s selected"), { count: chosen })}`
      : `${images}${this.state.cursor >= 0 ? ` · ${this.state.cursor + 1}` : ""}`;
  }

  private drawDetails(ids: readonly string[]): void {
    const { session } = this;
    const names = [...new Set(ids.flatMap((id) => session.marks(id).map((mark) => mark.name)))];
    const sample = ids.length === 1 ? session.samples.get(ids[0] ?? "") : undefined;
    const reason = sample?.check.comment || sample?.review.comment;
    const problem = sample && session.outbox.entry(sample.id)?.problem;
    const fixed = !this.changeable().length;
    const nothing = ids.length > 0 && ids.every((id) => session.marks(id) === NOTHING);
    refill(
      this.details,
      el("h2", {}, ids.length > 1 ? fill(gettext("%(count)s images"), { count: ids.length }) : (sample?.name ?? "")),
      sample?.folder ? el("p", { class: "tool-note" }, sample.folder) : null,
      reason ? el("p", { class: "sent-back" }, fill(gettext("Sent back: %(reason)s"), { reason })) : null,
      problem
        ? el(
            "p",
            { class: "sent-back" },
            problem.message,
            button("problems", gettext("Show"), () => this.showProblems()),
          )
        : null,
      ...names.map((name) =>
        el(
          "div",
          { class: "given-label" },
          swatch(this.colors.get(name)?.color ?? "#8a8f98"),
          el("span", {}, name),
          !fixed &&
            button("remove-label", "×", () => this.takeAway(name), {
              "data-label": name,
              "aria-label": fill(gettext("Remove %(name)s"), { name }),
            }),
        ),
      ),
      !names.length && ids.length
        ? el("p", { class: "tool-note" }, nothing ? gettext("None of the labels") : gettext("No label yet"))
        : null,
      ids.length && !fixed
        ? button("nothing", gettext("None of the labels"), () => this.sayNothing(), {
            "aria-pressed": String(nothing),
            title: "Shift + N",
          })
        : null,
      sample && !this.state.preview
        ? button("preview", gettext("Large view"), () => this.togglePreview(), { title: gettext("Large view (Enter)") })
        : null,
      (names.length || nothing) && !fixed
        ? button("confirm", gettext("Confirm"), () => this.confirm(), {
            title: gettext("Hand in as it stands (Ctrl + Enter)"),
          })
        : null,
    );
  }

  private drawPreview(): void {
    const id = this.state.order[this.state.cursor];
    const sample = id ? this.session.samples.get(id) : undefined;
    this.preview.hidden = !this.state.preview || !sample;
    if (!id || !sample || this.preview.hidden) {
      this.preview.replaceChildren();
      return;
    }
    const shown = this.preview.querySelector("img");
    const picture =
      shown?.dataset.of === id
        ? shown
        : el("img", { src: sample.url, alt: sample.name, "data-of": id, decoding: "async" });
    refill(
      this.preview,
      el(
        "div",
        { class: "preview-bar" },
        button("previous", "←", () => this.send({ type: "move", by: -1, extend: false }), {
          "aria-label": gettext("Previous image"),
        }),
        el("span", {}, sample.name),
        button("next", "→", () => this.send({ type: "move", by: 1, extend: false }), {
          "aria-label": gettext("Next image"),
        }),
        button("close-preview", gettext("Close"), () => this.send({ type: "preview", open: false })),
      ),
      picture,
      el("div", { class: "thumb-labels" }, ...chips(this.session, id, this.colors)),
    );
  }

  private showProblems(): void {
    showProblems(this.frame.dialog, this.session, (id) => this.send({ type: "open", id }));
  }

  private labelBindings(keys: ReadonlyMap<string, string>): Binding[] {
    const group = gettext("Labels");
    return [...keys].map(([name, key]) => ({
      action: `label:${name}`,
      title: name,
      group,
      keys: [key],
      run: () => this.give(name),
    }));
  }
}
