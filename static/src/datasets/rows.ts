/**
 * Rows of a form that are added and removed without asking the server.
 *
 * `[data-rows]` holds the list `[data-rows-list]` of `[data-row]`, a template `[data-rows-new]` whose value stands for
 * the new row's number in names and ids, and the button `[data-row-add]`. Rows may hold rows.
 */

/** The smallest number that no row has, so that a row which was removed does not lend its names to another. */
export function nextNumber(names: Iterable<string>, pattern: RegExp): number {
  let next = 0;
  for (const name of names) {
    const found = pattern.exec(name);
    if (found) next = Math.max(next, Number(found[1]) + 1);
  }
  return next;
}

/** The pattern that finds the number in names such as `label-@label@-name`. */
export function numberPattern(sample: string, placeholder: string): RegExp {
  const [head = "", tail = ""] = sample.split(placeholder).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${head}(\\d+)${tail}$`);
}

function fields(root: ParentNode): HTMLInputElement[] {
  return [...root.querySelectorAll<HTMLInputElement>("input[name], select[name], textarea[name]")];
}

function parts(rows: HTMLElement): { list: HTMLElement; fresh: HTMLTemplateElement } | null {
  const list = rows.querySelector<HTMLElement>(":scope > [data-rows-list]");
  const fresh = rows.querySelector<HTMLTemplateElement>(":scope > template[data-rows-new]");
  return list && fresh ? { list, fresh } : null;
}

/** Puts a row behind the others and the cursor into its first text field. */
export function addRow(rows: HTMLElement): void {
  const found = parts(rows);
  if (!found) return;
  const placeholder = found.fresh.dataset.rowsNew ?? "";
  const sample = fields(found.fresh.content)[0]?.name ?? "";
  const names = fields(found.list).map((field) => field.name);
  const number = nextNumber(names, numberPattern(sample, placeholder));
  // The template is the server's own text; what people typed never passes through here.
  found.list.insertAdjacentHTML("beforeend", found.fresh.innerHTML.replaceAll(placeholder, String(number)));
  const row = found.list.lastElementChild;
  const colors = (rows.dataset.colors ?? "").split(" ");
  const swatch = row?.querySelector<HTMLInputElement>("[data-next-color]");
  if (swatch && colors[0]) swatch.value = colors[number % colors.length] ?? colors[0];
  row?.querySelector<HTMLElement>("input:not([type='color'])")?.focus();
}

/** Takes a row away and puts the cursor where the work goes on: into the row before it, or on the button that adds. */
export function removeRow(row: HTMLElement): void {
  const rows = row.closest<HTMLElement>("[data-rows]");
  const neighbour = row.previousElementSibling ?? row.nextElementSibling;
  row.remove();
  const next = neighbour?.querySelector<HTMLElement>("input:not([type='color'])");
  (next ?? rows?.querySelector<HTMLElement>(":scope > [data-row-add]"))?.focus();
}

function clicked(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  const add = event.target.closest<HTMLElement>("[data-row-add]");
  const remove = event.target.closest<HTMLElement>("[data-row-remove]");
  const rows = add?.closest<HTMLElement>("[data-rows]");
  const row = remove?.closest<HTMLElement>("[data-row]");
  if (!rows && !row) return;
  event.preventDefault();
  if (rows) addRow(rows);
  else if (row) removeRow(row);
}

/** Enter in the name of a label begins the next one instead of sending the form. */
function pressed(event: KeyboardEvent): void {
  const field = event.target;
  if (event.key !== "Enter" || event.isComposing || !(field instanceof HTMLInputElement)) return;
  if (field.dataset.enterAdds === undefined) return;
  const rows = field.closest<HTMLElement>("[data-rows]");
  if (!rows) return;
  event.preventDefault();
  if (field.value.trim()) addRow(rows);
}

export function startRows(): void {
  document.addEventListener("click", clicked);
  document.addEventListener("keydown", pressed);
}
