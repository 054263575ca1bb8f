import { gatewayUrl, LOCAL, registryHost } from "../../docker/net/layout.ts";
import { daonetes } from "./cli.ts";

export const REGISTRY = registryHost;
export const GATEWAY = gatewayUrl;
export const LOCAL_DIR = LOCAL;

/** `examples/hello` on a port, as a Compose file. @param more lines of the service, indented by four */
export function helloOn(port: number, greeting: string, more = ""): string {
  return `services:
  web:
    image: ${REGISTRY}/hello:1
    environment:
      GREETING: ${greeting}
    ports: ["${port}:8080"]
    restart: unless-stopped
    healthcheck: {test: [CMD, /hello, -check], interval: 1s}
${more}`;
}

interface Assertions {
  is(actual: unknown, expected: unknown, text?: string): void;
}

/** Deploys a Compose file and expects it to work. */
export async function up(t: Assertions, name: string, file: string, ...args: string[]): Promise<void> {
  const answer = await daonetes(["up", "-f", "-", "-p", name, ...args], file);
  t.is(answer.exitCode, 0, answer.stdout + answer.stderr);
}

/** What hello on a port says. */
export async function greeting(port: number): Promise<string> {
  return (await (await fetch(`http://127.0.0.1:${port}/`)).text()).split(" from ")[0] ?? "";
}
