import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type CanonicalSpec, needsOf } from "@daonetes/client/compose";
import { boundPath } from "./bound-path.ts";
import { checkOwner, grantedKey, type OwnerFinding } from "./check.ts";
import { type GrantsFile, type GrantsLook, realPathOf } from "./grants-file.ts";
import type { Grants } from "./grants.ts";

/** Where the agent keeps keys, grants and secrets: nobody mounts these. */
export function agentFolders(stateFolder: string): string[] {
  return ["/var/lib/daonetes", "/run/daonetes", "/etc/daonetes", resolve(stateFolder)];
}

/** Who asks the owner. */
export interface Asker {
  group: string;
  deployment: string;
  /** True: the group asks for the stricter profile. */
  asksRestricted: boolean;
}

/** What of the device itself decides, beside the file. */
export interface OwnersDevice {
  agentFolders: readonly string[];
  /** Where a path leads, links followed. */
  realPath: (path: string) => Promise<string>;
  /** Group that may use the Engine's socket; undefined = not known. */
  engineGroup: () => Promise<number | undefined>;
}

/** The device that this process runs on. */
export function thisDevice(stateFolder: string, dockerSocket: string): OwnersDevice {
  const engineGroup = (): Promise<number | undefined> => stat(dockerSocket).then(({ gid }) => gid, () => undefined);
  return { agentFolders: agentFolders(stateFolder), realPath: realPathOf, engineGroup };
}

/** The owner's last word on a spec: the grants file, and where paths of this device lead. */
export class Owner {
  readonly #file: Pick<GrantsFile, "look">;
  readonly #device: OwnersDevice;

  constructor(file: Pick<GrantsFile, "look">, device: OwnersDevice) {
    this.#file = file;
    this.#device = device;
  }

  /** The file as it is now. */
  look(): Promise<GrantsLook> {
    return this.#file.look();
  }

  /** What is not allowed of a spec; empty = all of it is. */
  async check(spec: CanonicalSpec, asker: Asker, grants: Grants): Promise<OwnerFinding[]> {
    const { agentFolders, engineGroup } = this.#device;
    return checkOwner({ spec, ...asker, grants, realPaths: await this.#realPaths(spec, grants), agentFolders, engineGroup: await engineGroup() });
  }

  async #realPaths(spec: CanonicalSpec, grants: Grants): Promise<Map<string, string>> {
    const { realPath } = this.#device;
    const paths = new Map<string, string>();
    const mounted = needsOf(spec).flatMap(({ text }) => boundPath(text) ?? []);
    if (mounted.length === 0) return paths;
    for (const path of mounted) paths.set(path, await realPath(path));
    for (const path of grants.grants.flatMap(({ allow }) => boundPath(allow) ?? [])) {
      paths.set(grantedKey(path), path === "/" ? path : join(await realPath(dirname(path)), basename(path)));
    }
    return paths;
  }
}

/** Room for lines of grants in the text of a report. */
const LINES_BYTES = 600;

/** The findings as a report says them: rule and place of the first, and the lines that would allow all of it, as many as have room. */
export function findingsReport(findings: readonly [OwnerFinding, ...OwnerFinding[]], deployment: string): { reason: OwnerFinding["reason"]; text: string } {
  // What no line of the file allows comes first: lines alone would not help.
  const first = findings.find(({ line }) => line === undefined) ?? findings[0];
  const { reason, rule, pointer, message } = first;
  const more = findings.length === 1 ? "" : `; and ${findings.length - 1} more (daonetes-agent grants explain ${deployment})`;
  const lines: string[] = [];
  for (const line of new Set(findings.flatMap(({ line }) => line ?? []))) {
    if (lines.length > 0 && lines.join(", ").length + line.length > LINES_BYTES) break;
    lines.push(line);
  }
  const way = lines.length === 0 ? "" : `; to allow it, add to "grants" of the owner's file: ${lines.join(", ")}`;
  return { reason, text: `${rule}: ${pointer}: ${message}${more}${way}` };
}
