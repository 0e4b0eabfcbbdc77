/** The server's time as the page knows it: ages and countdowns go by it, not by this machine's clock. */
import { signal } from '@preact/signals';

const tickMs = 1_000;

/** The server's clock minus ours, ms. */
let offsetMs = 0;
/** The time of a recording stands still until somebody steps. */
let stoppedAtMs: number | undefined;

/** Epoch ms, anew every second. */
export const now = signal(Date.now());

export function setClock(serverMs: number): void {
  offsetMs = serverMs - Date.now();
  tick();
}

/** @param atMs undefined where it goes on */
export function stopClock(atMs: number | undefined): void {
  stoppedAtMs = atMs;
  tick();
}

export function startClock(): void {
  setInterval(tick, tickMs);
}

function tick(): void {
  now.value = stoppedAtMs ?? Date.now() + offsetMs;
}
