/** The editor of a policy: one text, two views. The form's text field is what is saved. */
import { el, fill, refill } from "../core/dom.ts";
import { Check, type Verdict } from "./check.ts";
import { CodeField } from "./code_field.ts";
import { readDocument, writeDocument } from "./document.ts";
import type { Language } from "./language.ts";
import { Visual } from "./visual.ts";

type View = "visual" | "json";

function find<E extends HTMLElement>(form: HTMLElement, selector: string): E {
  const found = form.querySelector<E>(selector);
  if (!found) throw new Error(`the editor lacks ${selector}`);
  return found;
}

export class Editor {
  private readonly visualBox: HTMLElement;
  private readonly jsonBox: HTMLElement;
  private readonly verdictBox: HTMLElement;
  private readonly code: CodeField;
  private readonly visual: Visual;
  private readonly check: Check;
  private view: View = "json";

  constructor(private readonly form: HTMLFormElement) {
    const language = JSON.parse(find(form, "#policy-language").textContent ?? "") as Language;
    this.visualBox = find(form, "[data-policy-visual]");
    this.jsonBox = find(form, "[data-policy-json]");
    this.verdictBox = find(form, "[data-policy-verdict]");
    const field = find<HTMLTextAreaElement>(form, "textarea[name=document]");
    this.code = new CodeField(field, find(form, "[data-policy-code]"), language, () => this.check.soon(this.code.text));
    this.visual = new Visual(this.visualBox, language, (parts) => {
      this.code.text = writeDocument(parts);
      this.check.soon(this.code.text);
    });
    const token = find<HTMLInputElement>(form, "input[name=csrfmiddlewaretoken]").value;
    this.check = new Check(form.dataset.url ?? "", token, (verdict) => this.tell(verdict));
    this.startViews();
    this.startTemplates(language);
    // After a refused save the error's line is in the JSON; otherwise people begin with what they can see.
    if (!form.querySelector(".field__error")) this.turnTo("visual");
    void this.check.now(this.code.text);
  }

  private startViews(): void {
    const views = find(this.form, "[data-policy-views]");
    views.hidden = false;
    views.addEventListener("click", (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-view]") : null;
      if (button) this.turnTo(button.dataset.view as View);
    });
  }

  private startTemplates(language: Language): void {
    const choice = find<HTMLSelectElement>(this.form, "[data-policy-templates]");
    choice.hidden = false;
    choice.addEventListener("change", () => {
      const template = language.templates[Number(choice.value)];
      if (!choice.value || !template) return;
      choice.value = "";
      this.code.text = template.text;
      this.turnTo(this.view);
      void this.check.now(this.code.text);
    });
  }

  private turnTo(view: View): void {
    if (view === "visual") {
      const parts = readDocument(this.code.text);
      if (parts) this.visual.show(parts);
      else {
        view = "json";
        const text = gettext("The visual view cannot show this text yet: put the JSON right first.");
        refill(this.verdictBox, this.notice("warning", text));
      }
    }
    this.view = view;
    this.visualBox.hidden = view !== "visual";
    this.jsonBox.hidden = view !== "json";
    for (const button of this.form.querySelectorAll<HTMLElement>("[data-view]")) {
      button.setAttribute("aria-pressed", String(button.dataset.view === view));
    }
    if (view === "visual") void this.check.now(this.code.text);
  }

  private notice(tone: string, text: string): HTMLElement {
    return el("div", { class: "notice", "data-tone": tone }, el("div", { class: "notice__body" }, el("p", {}, text)));
  }

  private tell(verdict: Verdict | null): void {
    this.code.mark(verdict && !verdict.ok ? verdict.line : 0);
    this.visual.say(verdict?.ok ? verdict.sentences : []);
    if (!verdict) {
      refill(
        this.verdictBox,
        this.notice("warning", gettext("The server cannot be asked just now; saving checks it.")),
      );
      return;
    }
    if (!verdict.ok) {
      const place = gettext("Line %(line)s, column %(column)s: %(reason)s");
      refill(this.verdictBox, this.notice("danger", fill(place, { ...verdict })));
      return;
    }
    const said = verdict.sentences.map((sentence) => el("li", {}, sentence));
    const lines: HTMLElement[] = this.view === "json" ? [el("ol", {}, ...said)] : [];
    if (verdict.beyond) lines.push(this.notice("warning", verdict.beyond));
    refill(this.verdictBox, ...lines);
  }
}
