import { compareBytes } from "./byte-order.ts";
import { DEFAULTS } from "./canonical-limits.ts";
import type { CanonicalSecretMount } from "./canonical-spec.ts";
import { modeOf, ownerOf } from "./file-reference.ts";
import { shorten } from "./field.ts";
import type { Field } from "./field.ts";
import { normalize } from "./posix-path.ts";

/** Where Compose mounts secrets that name no absolute path. */
const FOLDER = "/run/secrets/";

/** A service's mount of a secret of the file, by its key there. */
export interface SecretReference {
  key: string;
  mount: Omit<CanonicalSecretMount, "source">;
  at: Field;
}

/**
 * `secrets` of a service: names, or mappings with target, uid, gid and mode; sorted by target.
 * @param owner who owns the file unless it is said otherwise: the service's own user, where that is a number
 */
export function readSecretReferences(field: Field | undefined, owner: Pick<CanonicalSecretMount, "uid" | "gid">): SecretReference[] {
  const references = new Map<string, SecretReference>();
  for (const item of field?.items() ?? []) {
    const long = item.node.kind === "map" ? item : undefined;
    const source = long ? long.child("source") : item;
    if (source?.text === undefined) {
      if (long) item.error("DAO2104", `${item.name} needs source`);
      continue;
    }
    const target = long?.child("target")?.text ?? source.text;
    const path = normalize(target.startsWith("/") ? target : `${FOLDER}${target}`);
    if (path === "/" || target === "" || path === FOLDER.slice(0, -1) || /[\x00-\x1f\x7f:]/.test(path)) {
      item.error("DAO2125", `${item.name} has the target "${shorten(target)}", which is not a path`);
      continue;
    }
    const mount: SecretReference["mount"] = { target: path, ...owner };
    const mode = readOnly(long?.child("mode"));
    if (mode !== undefined && mode !== DEFAULTS.secretMode) mount.mode = mode;
    for (const key of ["uid", "gid"] as const) {
      const number = ownerOf(long?.child(key));
      if (number === undefined) continue;
      if (number === DEFAULTS.owner) delete mount[key];
      else mount[key] = number;
    }
    if (references.has(path)) item.error("DAO2117", `${path} is mounted twice in ${field!.name}`, "remove one of them");
    else references.set(path, { key: source.text, mount, at: item });
  }
  return [...references.values()].sort((a, b) => compareBytes(a.mount.target, b.mount.target));
}

/** The numeric user of a service: who has to be able to read its secrets. */
export function numericOwner(user: string | undefined): Pick<CanonicalSecretMount, "uid" | "gid"> {
  const [, uid, gid] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(user ?? "") ?? [];
  const number = (text: string | undefined): number | undefined => (text === undefined || Number(text) === 0 ? undefined : Number(text));
  return { ...(number(uid) === undefined ? {} : { uid: number(uid)! }), ...(number(gid) === undefined ? {} : { gid: number(gid)! }) };
}

/** Permission bits without those that a secret cannot have: it is read, never written or executed. */
function readOnly(field: Field | undefined): number | undefined {
  const mode = modeOf(field);
  if (mode === undefined) return undefined;
  const bits = mode & 0o444;
  if (bits === 0) {
    field!.error("DAO2123", `${field!.name} is "${shorten(field!.text ?? "")}", with which nobody could read it`, "as 0400, 0440 or 0444");
    return undefined;
  }
  if (bits !== mode) field!.notice("DAO2391", `${field!.name} became 0${bits.toString(8)}: secrets are mounted read-only`);
  return bits;
}
