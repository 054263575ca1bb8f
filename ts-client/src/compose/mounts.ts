import { compareBytes } from "./byte-order.ts";
import { DEFAULTS } from "./canonical-limits.ts";
import type { CanonicalMount, CanonicalTmpfsMount, CanonicalVolumeMount } from "./canonical-spec.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { normalize } from "./posix-path.ts";
import { parseBytes, parseMode, parseInteger } from "./units.ts";
import { SHARED_HOST_FILES } from "./verdicts.ts";

export interface PlacedMount {
  mount: CanonicalMount;
  at: Field;
}

const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const HARMLESS_OPTIONS = new Set([
  "rw",
  "z",
  "Z",
  "rprivate",
  "private",
  "rslave",
  "slave",
  "cached",
  "delegated",
  "consistent",
]);

/** Mounts of `volumes` and `tmpfs` together, one for each target, sorted by target. */
export function readMounts(volumes: Field | undefined, tmpfs: Field | undefined): PlacedMount[] {
  const mounts = new Map<string, PlacedMount>();
  for (const item of volumes?.items() ?? []) {
    const mount = item.node.kind === "map" ? longMount(item) : shortMount(item);
    if (!mount) continue;
    if (mounts.has(mount.target))
      item.notice("DAO2394", `${mount.target} is mounted twice in ${volumes!.name}; the last one counts`);
    mounts.set(mount.target, { mount, at: item });
  }
  for (const item of tmpfs?.items() ?? []) {
    const mount = shortTmpfs(item);
    if (!mount) continue;
    if (mounts.has(mount.target))
      item.error("DAO2117", `${mount.target} is mounted twice: ${item.name} and another mount`, "remove one of them");
    else mounts.set(mount.target, { mount, at: item });
  }
  return [...mounts.values()].sort((a, b) => compareBytes(a.mount.target, b.mount.target));
}

/** `data:/var/lib/data:ro`, `/var/lib/data`. */
function shortMount(item: Field): CanonicalMount | undefined {
  const { text } = item;
  if (text === undefined) return undefined;
  const parts = text.split(":");
  if (text === "" || parts.some((part) => part === "") || parts.length > 3 || /^[A-Za-z]:[\\/]/.test(text)) {
    item.error(
      "DAO2125",
      `${item.name} is "${shorten(text)}", which is not a mount`,
      "as data:/var/lib/data or data:/var/lib/data:ro",
    );
    return undefined;
  }
  const [source, target, options] =
    parts.length === 1 ? [undefined, parts[0]!, ""] : [parts[0]!, parts[1]!, parts[2] ?? ""];
  let readOnly = false;
  let nocopy = false;
  for (const option of options === "" ? [] : options.split(",")) {
    if (option === "ro") readOnly = true;
    else if (option === "rw") readOnly = false;
    else if (option === "nocopy") nocopy = true;
    else if (option === "rshared" || option === "shared") {
      item.error("DAO2315", `${item.name} asks for shared propagation`, "remove the option");
      return undefined;
    } else if (!HARMLESS_OPTIONS.has(option)) {
      item.error("DAO2125", `${item.name} has the unknown option "${shorten(option)}"`, "known: ro, rw, nocopy");
      return undefined;
    }
  }
  if (source !== undefined && isPath(source)) return hostPath(item, source, target, readOnly);
  return volumeMount(item, source, target, readOnly, nocopy);
}

function longMount(item: Field): CanonicalMount | undefined {
  const type = item.child("type")?.text;
  const target = item.child("target")?.text;
  if (type === undefined) return undefined;
  if (target === undefined) {
    item.error("DAO2104", `${item.name} needs target`);
    return undefined;
  }
  const source = item.child("source")?.text;
  const readOnly = item.child("read_only")?.boolean() ?? false;
  item.child("consistency")?.notice("DAO2391", `${item.name}.consistency has no effect and was dropped`);
  switch (type) {
    case "volume": {
      const options = item.child("volume");
      const unsupported = options?.child("subpath") ?? options?.child("labels");
      unsupported?.error(
        "DAO2301",
        `${unsupported.name} does not work yet`,
        "mount the whole volume; label it under volumes:",
      );
      return volumeMount(item, source, target, readOnly, options?.child("nocopy")?.boolean() ?? false);
    }
    case "tmpfs":
      return longTmpfs(item, target, readOnly);
    case "bind":
      if (source === undefined) {
        item.error("DAO2104", `${item.name} needs source`);
        return undefined;
      }
      return hostPath(item, source, target, readOnly);
    default:
      item.error(
        "DAO2315",
        `${item.name} has the type ${shorten(type)}, which is refused`,
        "use a named volume or tmpfs",
      );
      return undefined;
  }
}

