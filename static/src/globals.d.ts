// Names that a page provides before any of our modules run: Django's JavaScript catalogue.
declare function gettext(msgid: string): string;
declare function ngettext(singular: string, plural: string, count: number): string;
declare function interpolate(format: string, values: Record<string, unknown>, named: true): string;

interface Window {
  /** A snapshot for browser tests; reading it changes nothing. */
  readonly tagoraTool?: () => import("./core/session.ts").Snapshot;
}
