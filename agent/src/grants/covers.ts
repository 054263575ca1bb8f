import { portRange } from "./read-grants.ts";

/**
 * True if what is granted includes what is asked for, both in the grammar of grants. Most kinds are compared as they
 * stand; a path includes what lies below it, `rw` includes `ro`, and `ALL` every capability. Pure.
 */
export function covers(granted: string, asked: string): boolean {
  if (granted === asked) return true;
  const [kind, ...has] = granted.split(" ");
  const [askedKind, ...wants] = asked.split(" ");
  if (kind !== askedKind) return false;
  switch (kind) {
    case "bind":
      return bindCovers(has, wants);
    case "capability":
      return has[0] === "ALL";
    case "device":
      return isBelow(has[0] ?? "", wants[0] ?? "") && includesAll(has[1] ?? "", wants[1] ?? "");
    case "gpu":
      return gpuCovers(has, wants);
    case "port": {
      const range = portRange(has[0] ?? "");
      const port = portRange(wants[0] ?? "");
      return range !== undefined && port !== undefined && range.first <= port.first && port.last <= range.last;
    }
    case "sysctl":
      return (has[0] ?? "").endsWith(".*") && (wants[0] ?? "").startsWith((has[0] ?? "").slice(0, -1));
    default:
      return false;
  }
}

/** A path may hold blanks: the mode is the last word. */
function bindCovers(has: string[], wants: string[]): boolean {
  const mode = has.at(-1);
  if (mode !== "rw" && mode !== wants.at(-1)) return false;
  return isBelow(has.slice(0, -1).join(" "), wants.slice(0, -1).join(" "));
}

/** True for the folder itself and what lies in it; parts of names do not count. */
export function isBelow(folder: string, path: string): boolean {
  if (path.split("/").includes("..")) return false;
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  return path === folder || path.startsWith(prefix);
}

function gpuCovers([driver, which = "", capabilities = ""]: string[], [askedDriver, askedWhich = "", askedCapabilities = ""]: string[]): boolean {
  if (driver !== "any" && driver !== askedDriver) return false;
  if (!askedCapabilities.split(",").every((capability) => capabilities.split(",").includes(capability))) return false;
  if (which === "all" || which === askedWhich) return true;
  const isCount = /^\d+$/;
  if (isCount.test(which) && isCount.test(askedWhich)) return Number(askedWhich) <= Number(which);
  return askedWhich !== "all" && !isCount.test(askedWhich) && askedWhich.split(",").every((id) => which.split(",").includes(id));
}

function includesAll(has: string, wants: string): boolean {
  return wants.split("").every((letter) => has.includes(letter));
}
