/**
 * A policy document as the visual view edits it, and back.
 *
 * Nothing is lost on the way: a statement that the visual view has no controls for stays as it was written, as a block
 * of JSON.
 */

export type Effect = "Allow" | "Deny";

export interface Condition {
  operator: string;
  key: string;
  values: string[];
}

export interface Statement {
  sid: string;
  effect: Effect;
  actions: string[];
  /** Empty: all. */
  resources: string[];
  conditions: Condition[];
}

/** A statement in controls, or the text of one that has none. */
export type Part = { kind: "visual"; statement: Statement } | { kind: "json"; text: string };

const MEMBERS = new Set(["Sid", "Effect", "Action", "Resource", "Condition"]);

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text or a list of texts, as a list; null for anything else. */
function texts(value: Json | undefined): string[] | null {
  const list = Array.isArray(value) ? value : [value];
  const found: string[] = [];
  for (const one of list) {
    if (typeof one !== "string") return null;
    found.push(one);
  }
  return found;
}

/** A value of a condition as text; null for what would not come back as it was. */
function plain(value: Json): string | null {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) {
    return String(value);
  }
  return null;
}

function conditions(value: Json | undefined): Condition[] | null {
  if (value === undefined) return [];
  if (!isObject(value)) return null;
  const found: Condition[] = [];
  for (const [operator, asked] of Object.entries(value)) {
    if (!isObject(asked) || Object.keys(asked).length === 0) return null;
    for (const [key, given] of Object.entries(asked)) {
      const values = (Array.isArray(given) ? given : [given]).map(plain);
      if (values.length === 0 || values.some((one) => one === null || one.includes("\n"))) return null;
      found.push({ operator, key, values: values as string[] });
    }
  }
  return found;
}

/** The statement in controls, or null when it holds what no control shows. */
export function readStatement(value: Json): Statement | null {
  if (!isObject(value) || Object.keys(value).some((name) => !MEMBERS.has(name))) return null;
  const { Sid: sid = "", Effect: effect, Action: action, Resource: resource = "*", Condition: asked } = value;
  const actions = texts(action);
  const resources = texts(resource);
  const found = conditions(asked);
  if (typeof sid !== "string" || (effect !== "Allow" && effect !== "Deny")) return null;
  if (!actions || !resources || resources.length === 0 || !found) return null;
  return {
    sid,
    effect,
    actions: actions.map((one) => one.replaceAll(">", ":")),
    resources: resources.length === 1 && resources[0] === "*" ? [] : resources,
    conditions: found,
  };
}

export function writeStatement(statement: Statement): Json {
  const made: { [name: string]: Json } = statement.sid ? { Sid: statement.sid } : {};
  made.Effect = statement.effect;
  made.Action = [...statement.actions];
  if (statement.resources.length) made.Resource = [...statement.resources];
  const asked: { [operator: string]: { [key: string]: Json } } = {};
  for (const { operator, key, values } of statement.conditions) {
    if (!operator || !key) continue;
    asked[operator] ??= {};
    asked[operator][key] = [...values];
  }
  if (Object.keys(asked).length) made.Condition = asked;
  return made;
}

/** Whether some object of a JSON text has a member twice: reading it would silently drop the first. */
export function hasTwins(text: string): boolean {
  const members: (Set<string> | null)[] = [];
  const strings = /"(?:[^"\\]|\\.)*"|[{}[\]]/gs;
  for (const { 0: token, index } of text.matchAll(strings)) {
    if (token === "{") members.push(new Set());
    else if (token === "[") members.push(null);
    else if (token === "}" || token === "]") members.pop();
    else if (/^\s*:/.test(text.slice(index + token.length, index + token.length + 200))) {
      const present = members.at(-1);
      const name = JSON.parse(token) as string;
      if (present?.has(name)) return true;
      present?.add(name);
    }
  }
  return false;
}

/** The source of each statement of a well-formed document, as it was typed: numbers keep all their digits. */
export function sources(text: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = -1;
  let list = false;
  const take = (end: number) => {
    if (text.slice(start, end).trim()) found.push(dedented(text.slice(start, end)));
    start = end + 1;
  };
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/gs)) {
    if (token === "{" || token === "[") {
      depth += 1;
      if (depth === 2 && token === "[") {
        list = true;
        start = index + 1;
      }
    } else if (token === "}" || token === "]") {
      if (depth === 2 && list) {
        take(index);
        list = false;
      }
      depth -= 1;
    } else if (token === "," && depth === 2 && list) take(index);
  }
  return found;
}

function dedented(source: string): string {
  const lines = source.trim().split("\n");
  const spaces = lines.slice(1).filter((line) => line.trim());
  const common = Math.min(...spaces.map((line) => line.length - line.trimStart().length));
  return lines.map((line, index) => (index && Number.isFinite(common) ? line.slice(common) : line)).join("\n");
}

/** The statements of a text; null when it is not a document at all and only the JSON view can show it. */
export function readDocument(text: string): Part[] | null {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
    if (hasTwins(text)) return null;
  } catch {
    return null;
  }
  if (!isObject(value) || Object.keys(value).some((name) => name !== "Version" && name !== "Statement")) return null;
  if (value.Version !== "1.1" || !Array.isArray(value.Statement)) return null;
  const written = sources(text);
  return value.Statement.map((one, index): Part => {
    const statement = readStatement(one);
    return statement ? { kind: "visual", statement } : { kind: "json", text: written[index] ?? "" };
  });
}

/** The document as text. A block that is no JSON (somebody is typing in it) stays as it is, so that its error shows. */
export function writeDocument(parts: readonly Part[]): string {
  const blocks = parts.map((part) =>
    part.kind === "json" ? part.text : JSON.stringify(writeStatement(part.statement), null, 4),
  );
  const inner = blocks.map((block) => indented(block, 8)).join(",\n");
  return `{\n    "Version": "1.1",\n    "Statement": [${inner ? `\n${inner}\n    ` : ""}]\n}`;
}

function indented(block: string, by: number): string {
  return block
    .split("\n")
    .map((line) => " ".repeat(by) + line)
    .join("\n");
}

export function freshStatement(): Part {
  return { kind: "visual", statement: { sid: "", effect: "Allow", actions: [], resources: [], conditions: [] } };
}

/** Whether a pattern of the language (`*` any characters, `?` one) fits a name. */
export function fits(pattern: string, name: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "s").test(name);
}

/** A resource whose region and tenant are open: its type and id. Null for any other, which is edited as text. */
export function splitResource(resource: string): { service: string; type: string; id: string } | null {
  const found = /^([^:*?]+):\*:\*:([^:*?]+):(.*)$/s.exec(resource);
  return found ? { service: found[1] ?? "", type: found[2] ?? "", id: found[3] ?? "" } : null;
}

export function joinResource(service: string, type: string, id: string): string {
  return `${service}:*:*:${type}:${id}`;
}
