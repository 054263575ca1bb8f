import { fileURLToPath } from "node:url";
import { join } from "node:path";

/** Where the local network lives, and on which ports. Everything it makes is under one ignored folder. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
export const LOCAL = process.env["LOCAL_DIR"] || join(ROOT, ".local");
export const CHAIN_ID = "daonetes-local-1";

export const folders = {
  bin: join(ROOT, "bin"),
  pids: join(LOCAL, "pids"),
  logs: join(LOCAL, "logs"),
  config: join(LOCAL, "config"),
  agent: join(LOCAL, "agent"),
  registry: join(LOCAL, "registry"),
  node: (index: number): string => join(LOCAL, `node${index}`),
};

const portBase = Number(process.env["PORT_BASE"] || 0);

/** Ports on loopback; PORT_BASE shifts all but the application's own. */
export const ports = {
  gateway: 8080 + portBase,
  registry: 5077 + portBase,
  p2p: (index: number): number => 26656 + portBase + index * 10,
  rpc: (index: number): number => 26657 + portBase + index * 10,
  grpc: (index: number): number => 9090 + portBase + index,
  api: (index: number): number => 1317 + portBase + index,
};

/** Port of `examples/hello`. */
export const HELLO_PORT = 8082;

export const gatewayUrl = `http://127.0.0.1:${ports.gateway}`;
export const registryHost = `127.0.0.1:${ports.registry}`;
export const DOCKER_SOCKET = "/var/run/docker.sock";

/** Validators of this network: `VALIDATORS=4` for four. */
export const validators = Number(process.env["VALIDATORS"] || 1);
