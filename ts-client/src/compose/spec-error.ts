import { DaonetesError } from "../errors.ts";
import { CODES } from "./codes.ts";
import type { Code } from "./codes.ts";

/** Canonical bytes or values that break a rule. A device reports it as `SpecInvalid` and changes nothing. */
export class SpecError extends DaonetesError {
  declare readonly code: Code;
  /** JSON pointer to the place inside the spec; empty for the whole. */
  readonly pointer: string;
  readonly detail: string;

  constructor(code: Code, pointer: string, detail: string) {
    super({
      code,
      kind: "failed",
      message: `${CODES[code]}: ${pointer === "" ? "" : `${pointer}: `}${detail}`,
      help: "publish the spec again with `daonetes up`, which writes the canonical form",
    });
    this.pointer = pointer;
    this.detail = detail;
  }
}

export function specError(code: Code, pointer: string, detail: string): SpecError {
  return new SpecError(code, pointer, detail);
}
