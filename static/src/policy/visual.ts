/** The visual view: a card for each statement, with controls, or with its JSON where no control shows all of it. */
import { button, el, fill, refill } from "../core/dom.ts";
import { ActionChooser } from "./actions.ts";
import { ConditionRows } from "./conditions.ts";
import { type Effect, freshStatement, type Part, type Statement } from "./document.ts";
import type { Language } from "./language.ts";
import { ResourceRows } from "./resources.ts";

export class Visual {
  private parts: Part[] = [];
  private said: HTMLElement[] = [];

  constructor(
    private readonly root: HTMLElement,
    private readonly language: Language,
    private readonly changed: (parts: readonly Part[]) => void,
  ) {}

  show(parts: Part[]): void {
    this.parts = parts;
    this.draw();
  }

  /** What the server reads aloud, statement by statement; nothing while the policy has an error. */
  say(sentences: readonly string[]): void {
    for (const [index, line] of this.said.entries()) line.textContent = sentences[index] ?? "";
  }

  private told(): void {
    this.changed(this.parts);
  }

  private draw(): void {
    this.said = [];
    const cards = this.parts.map((part, index) => this.card(part, index));
    const add = button("add-statement", gettext("Add statement"), () => {
      this.parts.push(freshStatement());
      this.draw();
      this.told();
      this.root.querySelector<HTMLElement>(".statement-card:last-of-type input")?.focus();
    });
    refill(this.root, ...cards, add);
  }

  private card(part: Part, index: number): HTMLElement {
    const card = el("fieldset", { class: "statement-card" });
    const said = el("p", { class: "statement-card__said" });
    this.said.push(said);
    card.append(el("legend", {}, fill(gettext("Statement %(number)s"), { number: index + 1 })), said);
    if (part.kind === "json") card.append(...this.block(part));
    else card.append(...this.controls(part.statement, index));
    const remove = button("remove-statement", gettext("Remove statement"), () => {
      this.parts.splice(index, 1);
      this.draw();
      this.told();
      this.root.querySelector<HTMLElement>('[data-action="add-statement"]')?.focus();
    });
    card.append(el("p", {}, remove));
    return card;
  }

  private controls(statement: Statement, index: number): HTMLElement[] {
    const told = () => this.told();
    return [
      this.effect(statement, index),
      new ActionChooser(this.language, statement, told).root,
      new ResourceRows(this.language, statement, index, told).root,
      new ConditionRows(this.language, statement, told).root,
    ];
  }

  private effect(statement: Statement, index: number): HTMLElement {
    const choices: [Effect, string][] = [
      ["Allow", gettext("Allow")],
      ["Deny", gettext("Deny")],
    ];
    const group = el("div", { class: "segmented", role: "radiogroup", "aria-label": gettext("Effect") });
    for (const [effect, word] of choices) {
      const radio = el("input", { type: "radio", name: `effect-${index}`, value: effect });
      radio.checked = statement.effect === effect;
      radio.addEventListener("change", () => {
        statement.effect = effect;
        this.told();
      });
      group.append(el("label", {}, radio, word));
    }
    return group;
  }

  private block(part: Part & { kind: "json" }): HTMLElement[] {
    const label = gettext("This statement holds something that the visual view has no control for: edit its JSON.");
    const field = el("textarea", { class: "input policy-text", rows: 8, spellcheck: "false", "aria-label": label });
    field.value = part.text;
    field.addEventListener("input", () => {
      part.text = field.value;
      this.told();
    });
    return [el("p", { class: "field__help" }, label), field];
  }
}
