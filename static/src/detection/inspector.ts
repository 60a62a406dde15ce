/** The selected shape in words and numbers: its label, its attributes, its exact place. */
import type { AttributeSpec, LabelSpec } from "../core/config.ts";
import { button, el, refill } from "../core/dom.ts";
import type { Mark } from "../core/wire.ts";
import { fromNumbers, numberFields, shapeName } from "../picture/shapes.ts";
import type { DrawingEvent } from "./state.ts";

type Field = HTMLInputElement | HTMLSelectElement;

export class Inspector {
  readonly element = el("section", { class: "inspector", "aria-label": gettext("Selected shape"), hidden: true });
  private readonly fields = new Map<string, Field>();
  private built = "";
  private mark: Mark | undefined;
  private readonly = false;

  constructor(
    private readonly labels: readonly LabelSpec[],
    private readonly send: (event: DrawingEvent) => void,
    private readonly relabel: (name: string) => void,
  ) {}

  show(mark: Mark | undefined, readonly: boolean): void {
    this.mark = mark;
    this.readonly = readonly;
    this.element.hidden = !mark;
    if (!mark) return;
    // Fields are built once for a shape and then only filled, so that typing and tabbing are never interrupted.
    const key = `${mark.id}/${mark.name}/${mark.points?.length}/${readonly}`;
    if (key !== this.built) {
      this.build(mark);
      this.built = key;
    }
    this.fill(mark);
  }

  private build(mark: Mark): void {
    this.fields.clear();
    const spec = this.labels.find((label) => label.name === mark.name);
    refill(
      this.element,
      el("h2", {}, mark.shape ? shapeName(mark.shape) : gettext("Label")),
      this.row(gettext("Label"), "label", this.labelField(mark)),
      ...(spec?.attributes ?? []).map((attribute) => this.attributeRow(attribute)),
      el(
        "div",
        { class: "inspector-numbers" },
        ...numberFields(mark).map((field, place) => this.numberRow(field.caption, place)),
      ),
      !this.readonly &&
        button("delete", gettext("Delete"), () => this.send({ type: "delete" }), { title: gettext("Delete (Del)") }),
    );
  }

  private fill(mark: Mark): void {
    const values = new Map<string, string>([["label", mark.name]]);
    for (const [name, value] of Object.entries(mark.attributes)) values.set(`attribute:${name}`, value);
    numberFields(mark).forEach((field, place) => {
      values.set(`number:${place}`, String(field.value));
    });
    for (const [name, field] of this.fields) {
      const value = values.get(name) ?? "";
      if (field.value !== value) field.value = value;
    }
  }

  private row(caption: string, name: string, field: Field): HTMLElement {
    field.dataset.field = name;
    field.disabled = this.readonly;
    this.fields.set(name, field);
    return el("label", { class: "inspector-row" }, el("span", {}, caption), field);
  }

  private labelField(mark: Mark): HTMLSelectElement {
    const names = this.labels.map((label) => label.name);
    // A label that the data set no longer has is still shown as what it is.
    if (!names.includes(mark.name)) names.unshift(mark.name);
    const field = el("select", {}, ...names.map((name) => el("option", { value: name }, name)));
    field.addEventListener("change", () => this.relabel(field.value));
    return field;
  }

  private attributeRow(attribute: AttributeSpec): HTMLElement {
    const field =
      attribute.type === "select"
        ? el("select", {}, ...["", ...attribute.values].map((value) => el("option", { value }, value || "–")))
        : el("input", { type: "text", maxlength: 256 });
    field.addEventListener("change", () => {
      if (this.mark) this.send({ type: "attribute", id: this.mark.id, name: attribute.name, value: field.value });
    });
    return this.row(attribute.name, `attribute:${attribute.name}`, field);
  }

  private numberRow(caption: string, place: number): HTMLElement {
    const field = el("input", { type: "number", step: "any", min: 0, inputmode: "decimal" });
    field.addEventListener("change", () => {
      const { mark } = this;
      if (!mark) return;
      const numbers = numberFields(mark).map((number) => number.value);
      numbers[place] = field.value === "" ? Number.NaN : Number(field.value);
      this.send({ type: "figure", id: mark.id, ...fromNumbers(mark, numbers) });
      // A number that makes no shape was not taken: show the one that holds.
      if (this.mark) this.fill(this.mark);
    });
    return this.row(caption, `number:${place}`, field);
  }
}
