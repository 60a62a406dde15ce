/** What can be written at the cursor of a policy's JSON. */
import { kindOf, type Language } from "./language.ts";

export interface Place {
  /** The names of the members around the cursor, outermost first. */
  path: string[];
  /** Whether a member's name is written here, or a value. */
  isName: boolean;
  /** What is written so far, and the range that a choice replaces: with its quotes where `quoted` is false. */
  prefix: string;
  from: number;
  to: number;
  quoted: boolean;
}

interface Frame {
  isObject: boolean;
  name: string;
  wantsName: boolean;
}

/** Where the cursor stands; null behind the end or where nothing can be completed. */
export function placeAt(text: string, cursor: number): Place | null {
  const frames: Frame[] = [];
  let at = 0;
  while (at < cursor) {
    const sign = text[at];
    if (sign === '"') {
      const end = endOfString(text, at);
      if (end >= cursor) return inString(text, frames, at, cursor, end);
      const top = frames.at(-1);
      if (top?.isObject && top.wantsName) top.name = text.slice(at + 1, end);
      at = end + 1;
      continue;
    }
    step(frames, sign);
    at += 1;
  }
  const top = frames.at(-1);
  if (!top) return null;
  return { path: pathOf(frames), isName: top.wantsName, prefix: "", from: cursor, to: cursor, quoted: false };
}

function step(frames: Frame[], sign: string | undefined): void {
  const top = frames.at(-1);
  if (sign === "{") frames.push({ isObject: true, name: "", wantsName: true });
  else if (sign === "[") frames.push({ isObject: false, name: "", wantsName: false });
  else if (sign === "}" || sign === "]") frames.pop();
  else if (sign === ":" && top?.isObject) top.wantsName = false;
  else if (sign === "," && top?.isObject) {
    top.wantsName = true;
    top.name = "";
  }
}

/** Where the string that begins at `start` ends: its closing quote, or the end of the line when it has none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"' || text[at] === "\n") return at;
  }
  return text.length;
}

function inString(text: string, frames: Frame[], start: number, cursor: number, end: number): Place {
  const isName = frames.at(-1)?.wantsName ?? false;
  return {
    path: pathOf(frames),
    isName,
    prefix: text.slice(start + 1, cursor),
    from: start + 1,
    to: end,
    quoted: true,
  };
}

/** The names around the cursor; the one that is being written is not among them. */
function pathOf(frames: readonly Frame[]): string[] {
  const names: string[] = [];
  for (const frame of frames) if (frame.isObject && !frame.wantsName) names.push(frame.name);
  return names;
}

function known(language: Language, place: Place): string[] {
  const [first, second, operator] = place.path;
  if (place.isName) {
    if (place.path.length === 0) return ["Version", "Statement"];
    if (first !== "Statement") return [];
    if (place.path.length === 1) return ["Effect", "Action", "Resource", "Condition", "Sid"];
    if (second !== "Condition") return [];
    if (place.path.length === 2) return [...new Set(Object.values(language.operators).flat())];
    const kind = kindOf(language, operator ?? "");
    return language.keys.filter((key) => kind === null || key.kind === kind).map((key) => key.name);
  }
  if (first === "Version" && place.path.length === 1) return ["1.1"];
  if (first !== "Statement") return [];
  if (second === "Effect") return ["Allow", "Deny"];
  if (second === "Action") return language.patterns;
  if (second === "Resource") return language.resources;
  if (second === "Condition" && place.path.length === 4) {
    const kind = kindOf(language, operator ?? "");
    return kind === "truth" || operator === "Null" ? ["true", "false"] : [];
  }
  return [];
}

/** The choices that hold what is written so far, those that begin with it first. */
export function choicesAt(language: Language, place: Place, most = 50): string[] {
  const wanted = place.prefix.toLowerCase();
  const fitting = known(language, place).filter((name) => name.toLowerCase().includes(wanted));
  const begins = (name: string) => (name.toLowerCase().startsWith(wanted) ? 0 : 1);
  return fitting.sort((one, other) => begins(one) - begins(other)).slice(0, most);
}

/** The text with a choice put in, and where the cursor stands then. */
export function complete(text: string, place: Place, choice: string): { text: string; cursor: number } {
  let end = place.to;
  let written = place.quoted ? choice : `"${choice}"`;
  if (place.quoted && text[end] === '"') end += 1;
  if (place.quoted) written += '"';
  if (place.isName && !/^\s*:/.test(text.slice(end))) written += ": ";
  return { text: text.slice(0, place.from) + written + text.slice(end), cursor: place.from + written.length };
}
