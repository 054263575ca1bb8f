import type { ErrorKind } from "./errors.ts";

/** Exit code of each kind of failure. 0 is done, or already so; 130 is Ctrl-C. */
export const EXIT_CODES: Record<ErrorKind, number> = {
  failed: 1,
  usage: 2,
  pending_signatures: 3,
  not_found: 4,
  denied: 5,
  conflict: 1,
  timeout: 6,
  workload: 7,
  unreachable: 8,
};
