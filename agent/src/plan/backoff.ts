const FIRST_RESTART_MS = 1_000;
const BASE_MS = 10_000;
const MAX_MS = 300_000;
/** After this time without an exit a restart counts as good. */
export const GOOD_AFTER_MS = 600_000;

/** Pause before restart number `restarts + 1`: one second, then 10 s doubling to 300 s. */
export function restartPause(restarts: number): number {
  return restarts === 0 ? FIRST_RESTART_MS : Math.min(BASE_MS * 2 ** (restarts - 1), MAX_MS);
}

/** Pause before the next try of a failed step: 10 s doubling to 300 s, plus up to a fifth of it. @param random 0 to 1 */
export function retryPause(attempts: number, random: number): number {
  const pause = Math.min(BASE_MS * 2 ** Math.max(0, attempts - 1), MAX_MS);
  return pause + pause * 0.2 * random;
}
