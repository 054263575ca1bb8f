import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

export interface RegistryLogin {
  username: string;
  password: string;
}

/** Logins of `~/.docker/config.json` (`auths`), by registry host. A missing file means none; helpers are not asked. */
export async function readDockerLogins(
  path: string = join(process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker"), "config.json"),
): Promise<Map<string, RegistryLogin>> {
  const logins = new Map<string, RegistryLogin>();
  let auths: unknown;
  try {
    auths = (JSON.parse(await readFile(path, "utf8")) as { auths?: unknown }).auths;
  } catch {
    return logins;
  }
  if (typeof auths !== "object" || auths === null) return logins;
  for (const [key, entry] of Object.entries(auths as Record<string, { auth?: unknown }>)) {
    if (typeof entry?.auth !== "string") continue;
    const text = Buffer.from(entry.auth, "base64").toString("utf8");
    const colon = text.indexOf(":");
    if (colon > 0)
      logins.set(hostOf(key), { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, "") });
  }
  return logins;
}

function hostOf(key: string): string {
  const host = key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  return host === "index.docker.io" || host === "registry-1.docker.io" ? "docker.io" : host;
}
