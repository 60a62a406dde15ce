/** The actions of a statement: every one of a service with a check box, by type of resource, to be searched. */
import { button, el, fill, refill } from "../core/dom.ts";
import { fits, type Statement } from "./document.ts";
import type { Action, Language } from "./language.ts";

const KINDS = ["read", "list", "write", "permission"] as const;

function kindName(kind: Action["access"]): string {
  const names = {
    read: gettext("reading"),
    list: gettext("listing"),
    write: gettext("changing"),
    permission: gettext("giving rights"),
  };
  return names[kind];
}

/** An action's name without its verb. */
function headOf(action: Action): string {
  return action.name.slice(0, action.name.lastIndexOf(":"));
}

export class ActionChooser {
  readonly root = el("div");
  private readonly list = el("div", { class: "statement-card__actions" });
  private readonly patterns = el("div", { class: "cluster" });
  private service: string;
  private search = "";
  private kind = "";

  constructor(
    private readonly language: Language,
    private readonly statement: Statement,
    private readonly changed: () => void,
  ) {
    const named = statement.actions[0]?.split(":")[0];
    this.service = language.services.some((one) => one.name === named) && named ? named : "modelarts";
    this.root.append(el("h3", {}, gettext("Actions")), this.tools(), this.patterns, this.list);
    this.show();
  }

  private tools(): HTMLElement {
    const services = el("select", { class: "input", "aria-label": gettext("Service"), "data-part": "service" });
    for (const one of this.language.services) {
      services.append(el("option", { value: one.name, selected: one.name === this.service }, one.name));
    }
    services.addEventListener("change", () => {
      this.service = services.value;
      this.show();
    });
    const kinds = el("select", { class: "input", "aria-label": gettext("Kind of access") });
    kinds.append(el("option", { value: "" }, gettext("any access")));
    for (const kind of KINDS) kinds.append(el("option", { value: kind }, kindName(kind)));
    kinds.addEventListener("change", () => {
      this.kind = kinds.value;
      this.show();
    });
    const search = el("input", {
      class: "input",
      type: "search",
      placeholder: gettext("Search actions"),
      "aria-label": gettext("Search actions"),
      "data-part": "search",
    });
    search.addEventListener("input", () => {
      this.search = search.value.trim().toLowerCase();
      this.show();
    });
    return el("div", { class: "statement-card__row" }, services, kinds, search);
  }

  private has(pattern: string): boolean {
    return this.statement.actions.includes(pattern);
  }

  private set(pattern: string, chosen: boolean): void {
    const others = this.statement.actions.filter((one) => one !== pattern);
    this.statement.actions = chosen ? [...others, pattern] : others;
    this.show();
    this.changed();
  }

  private show(): void {
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.pattern : undefined;
    this.showOthers();
    const shown = this.language.actions.filter(
      (one) =>
        one.service === this.service &&
        (!this.kind || one.access === this.kind) &&
        (!this.search || `${one.name} ${one.title}`.toLowerCase().includes(this.search)),
    );
    const heads = [...new Set(shown.map((one) => headOf(one)))];
    const all = `${this.service}:*:*`;
    const rows: HTMLElement[] = [];
    if (!this.search && !this.kind) {
      rows.push(this.row(all, fill(gettext("Everything in %(service)s"), { service: this.service })));
    }
    for (const head of heads) rows.push(...this.group(head, shown));
    if (rows.length === 0) rows.push(el("p", { class: "soft" }, gettext("No action fits.")));
    refill(this.list, ...rows);
    if (focused) this.list.querySelector<HTMLElement>(`[data-pattern="${CSS.escape(focused)}"]`)?.focus();
  }

  /** The actions of one kind, such as `modelarts:dataset`, below its heading. */
  private group(head: string, shown: readonly Action[]): HTMLElement[] {
    const type = head.slice(head.indexOf(":") + 1);
    const rows: HTMLElement[] = [el("h4", {}, type)];
    if (!this.search && !this.kind) {
      rows.push(this.row(`${head}:*`, fill(gettext("Everything with %(type)s"), { type })));
    }
    for (const one of shown.filter((action) => headOf(action) === head)) {
      rows.push(this.row(one.name, one.title, one.name, kindName(one.access)));
    }
    return rows;
  }

  private row(pattern: string, title: string, ...notes: string[]): HTMLElement {
    const chosen = this.has(pattern);
    const wider = this.statement.actions.find((one) => one !== pattern && one.includes("*") && fits(one, pattern));
    const box = el("input", { type: "checkbox", "data-pattern": pattern, disabled: !chosen && wider !== undefined });
    box.checked = chosen || wider !== undefined;
    box.addEventListener("change", () => this.set(pattern, box.checked));
    const help = wider && !chosen ? [...notes, fill(gettext("by %(pattern)s"), { pattern: wider })] : notes;
    const text = el("span", { class: "choice__text" }, el("span", {}, title));
    if (help.length) text.append(el("span", { class: "field__help" }, help.join(" · ")));
    return el("label", { class: "choice" }, box, text);
  }

  /** Patterns and actions that the list has no box for: of other services, or with wildcards of their own. */
  private showOthers(): void {
    const boxed = new Set(this.language.patterns.filter((one) => one.startsWith(`${this.service}:`)));
    const others = this.statement.actions.filter((one) => !boxed.has(one));
    const chips = others.map((one) =>
      button("remove-action", `${one} ×`, () => this.set(one, false), {
        "aria-label": fill(gettext("Remove %(name)s"), { name: one }),
      }),
    );
    refill(this.patterns, ...chips);
  }
}
