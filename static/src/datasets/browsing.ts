/** Choosing a folder or a file of storage: what is picked in the dialog goes into the field that asked for it. */

let asking: HTMLInputElement | null = null;

function clicked(event: MouseEvent): void {
  if (!(event.target instanceof Element)) return;
  const browse = event.target.closest<HTMLElement>("[data-browses-for]");
  if (browse) {
    const field = document.getElementById(browse.dataset.browsesFor ?? "");
    asking = field instanceof HTMLInputElement ? field : null;
    return;
  }
  const pick = event.target.closest<HTMLElement>("[data-picks]");
  if (pick && asking) {
    asking.value = pick.dataset.picks ?? "";
    asking.dispatchEvent(new Event("input", { bubbles: true }));
    pick.closest("dialog")?.close();
    asking.focus();
  } else if (event.target.closest("#browser a")) {
    // The trail's links are htmx's; the page itself stays where it is.
    event.preventDefault();
  }
}

export function startBrowsing(): void {
  document.addEventListener("click", clicked);
}
