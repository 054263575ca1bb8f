import { compareBytes } from "./byte-order.ts";
import { DEFAULTS } from "./canonical-limits.ts";
import type { CanonicalMount, CanonicalTmpfsMount, CanonicalVolumeMount } from "./canonical-spec.ts";
import type { Field } from "./field.ts";
import { shorten } from "./field.ts";
import { isProjectPath } from "./canonical-schema.ts";
import { isEngineSocket, isShared } from "./grants.ts";
import { isAbsolute, isInside, normalize, resolvePath } from "./posix-path.ts";
import { OUTSIDE_HELP } from "./project-files.ts";
import { isOfGit, looksAbove, projectPath } from "./project-path.ts";
import type { ProjectBounds } from "./project-path.ts";
import { parseBytes, parseMode, parseInteger } from "./units.ts";
import { SHARED_HOST_FILES } from "./verdicts.ts";
import { volumeName } from "./volume-name.ts";

export interface PlacedMount {
  /** A path of the project has a mount of kind `snapshot` until it is decided what becomes of it. */
  mount: CanonicalMount;
  at: Field;
  /** Set where the source is a path of the project. */
  project?: { path: string; text: string; readOnly: boolean; create: boolean };
}

export interface MountOptions {
  bounds: ProjectBounds;
  /** True: folders of the device that hold data become named volumes. */
  bindsAsVolumes: boolean;
}

type Read = Omit<PlacedMount, "at">;

const VOLUME_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const HARMLESS_OPTIONS = new Set([
  "rw",
  "z",
  "Z",
  "rprivate",
  "private",
  "cached",
  "delegated",
  "consistent",
]);

/** What belongs to the system of a device, and is no folder for data. */
const SYSTEM_FOLDERS = /^\/(?:$|(?:bin|boot|dev|etc|lib|lib32|lib64|libx32|proc|root|run|sbin|sys|tmp|usr)(?:\/|$)|var\/(?:$|run|lib\/(?:docker|daonetes|containerd))(?:\/|$)|var$|home$|mnt$|media$|opt$|srv$)/;

