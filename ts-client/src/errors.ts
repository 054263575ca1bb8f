/** What kind of failure an error is; the CLI turns it into an exit code. */
export type ErrorKind =
  | "usage"
  | "pending_signatures"
  | "not_found"
  | "denied"
  | "timeout"
  | "workload"
  | "unreachable"
  | "conflict"
  | "failed";

export interface ErrorDetails {
  /** Stable code, `DAO` and four digits: 1 usage and context, 2 spec, 3 rights, 4 device and workload, 5 network. */
  code: string;
  kind: ErrorKind;
  message: string;
  /** What to do about it, a command where there is one. */
  help?: string;
  /** What the chain or the Engine said, for `--verbose` only. */
  raw?: string;
  cause?: unknown;
}

/** An error with a stable code, a cause and a way out. Everything that this package throws on purpose is one. */
export class DaonetesError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly help: string | undefined;
  readonly raw: string | undefined;

  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "DaonetesError";
    this.code = details.code;
    this.kind = details.kind;
    this.help = details.help;
    this.raw = details.raw;
  }

  /** The one JSON object that `-o json` prints. */
  toJSON(): { code: string; kind: ErrorKind; message: string; help: string | null } {
    return { code: this.code, kind: this.kind, message: this.message, help: this.help ?? null };
  }
}

/** True if `error` says that the thing asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof DaonetesError && error.kind === "not_found";
}
