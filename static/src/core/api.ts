/** Calls to this server's own API, with every answer sorted into what the caller can do about it. */

/** The server could not be reached or asks to wait; the same request may be sent again. */
export class Unreachable extends Error {
  constructor(readonly retryAfterMs: number) {
    super("unreachable");
  }
}

/** Nobody is signed in any more; the same request works after signing in again. */
export class SignedOut extends Error {}

/** The server understood and refused; `message` is its sentence for people. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const RETRY_STATUS = new Set([408, 425, 429]);

export function cookie(name: string): string {
  for (const part of document.cookie.split("; ")) {
    const at = part.indexOf("=");
    if (part.slice(0, at) === name) return decodeURIComponent(part.slice(at + 1));
  }
  return "";
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get("Retry-After"));
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 300) * 1000 : 0;
}

async function bodyOf(response: Response): Promise<Record<string, unknown> | null> {
  const text = await response.text();
  if (!text) return {};
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/**
 * Sends JSON and returns the JSON answer (`{}` for an empty one).
 *
 * Throws `Unreachable`, `SignedOut` or `Refused`. A 2xx that is not JSON is a proxy's or a sign-in page, not an
 * acknowledgement, and counts as unreachable.
 */
export async function call<T>(method: string, url: string, body?: unknown, keepalive = false): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = cookie("csrftoken");
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  let answer: Record<string, unknown> | null;
  try {
    response = await fetch(url, {
      method,
      headers,
      credentials: "same-origin",
      keepalive,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    answer = await bodyOf(response);
  } catch {
    throw new Unreachable(0);
  }
  if (response.ok) {
    if (answer === null) throw new Unreachable(0);
    return answer as T;
  }
  if (response.status >= 500 || RETRY_STATUS.has(response.status)) throw new Unreachable(retryAfterMs(response));
  // A 403 without our error body is the framework's: the CSRF cookie or the session has gone.
  if (response.status === 401 || (response.status === 403 && !answer?.error_code)) throw new SignedOut();
  const message = String(answer?.error_msg || answer?.detail || response.statusText);
  throw new Refused(response.status, String(answer?.error_code || response.status), message);
}
