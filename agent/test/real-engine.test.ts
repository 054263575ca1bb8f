import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { CanonicalService } from "@daonetes/client/compose";
import test from "ava";
import Docker from "dockerode";
import { containerConfig } from "../src/desired/container-config.ts";
import { DockerodeEngine } from "../src/docker/dockerode-engine.ts";
import type { ContainerConfig } from "../src/docker/engine.ts";
import { differences, droppedLimits } from "../src/plan/verify.ts";
import { desiredOf, service, specOf } from "./fakes/deployments.ts";

/** These run on a real Engine: DOCKER_ENABLED=1. They create containers, start none, and remove what they made. */
const onEngine = process.env["DOCKER_ENABLED"] === "1" ? test.serial : test.serial.skip;
const SOCKET = process.env["DAONETES_AGENT_DOCKER_SOCKET"] ?? "/var/run/docker.sock";
const RUN = `daonetes-test-${randomBytes(4).toString("hex")}`;

/** An image of one empty folder, by its id. */
async function emptyImage(docker: Docker): Promise<string> {
  const answer: NodeJS.ReadableStream = await docker.importImage(Readable.from([emptyTar()]), { repo: RUN, tag: "1" });
  for await (const _chunk of answer);
  return (await docker.getImage(`${RUN}:1`).inspect()).Id;
}

/** Two blocks of zeros end an archive. */
function emptyTar(): Buffer {
  return Buffer.alloc(1024);
}

function configOf(imageId: string, name: string, more: Partial<CanonicalService>): ContainerConfig {
  const desired = desiredOf(specOf({ web: service("a", { command: ["x"], ...more }) }, ["data"]));
  const config = containerConfig(desired, desired.services[0]!, name, {
    device: "daonet1x",
    macKey: new Uint8Array(32),
    defaultMemory: 64 * 1024 * 1024,
    networkName: () => "bridge",
    volumeName: (key) => `${RUN}_${key}`,
    imageId,
    imageVolumes: [],
    providerId: () => "",
    contentRoot: "",
    secretRoot: "",
  });
  const { firstNetwork: _none, ...rest } = config;
  return { ...rest, image: imageId };
}

const services: Record<string, Partial<CanonicalService>> = {
  "with nothing said": {},
  "with mounts of each kind": {
    volumes: [
      { type: "bind", source: "/etc/localtime", target: "/etc/localtime", read_only: true },
      { type: "tmpfs", target: "/run", size: 1024 * 1024, mode: 0o755, uid: 5, read_only: true },
      { type: "volume", source: "data", target: "/data" },
      { type: "volume", target: "/more", read_only: true },
    ],
  },
  "with everything that the baseline allows": {
    cap_add: ["CHOWN"],
    cap_drop: ["KILL"],
    read_only: true,
    user: "1000:1000",
    group_add: ["20", "3"],
    sysctls: { "net.ipv4.tcp_syncookies": "1" },
    ulimits: { nofile: { soft: 10, hard: 20 } },
    ports: [{ target: 80, protocol: "tcp" }, { target: 53, protocol: "udp", host_ip: "127.0.0.1" }],
    cpus: 5e8,
    cpu_shares: 512,
    mem_limit: 32 * 1024 * 1024,
    pids_limit: 20,
    init: true,
    dns: ["192.0.2.1"],
    extra_hosts: ["a=192.0.2.1"],
    logging: { driver: "json-file" },
  },
};
onEngine("what a real Engine made of a container is what was asked for, field by field", async (t) => {
  const docker = new Docker({ socketPath: SOCKET });
  const engine = new DockerodeEngine(SOCKET);
  const imageId = await emptyImage(docker);
  try {
    for (const [what, more] of Object.entries(services)) {
      const config = configOf(imageId, `${RUN}-web-1`, more);
      const id = await engine.createContainer(config);
      const made = await engine.inspectContainer(id);
      await engine.removeContainer(id);
      t.deepEqual(differences(config, made!.security), [], what);
      t.deepEqual(droppedLimits(config, made!.limits), [], what);
    }
  } finally {
    for (const key of ["data", "web_more"]) await engine.removeVolume(`${RUN}_${key}`);
    await docker.getImage(`${RUN}:1`).remove();
  }
});
