/**
 * "forged": the digest of what came is another than was asked for; "malformed": what came is no manifest, or too large.
 * The others say nothing of the image.
 */
export type RegistryReason = "not-found" | "denied" | "unreachable" | "forged" | "malformed";

/** Why a registry gave no answer of use. */
export class RegistryError extends Error {
  readonly reason: RegistryReason;
  constructor(reason: RegistryReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }
}
