/** `make clean`: removes all that the local network made, and only that. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { DOCKER_SOCKET, LOCAL, registryHost } from "./layout.ts";
import { localDevice } from "./local-device.ts";
import { runProgram } from "./processes.ts";

await import("./down.ts");
const device = await localDevice();
let removed = 0;
if (device !== undefined) {
  const docker = new Docker({ socketPath: DOCKER_SOCKET });
  const filters = { label: [`dev.daonetes.device=${device}`] };
  for (const { Id } of await docker.listContainers({ all: true, filters })) {
    await docker.getContainer(Id).remove({ force: true, v: true });
    removed++;
  }
  for (const { Id } of await docker.listNetworks({ filters })) await docker.getNetwork(Id).remove();
  for (const { Name } of (await docker.listVolumes({ filters })).Volumes) await docker.getVolume(Name).remove();
  await docker.getImage(`${registryHost}/hello:1`).remove().catch((error: unknown) => {
    const status = (error as { statusCode?: number }).statusCode;
    if (status !== 404 && status !== 409) throw error;
  });
}
if (device !== undefined) await removeSecrets(device);
await rm(LOCAL, { recursive: true, force: true });
process.stdout.write(`✔ removed ${LOCAL}${removed > 0 ? ` and ${removed} containers with their networks and volumes` : ""}\n`);

/** Opened secrets lie on a tmpfs of the device's own. */
async function removeSecrets(address: string): Promise<void> {
  const folder = join(process.env["DAONETES_AGENT_RUN"] || "/run/daonetes", address);
  if (!existsSync(folder)) return;
  // A folder that is no mount is removed as it is.
  await runProgram("umount", [folder]).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
}
