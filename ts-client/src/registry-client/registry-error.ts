/** Why a registry gave no answer of use. */
export class RegistryError extends Error {
  readonly reason: "not-found" | "denied" | "unreachable";
  constructor(reason: "not-found" | "denied" | "unreachable", message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}
