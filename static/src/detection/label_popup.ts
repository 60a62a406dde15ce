/** The small list that asks for a label where a shape was just drawn. */
import type { LabelSpec } from "../core/config.ts";
import { button, el, refill, swatch } from "../core/dom.ts";
import type { Point } from "../core/wire.ts";

export class LabelPopup {
  private readonly search = el("input", {
    type: "text",
    class: "popup-search",
    role: "combobox",
    "aria-expanded": "true",
    "aria-controls": "popup-labels",
    "aria-label": gettext("Label"),
    placeholder: gettext("Find a label"),
    autocomplete: "off",
  });
  private readonly list = el("ul", { id: "popup-labels", class: "popup-labels", role: "listbox" });
  readonly element = el(
    "div",
    { class: "label-popup", role: "dialog", "aria-label": gettext("Choose a label"), hidden: true },
    this.search,
    this.list,
    button("cancel-label", gettext("Cancel"), () => this.cancel(), { class: "button button--small popup-cancel" }),
  );
  private chosen = 0;
  private shown: readonly LabelSpec[] = [];

  constructor(
    private readonly labels: readonly LabelSpec[],
    private readonly choose: (name: string) => void,
    private readonly cancel: () => void,
  ) {
    this.search.addEventListener("input", () => this.fill(0));
    this.search.addEventListener("keydown", (event) => this.key(event));
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** Opens near `at` (pixels of the parent), with `preferred` ready for Enter. */
  open(at: Point, preferred: string): void {
    this.element.hidden = false;
    this.search.value = "";
    this.fill(
      Math.max(
        0,
        this.labels.findIndex((label) => label.name === preferred),
      ),
    );
    const room = this.element.parentElement;
    const [width, height] = [this.element.offsetWidth, this.element.offsetHeight];
    const left = Math.max(8, Math.min(at[0], (room?.clientWidth ?? width) - width - 8));
    const top = Math.max(8, Math.min(at[1], (room?.clientHeight ?? height) - height - 8));
    this.element.style.left = `${left}px`;
    this.element.style.top = `${top}px`;
    this.focus();
  }

  close(): void {
    this.element.hidden = true;
    this.search.blur();
  }

  /** On a touch screen the labels are tapped; the focus would only raise the keyboard over them. */
  focus(): void {
    if (!window.matchMedia("(pointer: coarse)").matches) this.search.focus({ preventScroll: true });
  }

  private fill(chosen: number): void {
    const wanted = this.search.value.trim().toLocaleLowerCase();
    this.shown = this.labels.filter((label) => label.name.toLocaleLowerCase().includes(wanted));
    this.chosen = Math.max(0, Math.min(this.shown.length - 1, chosen));
    refill(
      this.list,
      ...this.shown.map((label, place) =>
        el(
          "li",
          {
            role: "option",
            id: `popup-${place}`,
            class: "popup-label",
            "data-label": label.name,
            "aria-selected": String(place === this.chosen),
            onpointerdown: (event) => {
              event.preventDefault();
              this.choose(label.name);
            },
          },
          swatch(label.color),
          el("span", { class: "label-name" }, label.name),
          !wanted && place < 9 && el("kbd", { "aria-hidden": "true" }, String(place + 1)),
        ),
      ),
      !this.shown.length && el("li", { class: "tool-note" }, gettext("No label of this name")),
    );
    this.search.setAttribute("aria-activedescendant", `popup-${this.chosen}`);
    this.list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }

  private key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const digit = !this.search.value && /^[1-9]$/.test(event.key) ? this.shown[Number(event.key) - 1] : undefined;
    const act = digit
      ? () => this.choose(digit.name)
      : {
          Enter: () => {
            const label = this.shown[this.chosen];
            if (label) this.choose(label.name);
          },
          Escape: this.cancel,
          ArrowDown: () => this.fill(this.chosen + 1),
          ArrowUp: () => this.fill(this.chosen - 1),
          Tab: () => undefined,
        }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}
