/** The JSON view: the form's own text field with numbered lines beside it and completion. */
import { el, refill } from "../core/dom.ts";
import { choicesAt, complete, type Place, placeAt } from "./completion.ts";
import type { Language } from "./language.ts";

export class CodeField {
  private readonly lines = el("div", { class: "code-field__lines", "aria-hidden": "true" });
  private readonly list = el("ul", {
    class: "code-field__choices",
    id: "policy-choices",
    role: "listbox",
    hidden: true,
  });
  private place: Place | null = null;
  private choices: string[] = [];
  private chosen = 0;
  private wrong = 0;

  constructor(
    readonly field: HTMLTextAreaElement,
    frame: HTMLElement,
    private readonly language: Language,
    private readonly changed: () => void,
  ) {
    frame.prepend(this.lines);
    frame.append(this.list);
    field.setAttribute("aria-controls", "policy-choices");
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("input", () => this.typed());
    field.addEventListener("scroll", () => this.follow());
    field.addEventListener("keydown", (event) => this.pressed(event));
    field.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => this.clicked(event));
    this.number();
  }

  get text(): string {
    return this.field.value;
  }

  /** Another text, from the visual view or a template. */
  set text(text: string) {
    this.field.value = text;
    this.number();
  }

  /** Marks the line of an error; 0 for none. */
  mark(line: number): void {
    this.wrong = line;
    this.number();
    this.field.setAttribute("aria-invalid", String(line > 0));
  }

  private typed(): void {
    this.number();
    this.changed();
    const place = placeAt(this.text, this.field.selectionStart);
    if (place?.quoted && place.prefix) this.open(place);
    else this.close();
  }

  private number(): void {
    const count = this.text.split("\n").length;
    const numbers = Array.from({ length: count }, (_none, index) => {
      const text = `${index + 1}\n`;
      return index + 1 === this.wrong ? el("b", {}, text) : text;
    });
    refill(this.lines, ...numbers);
    this.follow();
  }

  private follow(): void {
    this.lines.scrollTop = this.field.scrollTop;
  }

  // ---------------------------------------------------------------- completion

  private open(place: Place): void {
    this.choices = choicesAt(this.language, place);
    if (this.choices.length === 0 || (this.choices.length === 1 && this.choices[0] === place.prefix)) {
      this.close();
      return;
    }
    this.place = place;
    this.chosen = 0;
    this.list.hidden = false;
    const line = this.text.slice(0, this.field.selectionStart).split("\n").length;
    const height = Number.parseFloat(getComputedStyle(this.field).lineHeight) || 20;
    this.list.style.insetBlockStart = `${Math.max(0, line * height - this.field.scrollTop) + height}px`;
    this.show();
  }

  private show(): void {
    const rows = this.choices.map((choice, index) =>
      el(
        "li",
        { role: "option", id: `policy-choice-${index}`, "aria-selected": String(index === this.chosen) },
        choice,
      ),
    );
    refill(this.list, ...rows);
    rows[this.chosen]?.scrollIntoView({ block: "nearest" });
    this.field.setAttribute("aria-activedescendant", `policy-choice-${this.chosen}`);
  }

  private close(): void {
    this.place = null;
    this.list.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  private take(index: number): void {
    const choice = this.choices[index];
    if (!this.place || choice === undefined) return;
    const made = complete(this.text, this.place, choice);
    this.text = made.text;
    this.field.setSelectionRange(made.cursor, made.cursor);
    this.close();
    this.changed();
  }

  private clicked(event: MouseEvent): void {
    event.preventDefault();
    const row = event.target instanceof Element ? event.target.closest("li") : null;
    if (row) this.take([...this.list.children].indexOf(row));
    this.field.focus();
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      const place = placeAt(this.text, this.field.selectionStart);
      if (place) this.open(place);
      return;
    }
    if (!this.place || event.isComposing) return;
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const move = moves[event.key];
    if (move !== undefined) {
      this.chosen = (this.chosen + move + this.choices.length) % this.choices.length;
      this.show();
    } else if (event.key === "Enter") this.take(this.chosen);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }
}
