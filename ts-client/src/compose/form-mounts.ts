import { compareBytes } from "./byte-order.ts";
import { DEFAULTS } from "./canonical-limits.ts";
import { RESOURCE_NAME } from "./canonical-names.ts";
import type { CanonicalMount, CanonicalTmpfsMount } from "./canonical-spec.ts";
import { normalize } from "./posix-path.ts";
import type { Place } from "./place.ts";
import { child, entriesOf, isEmpty, itemsOf } from "./place.ts";
import { parseBytes, parseInteger } from "./quantities.ts";
import type { Values } from "./values.ts";
import { SHARED_HOST_FILES } from "./verdicts.ts";

export type MountOrigins = WeakMap<CanonicalMount, Place>;

/** `volumes` and `tmpfs` of a service; of two mounts at one target the later counts. */
export function formMounts(volumes: Place | undefined, tmpfs: Place | undefined, values: Values, origins: MountOrigins): CanonicalMount[] | undefined {
  const mounts = new Map<string, CanonicalMount>();
  const add = (place: Place, mount: CanonicalMount | undefined): void => {
    if (!mount) return;
    if (mounts.has(mount.target)) values.notice("DAO2394", place, `mounts at ${mount.target} once more; the last one counts`);
    origins.set(mount, place);
    mounts.set(mount.target, mount);
  };
  for (const item of itemsOf(volumes)) add(item, item.node.kind === "map" ? longMount(item, values) : shortMount(item, values));
  for (const { text, place } of values.texts(tmpfs)) add(place, shortTmpfs(text, place, values));
  return mounts.size === 0 ? undefined : [...mounts.values()].sort((a, b) => compareBytes(a.target, b.target));
}

function shortMount(place: Place, values: Values): CanonicalMount | undefined {
  const text = values.text(place);
  if (text === undefined) return undefined;
  const parts = text.split(":");
  const wrong = (): undefined => values.error("DAO2125", place, `is ${JSON.stringify(text.slice(0, 120))}, which is not a mount`, "write it as NAME:/path or NAME:/path:ro");
  if (parts.length > 3 || parts.includes("")) return wrong();
  const [source, targetText, options = ""] = parts.length === 1 ? [undefined, parts[0]!] : [parts[0]!, parts[1]!, parts[2]];
  const flags = { readOnly: false, noCopy: false };
  for (const option of options === "" ? [] : options.split(",")) {
    if (option === "ro") flags.readOnly = true;
    else if (option === "nocopy") flags.noCopy = true;
    else if (["cached", "delegated", "consistent"].includes(option)) values.notice("DAO2391", place, `option ${option} has no effect here and was dropped`);
    else if (option !== "rw") return values.error("DAO2315", place, `option ${option} is not allowed`, "allowed: ro, rw, nocopy");
  }
  const target = containerPath(targetText, place, values);
  if (target === undefined) return undefined;
  if (source === undefined || RESOURCE_NAME.test(source)) return volume(source, target, flags);
  return hostPath(source, target, flags.readOnly, place, values);
}

function longMount(place: Place, values: Values): CanonicalMount | undefined {
  const type = values.text(child(place, "type"));
  const targetPlace = child(place, "target");
  const target = targetPlace && containerPath(values.text(targetPlace) ?? "", targetPlace, values);
  const readOnly = values.flag(child(place, "read_only")) ?? false;
  for (const [name, field] of entriesOf(place)) {
    if (name === "consistency") values.notice("DAO2391", field, "has no effect here and was dropped");
    else if (["bind", "image", "cluster"].includes(name) && name !== type && !isEmpty(field)) values.error("DAO2117", field, `does not go with type ${type}`);
  }
  if (!targetPlace) return values.error("DAO2125", place, "has no target", "add target: /path");
  if (target === undefined || type === undefined) return undefined;
  const sourcePlace = child(place, "source");
  const source = values.text(sourcePlace);
  switch (type) {
    case "volume": {
      for (const [name, field] of entriesOf(child(place, "volume"))) {
        if (name !== "nocopy" && !isEmpty(field)) values.errorAtKey("DAO2301", field, "does not work yet", "mount the whole volume");
      }
      if (source !== undefined && source !== "" && !RESOURCE_NAME.test(source)) return values.error("DAO2129", sourcePlace!, "is not the name of a volume");
      return volume(source === "" ? undefined : source, target, { readOnly, noCopy: values.flag(child(child(place, "volume"), "nocopy")) ?? false });
    }
    case "tmpfs": {
      const options = child(place, "tmpfs");
      const size = values.bytes(child(options, "size"));
      const mode = values.integer(child(options, "mode"), 0, 0o7777);
      if (source !== undefined && source !== "") values.error("DAO2117", sourcePlace!, "does not go with type tmpfs");
      return tmpfsMount(target, { ...(size === undefined ? {} : { size }), ...(mode === undefined ? {} : { mode }), ...(readOnly ? { read_only: true } : {}) });
    }
    case "bind":
      if (source === undefined) return values.error("DAO2125", place, "has no source", "add source");
      return hostPath(source, target, readOnly, place, values);
    default:
      return values.error("DAO2315", child(place, "type")!, `${type} is not allowed`, "allowed: volume, tmpfs");
  }
}

