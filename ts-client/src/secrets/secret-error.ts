import { DaonetesError, type ErrorKind } from "../errors.ts";

/**
 * What is wrong with a secret, its key or its sealed form.
 * `name`: outside the pattern. `empty`, `large`: a value that cannot be a secret. `nul`: one that no environment variable can
 * hold. `key`: no hybrid age identity or
 * recipient. `header`: larger than an age header of one recipient may be, or not such a header. `cut`: ends too early.
 * `bulky`: a sealed text above its limit. `recipient`: sealed to another key. `damaged`: changed or cut inside.
 * `binding`: sealed for another chain, group, name or version.
 */
export type SecretFault =
  | "name"
  | "empty"
  | "large"
  | "nul"
  | "key"
  | "header"
  | "cut"
  | "bulky"
  | "recipient"
  | "damaged"
  | "binding";

const CODES: Record<SecretFault, string> = {
  name: "DAO4050",
  empty: "DAO4051",
  large: "DAO4052",
  nul: "DAO4053",
  key: "DAO4054",
  header: "DAO4055",
  cut: "DAO4056",
  bulky: "DAO4057",
  recipient: "DAO4058",
  damaged: "DAO4059",
  binding: "DAO4060",
};

const USAGE: readonly SecretFault[] = ["name", "empty", "large", "nul"];

/** A secret that cannot be sealed or opened. Neither message nor cause holds anything of a value. */
export class SecretError extends DaonetesError {
  readonly fault: SecretFault;

  constructor(fault: SecretFault, message: string, help?: string) {
    const kind: ErrorKind = USAGE.includes(fault) ? "usage" : "failed";
    super({ code: CODES[fault], kind, message, ...(help === undefined ? {} : { help }) });
    this.name = "SecretError";
    this.fault = fault;
  }
}
