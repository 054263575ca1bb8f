import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { folders, LOCAL, ports, registryHost } from "./layout.ts";
import { eventually, startProcess } from "./processes.ts";

/** Starts the registry on loopback, with its content on disk. */
export async function startRegistry(): Promise<void> {
  await mkdir(folders.registry, { recursive: true });
  const config = {
    version: 0.1,
    log: { level: "warn" },
    storage: { filesystem: { rootdirectory: folders.registry }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${ports.registry}` },
  };
  const file = join(LOCAL, "registry.json");
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config));
  await startProcess("registry", join(folders.bin, "registry"), ["serve", file], { OTEL_TRACES_EXPORTER: "none" });
  await eventually("the registry does not answer", 20_000, async () => (await fetch(`http://${registryHost}/v2/`)).ok);
}
