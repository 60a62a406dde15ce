/** The resources of a statement: all, or those that are named by type and ID. */
import { button, el, fill } from "../core/dom.ts";
import { joinResource, type Statement, splitResource } from "./document.ts";
import type { Language } from "./language.ts";

export class ResourceRows {
  readonly root = el("div");

  constructor(
    private readonly language: Language,
    private readonly statement: Statement,
    private readonly number: number,
    private readonly changed: () => void,
  ) {
    this.show();
  }

  private show(): void {
    const named = this.statement.resources.length > 0;
    const rows = this.statement.resources.map((resource, index) => this.row(resource, index));
    const add = button("add-resource", gettext("Add resource"), () => this.add());
    this.root.replaceChildren(
      el("h3", {}, gettext("Resources")),
      this.choice(gettext("All"), !named, () => {
        this.statement.resources = [];
      }),
      this.choice(gettext("Only these"), named, () => {
        if (this.statement.resources.length === 0) this.statement.resources = [this.fresh()];
      }),
      ...rows,
    );
    if (named) this.root.append(add);
  }

  private choice(text: string, checked: boolean, act: () => void): HTMLElement {
    const radio = el("input", { type: "radio", name: `resources-${this.number}` });
    radio.checked = checked;
    radio.addEventListener("change", () => {
      act();
      this.show();
      this.changed();
      this.root.querySelector<HTMLElement>('input[type="radio"]:checked')?.focus();
    });
    return el("label", { class: "choice" }, radio, el("span", { class: "choice__text" }, el("span", {}, text)));
  }

  private fresh(): string {
    const service = this.statement.actions[0]?.split(":")[0] ?? "modelarts";
    const wanted = this.statement.actions[0]?.split(":")[1] ?? "";
    const types = this.language.services.find((one) => one.name === service)?.types ?? [];
    return joinResource(service, types.includes(wanted) ? wanted : (types[0] ?? ""), "*");
  }

  private add(): void {
    this.statement.resources.push(this.fresh());
    this.show();
    this.changed();
    this.root.querySelector<HTMLElement>(".statement-card__row:last-of-type input")?.focus();
  }

  private set(index: number, resource: string): void {
    this.statement.resources[index] = resource;
    this.changed();
  }

  private row(resource: string, index: number): HTMLElement {
    const row = el("div", { class: "statement-card__row", role: "group" });
    row.setAttribute("aria-label", fill(gettext("Resource %(number)s"), { number: index + 1 }));
    const parts = splitResource(resource);
    const types = this.language.services.find((one) => one.name === parts?.service)?.types ?? [];
    if (parts && types.includes(parts.type)) {
      const type = el("select", { class: "input", "aria-label": gettext("Type") });
      for (const name of types) type.append(el("option", { value: name, selected: name === parts.type }, name));
      const label = gettext("ID (* for all)");
      const id = el("input", { class: "input", "aria-label": label, placeholder: label, spellcheck: "false" });
      id.value = parts.id;
      const write = () => this.set(index, joinResource(parts.service, type.value, id.value.trim()));
      type.addEventListener("change", write);
      id.addEventListener("input", write);
      row.append(type, id);
    } else {
      const field = el("input", { class: "input", "aria-label": gettext("Resource"), spellcheck: "false" });
      field.value = resource;
      field.addEventListener("input", () => this.set(index, field.value.trim()));
      row.append(field);
    }
    row.append(
      button("remove-resource", gettext("Remove"), () => {
        this.statement.resources.splice(index, 1);
        this.show();
        this.changed();
        this.root.querySelector<HTMLElement>('input[type="radio"]:checked')?.focus();
      }),
    );
    return row;
  }
}
