import { DaonetesError } from "../errors.ts";
import { CODES } from "./codes.ts";
import type { Code } from "./codes.ts";

/** Canonical bytes or values that break a rule; `pointer` names the place inside the spec. */
export class SpecError extends DaonetesError {
  override readonly code: Code;
  readonly pointer: string;
  readonly detail: string;

  constructor(code: Code, pointer: string, detail: string) {
    super({
      code,
      kind: "failed",
      message: `${CODES[code]}: ${pointer === "" ? "" : `${pointer}: `}${detail}`,
      help: "publish the spec again with `daonetes up`, which writes the canonical form",
    });
    this.code = code;
    this.pointer = pointer;
    this.detail = detail;
  }
}

export function specError(code: Code, pointer: string, detail: string): SpecError {
  return new SpecError(code, pointer, detail);
}
