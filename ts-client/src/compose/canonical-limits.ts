/** What an absent field means where that is one fixed value; such a value is never written. */
export const DEFAULTS = {
  cpuPeriod: 100_000,
  pidsLimit: 512,
  shmSize: 64 * 1024 * 1024,
  oomScoreAdj: 0,
  stopGracePeriod: 10_000_000_000,
  logMaxSize: 10 * 1024 * 1024,
  logMaxFile: 3,
  tmpfsMode: 0o1777,
  configMode: 0o444,
  secretMode: 0o400,
  owner: 0,
} as const;

export const SECOND = 1_000_000_000;
export const MAX_STOP_GRACE = 300 * SECOND;
export const MAX_PIDS = 4096;