/** Mounts of `volumes` and `tmpfs` together, one for each target, sorted by target. */
export function readMounts(volumes: Field | undefined, tmpfs: Field | undefined, options: MountOptions): PlacedMount[] {
  const mounts = new Map<string, PlacedMount>();
  for (const item of volumes?.items() ?? []) {
    const read = item.node.kind === "map" ? longMount(item, options) : shortMount(item, options);
    if (!read) continue;
    const { target } = read.mount;
    if (mounts.has(target))
      item.notice("DAO2394", `${target} is mounted twice in ${volumes!.name}; the last one counts`);
    mounts.set(target, { ...read, at: item });
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
function shortMount(item: Field, options: MountOptions): Read | undefined {
  const { text } = item;
  if (text === undefined) return undefined;
  const parts = text.split(":");
  if (text === "" || parts.some((part) => part === "") || parts.length > 3 || /^[A-Za-z]:[\\/]/.test(text)) {
    item.error(
      "DAO2125",
      `${item.name} is "${shorten(text)}", which is not a mount`,
      /^[A-Za-z]:/.test(text)
        ? "a name of one letter reads as a drive of Windows, which no device has: use a longer one, as data:/var/lib/data"
        : "as data:/var/lib/data or data:/var/lib/data:ro",
    );
    return undefined;
  }
  const [source, target, modes] =
    parts.length === 1 ? [undefined, parts[0]!, ""] : [parts[0]!, parts[1]!, parts[2] ?? ""];
  let readOnly = false;
  let nocopy = false;
  let propagation: "rslave" | undefined;
  for (const option of modes === "" ? [] : modes.split(",")) {
    if (option === "ro") readOnly = true;
    else if (option === "rw") readOnly = false;
    else if (option === "nocopy") nocopy = true;
    else if (option === "rslave" || option === "slave") propagation = "rslave";
    else if (option === "rshared" || option === "shared") {
      item.error("DAO2315", `${item.name} asks for shared propagation`, "remove the option");
      return undefined;
    } else if (!HARMLESS_OPTIONS.has(option)) {
      item.error("DAO2125", `${item.name} has the unknown option "${shorten(option)}"`, "known: ro, rw, nocopy");
      return undefined;
    }
  }
  if (source !== undefined && isPath(source)) return pathMount(item, { source, target, readOnly, create: true, make: true, propagation }, options);
  return whole(volumeMount(item, source, target, readOnly, nocopy));
}

function longMount(item: Field, settings: MountOptions): Read | undefined {
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
      const subpath = options?.child("subpath");
      subpath?.error("DAO2315", `${subpath.name} is not supported`, "mount the whole volume: Engines in use know no part of one");
      options?.child("labels")?.notice("DAO2391", `${item.name}.volume.labels has no effect and was dropped; label it under volumes:`);
      return whole(volumeMount(item, source, target, readOnly, options?.child("nocopy")?.boolean() ?? false));
    }
    case "tmpfs":
      return whole(longTmpfs(item, target, readOnly));
    case "bind": {
      if (source === undefined) {
        item.error("DAO2104", `${item.name} needs source`);
        return undefined;
      }
      const bind = item.child("bind");
      const propagationField = bind?.child("propagation");
      const propagation = propagationField?.text;
      if (propagation?.endsWith("shared")) {
        propagationField!.error("DAO2315", `${propagationField!.name} is "${propagation}"`, "rprivate or rslave: a container does not mount into the device");
        return undefined;
      }
      const create = bind?.child("create_host_path")?.boolean() ?? true;
      // As in Compose: the long form makes no folder of the device by itself.
      const make = bind !== undefined && create;
      return pathMount(
        item,
        { source, target, readOnly, create, make, propagation: propagation?.endsWith("slave") ? "rslave" : undefined },
        settings,
      );
    }
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

interface PathMount {
  source: string;
  target: string;
  readOnly: boolean;
  /** False: the file says that a missing source is an error. */
  create: boolean;
  /** True: a missing folder of the device is made. */
  make: boolean;
  propagation: "rslave" | undefined;
}

/** A mount of a path: one of the project, or one of the device. */
function pathMount(item: Field, path: PathMount, options: MountOptions): Read | undefined {
  const target = targetPath(item, path.target);
  const { source } = path;
  if (source.startsWith("~")) {
    item.error(
      "DAO2308",
      `${item.name} mounts "${shorten(source)}" of the author's home`,
      "copy what is needed into the project, or use a named volume:  volumes: [data:/path]",
      "a device has no such home",
    );
    return undefined;
  }
  const full = resolvePath(item.node.span.file.baseDirectory, source);
  const { directory, root } = options.bounds;
  // A full path means the device, unless it leads into the folder itself.
  if (isInside(isAbsolute(source) ? directory : root, full) && root !== "/") return projectMount(item, full, target, path, options);
  if (source.startsWith(".")) {
    item.error("DAO2013", `${item.name} mounts "${shorten(source)}", which lies outside the project`, OUTSIDE_HELP);
    return undefined;
  }
  return target === undefined ? undefined : deviceMount(item, full, target, path, options);
}

function projectMount(item: Field, full: string, target: string | undefined, path: PathMount, { bounds: { directory } }: MountOptions): Read | undefined {
  if (isOfGit(full)) {
    item.error("DAO2307", `${item.name} mounts "${shorten(path.source)}", which is git's own`, "it holds the history and may hold passwords of its remotes: mount a file that git keeps");
    return undefined;
  }
  const inside = projectPath(directory, full);
  const whole = isInside(full, directory);
  if (!whole && (!isProjectPath(inside) || looksAbove(directory, full))) {
    item.error("DAO2307", `${item.name} mounts "${shorten(path.source)}", whose name cannot stand in a spec`, "rename it: up to 200 printable ASCII characters");
    return undefined;
  }
  if (target === undefined) return undefined;
  const { readOnly, create } = path;
  return {
    mount: { type: "snapshot", source: inside, target },
    project: { path: inside, text: path.source, readOnly, create },
  };
}

function deviceMount(item: Field, full: string, target: string, path: PathMount, options: MountOptions): Read | undefined {
  const { readOnly, make, propagation } = path;
  if (SHARED_HOST_FILES.includes(full) && !readOnly) {
    // Nobody means to change the device's clock: what is asked for is to read it.
    item.notice("DAO2395", `${item.name} mounts ${full} read-only`);
    return { mount: { type: "bind", source: full, target, read_only: true } };
  }
  if (isShared({ source: full, ...(readOnly ? { read_only: true } : {}) })) return { mount: { type: "bind", source: full, target, read_only: true } };
  if (full.length > 200 || !/^\/[\x20-\x7e]*$/.test(full) || full.includes(":")) {
    item.error("DAO2125", `${item.name} mounts "${shorten(full)}", whose name cannot stand in a spec`, "up to 200 printable ASCII characters");
    return undefined;
  }
  if (options.bindsAsVolumes && !SYSTEM_FOLDERS.test(full)) {
    const source = volumeName(full.slice(1), new Set(), "host");
    item.notice("DAO2395", `${full} became the volume ${source}, empty at first`);
    return whole(volumeMount(item, source, target, readOnly, false));
  }
  return {
    mount: {
      type: "bind",
      source: full,
      target,
      ...(readOnly ? { read_only: true } : {}),
      ...(make && !isEngineSocket(full) ? { create: true } : {}),
      ...(propagation === undefined ? {} : { propagation }),
    },
  };
}

function whole(mount: CanonicalMount | undefined): Read | undefined {
  return mount && { mount };
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
