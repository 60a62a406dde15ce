/** Asks the server, a moment after the last change, whether the text is a policy and what its statements say. */

export type Verdict =
  | { ok: true; scope: string; sentences: string[]; beyond: string }
  | { ok: false; line: number; column: number; reason: string };

const PAUSE = 350;

export class Check {
  private timer = 0;
  private running: AbortController | null = null;

  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly told: (verdict: Verdict | null) => void,
  ) {}

  /** Later calls within the pause take the place of this one. */
  soon(text: string): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.now(text), PAUSE);
  }

  async now(text: string): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    try {
      const answer = await fetch(this.url, {
        method: "POST",
        headers: { "X-CSRFToken": this.token },
        body: new URLSearchParams({ document: text }),
        signal: running.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      this.told((await answer.json()) as Verdict);
    } catch {
      // The server checks again when the policy is saved.
      if (!running.signal.aborted) this.told(null);
    }
  }
}
