import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { arch } from "node:process";
import { DockerodeEngine } from "../docker/dockerode-engine.ts";
import type { EngineInfo } from "../docker/engine.ts";
import type { Disk } from "../observed/disk.ts";
import type { Findings } from "./findings.ts";

/** Engine API of Docker 20.10. */
const OLDEST_API = [1, 41] as const;
const LOW_DISK_BYTES = 2 * 1024 ** 3;
/** Node's names of architectures as Docker has them. */
const ARCHITECTURES: Record<string, string> = { x64: "amd64", arm64: "arm64", arm: "arm", ppc64: "ppc64le", s390x: "s390x", riscv64: "riscv64" };

/** The Docker Engine: its socket, version, control groups, platform, and the disk of its images. */
export async function checkEngine(findings: Findings, socket: string, disk: Disk): Promise<void> {
  await findings.check("socket", "run the agent as root, or as a member of the group docker; is Docker started?", async () => {
    await access(socket, constants.R_OK | constants.W_OK);
    return socket;
  });
  let info: EngineInfo | undefined;
  const answers = await findings.check("Docker Engine", `start Docker, or name its socket: --docker SOCKET (asked: ${socket})`, async () => {
    info = await new DockerodeEngine(socket).info();
    if (isOlder(info.apiVersion)) throw new Error(`${info.version} (API ${info.apiVersion}) is too old: Docker 20.10 (API ${OLDEST_API.join(".")}) or later is needed`);
    return `${info.version} (API ${info.apiVersion})`;
  });
  if (!answers || info === undefined) return;
  const { cgroupVersion, missingLimits, platform, dataRoot } = info;
  await findings.check("cgroup", "limits of a spec do not hold without it: switch on the controllers of the kernel (cgroup_enable=memory swapaccount=1)", () =>
    missingLimits.length === 0 ? `version ${cgroupVersion}` : { warn: `version ${cgroupVersion}; ${missingLimits.join("; ")}` },
  );
  await findings.check("architecture", "install the Node of this computer's own architecture", () => {
    const own = ARCHITECTURES[arch] ?? arch;
    return platform.split("/")[1] === own ? platform : { warn: `the Engine is ${platform}, this program runs as ${own}` };
  });
  await findings.check("disk", "free some space: docker image prune", async () => {
    const space = await disk.space(dataRoot);
    if (space === undefined) return { warn: `${dataRoot}, where the Engine keeps images, cannot be seen from here: its space is not guarded` };
    const text = `${Math.round(space.free / 1e9)} GB free at ${dataRoot}`;
    return space.free < LOW_DISK_BYTES ? { warn: text } : text;
  });
}

function isOlder(apiVersion: string): boolean {
  const [major = 0, minor = 0] = apiVersion.split(".").map(Number);
  return major < OLDEST_API[0] || (major === OLDEST_API[0] && minor < OLDEST_API[1]);
}
