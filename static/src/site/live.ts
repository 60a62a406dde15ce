/**
 * Keeps a page up to date: one socket names the topics that the page shows, and each announcement makes the elements
 * of that topic ask the server for themselves again.
 */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
/** Closed with this code, the socket says that nobody is signed in; asking again would not help. */
const SIGNED_OUT = 4401;

/** The topics of the elements, each once, in page order. */
export function topicsOf(elements: Iterable<{ dataset: DOMStringMap }>): string[] {
  const topics = new Set<string>();
  for (const element of elements) for (const topic of (element.dataset.live ?? "").split(/\s+/)) topics.add(topic);
  topics.delete("");
  return [...topics];
}

/** How long to wait before attempt number `attempt`; `random` is 0..1, so that a restart is not met by everybody. */
export function reconnectDelayMs(attempt: number, random: number): number {
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.5 + random / 2);
}

function watchers(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-live]")];
}

/** Whether htmx is fetching the element just now: the answer that is on its way may be older than what is announced. */
function asks(element: HTMLElement): boolean {
  return element.classList.contains("htmx-request");
}

function tell(elements: readonly HTMLElement[], topic: string): void {
  for (const element of elements) {
    if (element.isConnected) element.dispatchEvent(new CustomEvent("news", { detail: { topic } }));
  }
}

export class Live {
  private socket: WebSocket | null = null;
  private watched = new Set<string>();
  private attempt = 0;
  private timer = 0;
  /** Elements that ask for themselves once the server has confirmed that it watches. */
  private catchUp: readonly HTMLElement[] = [];
  /** What was announced while its elements were asking; said again when they have their answer. */
  private readonly late = new Set<string>();

  constructor(
    private readonly url: string,
    private readonly marker: HTMLElement | null,
  ) {}

  /** Watches what the page shows now; call again whenever that may have changed. */
  scan(): void {
    const topics = topicsOf(watchers());
    if (!topics.length) return;
    if (!this.socket) {
      if (!this.timer) this.connect();
      return;
    }
    const fresh = topics.filter((topic) => !this.watched.has(topic));
    if (fresh.length && this.socket.readyState === WebSocket.OPEN) this.watch(fresh);
  }

  /** Tries at once instead of waiting on, as when the network has come back. */
  hurry(): void {
    if (this.socket || !this.timer) return;
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.connect();
  }

  private connect(): void {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    socket.onopen = () => {
      this.watched = new Set();
      this.watch(topicsOf(watchers()));
      this.say("");
    };
    socket.onmessage = (event) => this.hear(String(event.data));
    socket.onclose = (event) => {
      this.socket = null;
      if (event.code === SIGNED_OUT) this.say(gettext("You are signed out. Reload the page to sign in."));
      else this.retry();
    };
  }

  private watch(topics: readonly string[]): void {
    for (const topic of topics) this.watched.add(topic);
    this.socket?.send(JSON.stringify({ watch: [...this.watched] }));
    // What changed between drawing the page and watching it, or while the socket was away, was announced to nobody.
    const fresh = new Set(topics);
    const missed = watchers().filter((element) => topicsOf([element]).some((topic) => fresh.has(topic)));
    this.catchUp = [...this.catchUp, ...missed];
  }

  private hear(text: string): void {
    // Only now is the socket known to be of use: one that closes right after opening must not be reopened in a rush.
    this.attempt = 0;
    const message = JSON.parse(text) as { topic?: string; watching?: string[] };
    if (message.watching) {
      const missed = this.catchUp;
      this.catchUp = [];
      tell(missed, "");
    } else if (message.topic) {
      this.spread(message.topic);
    }
  }

  /** Call when an exchange has ended, with an answer or without. */
  settled(): void {
    const topics = [...this.late];
    this.late.clear();
    for (const topic of topics) this.spread(topic);
    this.scan();
  }

  private spread(topic: string): void {
    const concerned = watchers().filter((element) => topicsOf([element]).includes(topic));
    if (concerned.some(asks)) this.late.add(topic);
    tell(
      concerned.filter((element) => !asks(element)),
      topic,
    );
  }

  private retry(): void {
    const wait = reconnectDelayMs(this.attempt, Math.random());
    this.attempt += 1;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.connect();
    }, wait);
    // A restart of a second needs no sign; only an outage that stays does.
    if (this.attempt > 1) this.say(gettext("Reconnecting…"));
  }

  private say(text: string): void {
    if (this.marker && this.marker.textContent !== text) this.marker.textContent = text;
  }
}

export function startLive(): void {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  const live = new Live(`${scheme}//${location.host}/live/`, document.getElementById("live-state"));
  live.scan();
  for (const end of ["afterSettle", "responseError", "sendError", "sendAbort", "timeout"])
    document.body.addEventListener(`htmx:${end}`, () => live.settled());
  document.addEventListener("tagora:live", () => live.scan());
  window.addEventListener("online", () => live.hurry());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") live.hurry();
  });
}
