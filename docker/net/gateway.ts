import { join } from "node:path";
import { gatewayUrl, LOCAL, ports, ROOT } from "./layout.ts";
import { eventually, logTail, startProcess } from "./processes.ts";

/** Starts the gateway in front of the first node and waits until it is ready. */
export async function startGateway(): Promise<void> {
  await startProcess("gateway", process.execPath, [join(ROOT, "gateway", "bin", "daonetes-gateway.js")], {
    DAONETES_GATEWAY_CHAIN_RPC: `http://127.0.0.1:${ports.rpc(0)}`,
    DAONETES_GATEWAY_CHAIN_REST: `http://127.0.0.1:${ports.api(0)}`,
    DAONETES_GATEWAY_LISTEN_PORT: String(ports.gateway),
    DAONETES_GATEWAY_HISTORY: join(LOCAL, "history.db"),
    DAONETES_GATEWAY_LISTEN_HOST: process.env["LISTEN"] || "127.0.0.1",
  });
  await eventually("the gateway is not ready", 30_000, async () => (await fetch(`${gatewayUrl}/readyz`)).ok).catch(async (error: unknown) => {
    throw new Error(`${String(error)}; its log ends with:\n${await logTail("gateway")}`, { cause: error });
  });
}
