/** Automatic, light and dark in turn; the cookie lets the server draw the next page right from its first byte. */

export type Theme = "auto" | "light" | "dark";

const TURN: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };
const YEAR_SECONDS = 31_536_000;

export function nextTheme(theme: string | undefined): Theme {
  return TURN[theme === "light" || theme === "dark" ? theme : "auto"];
}

function name(theme: Theme): string {
  return { auto: gettext("Automatic"), light: gettext("Light"), dark: gettext("Dark") }[theme];
}

export function turnTheme(button: HTMLElement): void {
  const root = document.documentElement;
  const theme = nextTheme(root.dataset.theme);
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in browsers we support.
  document.cookie = `theme=${theme}; path=/; max-age=${theme === "auto" ? 0 : YEAR_SECONDS}; samesite=lax`;
  button.title = name(theme);
}
