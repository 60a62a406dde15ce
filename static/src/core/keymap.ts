/** Which key does what, in one list that both handles the keys and explains them. */

export interface Binding {
  readonly action: string;
  readonly title: string;
  readonly group: string;
  /** Such as "Ctrl+Shift+z", "Delete", "?", "Space". "Ctrl" also means the command key of a Mac. */
  readonly keys: readonly string[];
  readonly run: () => void;
}

interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The key press in the notation of `Binding.keys`. */
export function keyName(press: KeyPress): string {
  let key = press.key === " " ? "Space" : press.key;
  // On a Cyrillic or Greek layout the letters of the guide are still where they are printed.
  if (!/^[\x20-\x7e]+$/.test(key)) {
    const letter = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(press.code);
    if (letter) key = letter[1] ?? letter[2] ?? key;
  }
  const isLetter = /^[a-zA-Z]$/.test(key);
  if (isLetter) key = key.toLowerCase();
  // Shift is part of what makes "?" or "+" and must not be asked for twice.
  const shift = press.shiftKey && (isLetter || key.length > 1);
  return `${press.ctrlKey || press.metaKey ? "Ctrl+" : ""}${press.altKey ? "Alt+" : ""}${shift ? "Shift+" : ""}${key}`;
}

export class Keymap {
  private readonly byKey = new Map<string, Binding>();

  /** Throws when two bindings claim one key: the first would silently win. */
  constructor(readonly bindings: readonly Binding[]) {
    for (const binding of bindings) {
      for (const key of binding.keys) {
        const other = this.byKey.get(key);
        if (other) throw new Error(`${key} means both ${other.action} and ${binding.action}`);
        this.byKey.set(key, binding);
      }
    }
  }

  find(press: KeyPress): Binding | undefined {
    return this.byKey.get(keyName(press));
  }

  has(key: string): boolean {
    return this.byKey.has(key);
  }
}

/** The actions without the keys that a label claims as its own, as long as each action keeps another key. */
export function yielding(actions: readonly Binding[], labels: readonly { shortcut: string }[]): Binding[] {
  const claimed = new Set(labels.map((label) => normal(label.shortcut)));
  return actions.map((action) => {
    const keys = action.keys.filter((key) => !claimed.has(key));
    return keys.length ? { ...action, keys } : action;
  });
}

function normal(shortcut: string): string {
  return /^[A-Z]$/.test(shortcut) ? shortcut.toLowerCase() : shortcut;
}

/** The keys given to labels: each label's own where it is free, then the digits for the first that have none. */
export function labelKeys(
  labels: readonly { name: string; shortcut: string }[],
  taken: (key: string) => boolean,
): Map<string, string> {
  const keys = new Map<string, string>();
  const used = new Set<string>();
  for (const label of labels) {
    const key = normal(label.shortcut);
    if (key && !taken(key) && !used.has(key)) {
      keys.set(label.name, key);
      used.add(key);
    }
  }
  const digits = [..."123456789"].filter((digit) => !taken(digit) && !used.has(digit));
  for (const label of labels) {
    if (keys.has(label.name)) continue;
    const digit = digits.shift();
    if (!digit) break;
    keys.set(label.name, digit);
  }
  return keys;
}

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "range"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** Space and Enter belong to the button or link that has the focus. */
function belongsToFocus(event: KeyboardEvent): boolean {
  const target = event.target;
  if (event.key !== " " && event.key !== "Enter") return false;
  return target instanceof HTMLElement && target.closest("button, a[href], summary") !== null;
}

/** Lets `current()` handle the page's keys, except while a person types or a dialog is open. */
export function listenForKeys(current: () => Keymap): void {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || isTyping(event.target) || belongsToFocus(event)) return;
    if (document.querySelector("dialog[open]")) return;
    const binding = current().find(event);
    if (!binding) return;
    event.preventDefault();
    binding.run();
  });
}
