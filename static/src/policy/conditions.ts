/** The conditions of a statement: a key, an operator, values. */
import { button, el, fill } from "../core/dom.ts";
import type { Condition, Statement } from "./document.ts";
import { keyNamed, kindOf, type Language, operatorsFor, TAG } from "./language.ts";

export class ConditionRows {
  readonly root = el("div");

  constructor(
    private readonly language: Language,
    private readonly statement: Statement,
    private readonly changed: () => void,
  ) {
    this.show();
  }

  private show(): void {
    const rows = this.statement.conditions.map((condition, index) => this.row(condition, index));
    const add = button("add-condition", gettext("Add condition"), () => this.add());
    this.root.replaceChildren(el("h3", {}, gettext("Conditions")), ...rows, add);
  }

  private add(): void {
    const key = this.language.keys[0]?.name ?? "";
    const operator = operatorsFor(this.language, key)[0] ?? "";
    this.statement.conditions.push({ operator, key, values: [""] });
    this.show();
    this.changed();
    this.root.querySelector<HTMLElement>(".statement-card__row:last-of-type select")?.focus();
  }

  private row(condition: Condition, index: number): HTMLElement {
    const row = el("div", { class: "statement-card__row", role: "group" });
    row.setAttribute("aria-label", fill(gettext("Condition %(number)s"), { number: index + 1 }));
    const tag = condition.key.startsWith(TAG) ? this.tagField(condition) : null;
    row.append(this.keyField(condition));
    if (tag) row.append(tag);
    row.append(this.operatorField(condition), this.valueField(condition));
    row.append(
      button("remove-condition", gettext("Remove"), () => {
        this.statement.conditions.splice(index, 1);
        this.show();
        this.changed();
        this.root.querySelector<HTMLElement>('[data-action="add-condition"]')?.focus();
      }),
    );
    return row;
  }

  private keyField(condition: Condition): HTMLElement {
    const field = el("select", { class: "input", "aria-label": gettext("What is asked about") });
    const present = keyNamed(this.language, condition.key);
    if (!present) field.append(el("option", { value: condition.key, selected: true }, condition.key));
    for (const key of this.language.keys) {
      field.append(el("option", { value: key.name, selected: key === present }, key.title));
    }
    field.addEventListener("change", () => {
      condition.key = field.value;
      const fitting = operatorsFor(this.language, field.value);
      if (!fitting.includes(condition.operator)) condition.operator = fitting[0] ?? "";
      this.show();
      this.changed();
    });
    return field;
  }

  private tagField(condition: Condition): HTMLElement {
    const label = gettext("Name of the tag");
    const field = el("input", { class: "input", "aria-label": label, placeholder: label });
    field.value = condition.key.slice(TAG.length);
    field.addEventListener("input", () => {
      condition.key = TAG + field.value;
      this.changed();
    });
    return field;
  }

  private operatorField(condition: Condition): HTMLElement {
    const field = el("select", { class: "input", "aria-label": gettext("How it is compared") });
    const known = operatorsFor(this.language, condition.key);
    for (const name of known.includes(condition.operator) ? known : [condition.operator, ...known]) {
      field.append(el("option", { value: name, selected: name === condition.operator }, name));
    }
    field.addEventListener("change", () => {
      condition.operator = field.value;
      this.show();
      this.changed();
    });
    return field;
  }

  private valueField(condition: Condition): HTMLElement {
    const label = gettext("Values, one a line");
    const kind = kindOf(this.language, condition.operator);
    if ((kind === "truth" || kind === null) && condition.values.length === 1) return this.truthField(condition);
    const field = el("textarea", { class: "input", rows: Math.max(1, condition.values.length), "aria-label": label });
    field.placeholder = label;
    field.value = condition.values.join("\n");
    field.addEventListener("input", () => {
      condition.values = field.value.split("\n");
      this.changed();
    });
    return field;
  }

  private truthField(condition: Condition): HTMLElement {
    const field = el("select", { class: "input", "aria-label": gettext("Value") });
    const present = condition.values[0] ?? "";
    const words = { true: gettext("yes"), false: gettext("no") };
    if (!(present in words)) field.append(el("option", { value: present, selected: true }, present || "–"));
    for (const [value, word] of Object.entries(words)) {
      field.append(el("option", { value, selected: value === present }, word));
    }
    field.addEventListener("change", () => {
      condition.values = [field.value];
      this.changed();
    });
    return field;
  }
}