function volumeMount(
  item: Field,
  source: string | undefined,
  target: string,
  readOnly: boolean,
  nocopy: boolean,
): CanonicalVolumeMount | undefined {
  const path = targetPath(item, target);
  if (source !== undefined && !VOLUME_NAME.test(source)) {
    item.error(
      "DAO2125",
      `${item.name} has the source "${shorten(source)}", which is neither a volume name nor a path`,
    );
    return undefined;
  }
  if (path === undefined) return undefined;
  return {
    type: "volume",
    ...(source === undefined ? {} : { source }),
    target: path,
    ...(readOnly ? { read_only: true } : {}),
    ...(nocopy ? { nocopy: true } : {}),
  };
}

function hostPath(item: Field, source: string, target: string, readOnly: boolean): CanonicalMount | undefined {
  const path = targetPath(item, target);
  if (source.startsWith(".")) {
    item.error(
      "DAO2307",
      `${item.name} mounts "${shorten(source)}" of the project folder`,
      "put files into the image, data into a named volume:  volumes: [data:/path]",
      "folders of the project do not reach a device yet",
    );
    return undefined;
  }
  const host = normalize(source);
  if ((SHARED_HOST_FILES).includes(host)) {
    if (path === undefined) return undefined;
    if (!readOnly) {
      item.error("DAO2308", `${item.name} mounts ${host} writable`, "mount it read-only:  " + `${host}:${target}:ro`);
      return undefined;
    }
    return { type: "bind", source: host as "/etc/localtime", target: path, read_only: true };
  }
  const engine = /(?:^|\/)(?:docker|containerd|podman|crio)\.sock$/.test(host);
  item.error(
    "DAO2308",
    `${item.name} mounts "${shorten(source)}" of the device`,
    "use a named volume:  volumes: [data:/path]",
    engine ? "the Engine's socket is root on the device" : "a path of the device needs its owner's consent",
  );
  return undefined;
}

/** `/run`, `/run:size=64m,mode=755,uid=1000`. */
function shortTmpfs(item: Field): CanonicalTmpfsMount | undefined {
  const { text } = item;
  if (text === undefined) return undefined;
  const colon = text.indexOf(":");
  const target = targetPath(item, colon === -1 ? text : text.slice(0, colon));
  if (target === undefined) return undefined;
  const mount: CanonicalTmpfsMount = { type: "tmpfs", target };
  for (const option of colon === -1 ? [] : text.slice(colon + 1).split(",")) {
    if (!tmpfsOption(mount, option)) {
      item.error(
        "DAO2315",
        `${item.name} has the option "${shorten(option)}", which is not allowed`,
        "allowed: size, mode, uid, gid, ro, rw, exec, noexec, nosuid, nodev",
      );
      return undefined;
    }
  }
  return mount;
}

function tmpfsOption(mount: CanonicalTmpfsMount, option: string): boolean {
  const equals = option.indexOf("=");
  const name = equals === -1 ? option : option.slice(0, equals);
  const value = equals === -1 ? undefined : option.slice(equals + 1);
  if (value === undefined) {
    if (name === "ro") mount.read_only = true;
    else if (name === "exec") mount.exec = true;
    return ["ro", "rw", "exec", "noexec", "nosuid", "nodev", "noatime", "nodiratime"].includes(name);
  }
  const number = name === "size" ? parseBytes(value) : name === "mode" ? parseMode(value) : parseInteger(value);
  if (number === undefined || number < 0) return false;
  if (name === "size") {
    if (number > 0) mount.size = number;
  } else if (name === "mode") {
    if (number !== DEFAULTS.tmpfsMode) mount.mode = number;
  } else if (name === "uid" || name === "gid") {
    if (number > 0) mount[name] = number;
  } else return false;
  return true;
}

function longTmpfs(item: Field, target: string, readOnly: boolean): CanonicalTmpfsMount | undefined {
  const path = targetPath(item, target);
  if (path === undefined) return undefined;
  const mount: CanonicalTmpfsMount = { type: "tmpfs", target: path };
  const options = item.child("tmpfs");
  const size = options?.child("size")?.bytes();
  const modeField = options?.child("mode");
  const modeText = modeField?.text;
  if (size) mount.size = size;
  if (modeField && modeText !== undefined) {
    const isNumber = modeField.node.kind === "scalar" && typeof modeField.node.value === "number";
    const mode = isNumber ? parseInteger(modeText) : parseMode(modeText);
    if (mode === undefined || mode < 0 || mode > 0o7777)
      modeField.error(
        "DAO2123",
        `${modeField.name} is "${shorten(modeText)}", which is not permission bits`,
        "as 0755",
      );
    else if (mode !== DEFAULTS.tmpfsMode) mount.mode = mode;
  }
  if (readOnly) mount.read_only = true;
  return mount;
}

function targetPath(item: Field, target: string): string | undefined {
  if (!target.startsWith("/") || target.includes(":") || /[\x00-\x1f\x7f]/.test(target)) {
    item.error("DAO2125", `${item.name} has the target "${shorten(target)}", which is not an absolute path`);
    return undefined;
  }
  const path = normalize(target);
  if (path === "/") {
    item.error("DAO2125", `${item.name} is mounted over the whole file system of the container`, "mount it below /");
    return undefined;
  }
  return path;
}

function isPath(source: string): boolean {
  return /^[./~]/.test(source) || source.startsWith("\\");
}
