import { DaonetesError } from "../errors.ts";
import { CODES } from "./codes.ts";
import type { Code } from "./codes.ts";

/** The error for canonical bytes or values that break a rule; `pointer` names the place inside the spec. */
export function specError(code: Code, pointer: string, detail: string): DaonetesError {
  return new DaonetesError({
    code,
    kind: "failed",
    message: `${CODES[code]}: ${pointer === "" ? "" : `${pointer}: `}${detail}`,
    help: "publish the spec again with `daonetes up`, which writes the canonical form",
  });
}