/** `/run:size=64m,mode=1777,uid=1000,exec,ro`. */
function shortTmpfs(text: string, place: Place, values: Values): CanonicalMount | undefined {
  const colon = text.indexOf(":");
  const target = containerPath(colon === -1 ? text : text.slice(0, colon), place, values);
  if (target === undefined) return undefined;
  const fields: Partial<CanonicalTmpfsMount> = {};
  for (const option of colon === -1 ? [] : text.slice(colon + 1).split(",")) {
    const [name, value = ""] = option.split("=");
    const number = parseInteger(value);
    const size = parseBytes(value);
    if (name === "size" && size !== undefined && size > 0) fields.size = size;
    else if (name === "mode" && /^[0-7]{1,5}$/.test(value) && parseInt(value, 8) <= 0o7777) fields.mode = parseInt(value, 8);
    else if ((name === "uid" || name === "gid") && number !== undefined && number >= 0 && number < 2 ** 32 - 1) fields[name] = number;
    else if (option === "ro") fields.read_only = true;
    else if (option === "exec") fields.exec = true;
    else if (!["rw", "noexec", "nosuid", "nodev"].includes(option)) {
      return values.error("DAO2315", place, `option ${JSON.stringify(option.slice(0, 60))} is not allowed`, "allowed: size, mode, uid, gid, ro, exec");
    }
  }
  return tmpfsMount(target, fields);
}

function tmpfsMount(target: string, { size, mode, uid, gid, exec, read_only }: Partial<CanonicalTmpfsMount>): CanonicalTmpfsMount {
  return {
    type: "tmpfs",
    target,
    ...(size === undefined ? {} : { size }),
    ...(mode === undefined || mode === DEFAULTS.tmpfsMode ? {} : { mode }),
    ...(uid ? { uid } : {}),
    ...(gid ? { gid } : {}),
    ...(exec ? { exec } : {}),
    ...(read_only ? { read_only } : {}),
  };
}

function volume(source: string | undefined, target: string, flags: { readOnly: boolean; noCopy: boolean }): CanonicalMount {
  return {
    type: "volume",
    ...(source === undefined ? {} : { source }),
    target,
    ...(flags.readOnly ? { read_only: true } : {}),
    ...(flags.noCopy ? { nocopy: true } : {}),
  };
}

function hostPath(source: string, target: string, readOnly: boolean, place: Place, values: Values): CanonicalMount | undefined {
  if (SHARED_HOST_FILES.includes(source)) {
    if (readOnly) return { type: "bind", source: source as "/etc/localtime", target, read_only: true };
    return values.error("DAO2308", place, `mounts ${source} of the device writable`, `mount it read-only: ${source}:${target}:ro`);
  }
  if (source.startsWith("/") || source.startsWith("~") || /^[A-Za-z]:?\\/.test(source)) {
    return values.error("DAO2308", place, `mounts ${source} of the device`, "use a named volume; paths of the device need its owner's consent, which a spec cannot ask for yet");
  }
  if (/^\.\.?(?:\/|$)/.test(source)) {
    return values.error("DAO2307", place, `mounts ${source} of the project`, "put the files into the image, or use a named volume");
  }
  return values.error("DAO2129", place, `names volume ${JSON.stringify(source.slice(0, 80))}, which is not a usable name`, "letters, digits, dot, dash and underscore");
}

function containerPath(text: string, place: Place, values: Values): string | undefined {
  const path = normalize(text);
  if (path.startsWith("/") && path !== "/") return path;
  return values.error("DAO2125", place, `mounts at ${JSON.stringify(text.slice(0, 120))}, which is no absolute path below /`, "name an absolute path in the container");
}
