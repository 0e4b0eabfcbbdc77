/** What the page remembers in this browser; where that is forbidden, it remembers nothing. */
type Kept = 'language' | 'theme' | 'wrap';

export function recall(name: Kept): string | undefined {
  try {
    return localStorage.getItem(`ottoscaler.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(name: Kept, value: string): void {
  try {
    localStorage.setItem(`ottoscaler.${name}`, value);
  } catch {
    // It is chosen again the next time.
  }
}
