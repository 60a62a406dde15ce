/** What the server says the language holds: services, actions, keys, operators, templates. */

export interface Action {
  name: string;
  title: string;
  access: "read" | "list" | "write" | "permission";
  service: string;
  type: string;
}

export interface Key {
  name: string;
  kind: string;
  title: string;
  /** Empty: known in every service. */
  service: string;
}

export interface Language {
  services: { name: string; scope: string; types: string[] }[];
  actions: Action[];
  keys: Key[];
  operators: { [kind: string]: string[] };
  patterns: string[];
  resources: string[];
  templates: { name: string; text: string }[];
}

/** The key that any tag of a resource is asked by: `g:ResourceTag/owner`. */
export const TAG = "g:ResourceTag/";

export function keyNamed(language: Language, name: string): Key | undefined {
  return language.keys.find((key) => key.name === (name.startsWith(TAG) ? TAG : name));
}

export function operatorsFor(language: Language, key: string): string[] {
  return language.operators[keyNamed(language, key)?.kind ?? "text"] ?? [];
}

/** The kind of value that an operator compares; null when it takes any (Null). */
export function kindOf(language: Language, operator: string): string | null {
  if (operator === "Null") return null;
  return Object.keys(language.operators).find((kind) => language.operators[kind]?.includes(operator)) ?? null;
}
