/** Small choices kept on this device; a browser that keeps nothing simply forgets them. */

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`tagora.${name}`, value);
  } catch {
    return;
  }
}

export function recall(name: string, fallback: string): string {
  try {
    return localStorage.getItem(`tagora.${name}`) ?? fallback;
  } catch {
    return fallback;
  }
}
