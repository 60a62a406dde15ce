/** The sample that is open, in the page's address: a reload comes back to it. */

export function keepPlace(sampleId: string): void {
  const url = new URL(location.href);
  if (url.searchParams.get("sample") === sampleId) return;
  url.searchParams.set("sample", sampleId);
  history.replaceState(history.state, "", url);
}
