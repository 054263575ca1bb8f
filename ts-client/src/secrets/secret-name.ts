import { SecretError } from "./secret-error.ts";

const MAX_NAME = 128;
const PART = /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,62}$/;
/** Credentials of image registries: `registry/<host>`. Each of them has a key of its own. */
const REGISTRY = "registry";

/** True for 1 to 3 parts of at most 63 bytes, joined by `/`, 128 bytes in all. */
export function isValidSecretName(name: string): boolean {
  const parts = name.split("/");
  return name.length <= MAX_NAME && parts.length <= 3 && parts.every((part) => PART.test(part));
}

/** @throws {SecretError} `name` */
export function checkSecretName(name: string): void {
  if (isValidSecretName(name)) return;
  throw new SecretError("name", `"${name.slice(0, 140)}" is no name for a secret`, "1 to 3 parts joined by /, each up to 63 of A-Z a-z 0-9 _ . : - and no dot or dash first; 128 in all");
}

/**
 * What shares one key with a secret: the deployment of `<deployment>/<VAR>`, and the whole name of one that stands alone
 * or is `registry/<host>`.
 */
export function scopeOf(name: string): string {
  const [first] = name.split("/", 1);
  return first === REGISTRY || first === undefined ? name : first;
}

/** The host of `registry/<host>`; undefined for any other secret. */
export function registryHost(name: string): string | undefined {
  return name.startsWith(`${REGISTRY}/`) ? name.slice(REGISTRY.length + 1) : undefined;
}
