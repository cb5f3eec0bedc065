/** What is remembered of a visit, where the browser allows it. */

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`lossmeter-${key}`);
  } catch {
    // Storage is switched off.
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`lossmeter-${key}`, value);
  } catch {
    // As above: forgotten with the page.
  }
}
