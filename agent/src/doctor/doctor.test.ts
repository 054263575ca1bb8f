import { createHash } from "node:crypto";
import { chmod, mkdtemp, realpath, rm } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { emptyState, StateFolder } from "../state/agent-state.ts";
import { loadOrCreateDeviceKey } from "../state/device-key.ts";
import { doctor } from "./doctor.ts";
import { type Finding, findingsText } from "./findings.ts";

const GENESIS = Buffer.from("{}");

interface World {
  apiVersion: string;
  architecture: string;
  warnings: string[];
  /** Seconds by which the gateway's clock differs. */
  gatewayClock: number;
  chainId: string;
  blockAge: number;
}

const WELL: World = { apiVersion: "1.43", architecture: process.arch === "x64" ? "amd64" : process.arch, warnings: [], gatewayClock: 0, chainId: "lab-1", blockAge: 5 };

/** A device of the network lab-1, with an Engine and a gateway that answer as the world is. */
async function examine(t: ExecutionContext, changes: Partial<World> = {}, prepare?: (folder: StateFolder) => Promise<void>): Promise<Map<string, Finding>> {
  const world = { ...WELL, ...changes };
  const path = await realpath(await mkdtemp(join(tmpdir(), "daonetes-doctor-")));
  const engine = serve(t, (request, response) => {
    const answer = request.url?.includes("/version")
      ? { Version: "24.0.0", ApiVersion: world.apiVersion, Os: "linux", Arch: world.architecture }
      : { ID: "E", MemTotal: 1, NCPU: 1, DockerRootDir: path, CgroupVersion: "2", Warnings: world.warnings };
    response.end(JSON.stringify(answer));
  });
  const socket = join(path, "docker.sock");
  await new Promise<void>((resolve) => void engine.listen(socket, resolve));
  const gateway = serve(t, (request, response) => {
    response.setHeader("date", new Date(Date.now() + world.gatewayClock * 1000).toUTCString());
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8")));
    request.on("end", () => {
      if (body === "") return response.end("ok");
      const { method, id } = JSON.parse(body) as { method: string; id: number };
      const status = {
        node_info: { network: world.chainId },
        sync_info: { latest_block_height: "812", latest_block_time: new Date(Date.now() - world.blockAge * 1000).toISOString(), latest_block_hash: "AB", catching_up: false },
      };
      return response.end(JSON.stringify({ jsonrpc: "2.0", id, result: method === "status" ? status : { chunk: "0", total: "1", data: GENESIS.toString("base64") } }));
    });
  });
  await new Promise<void>((resolve) => void gateway.listen(0, "127.0.0.1", resolve));
  const folder = new StateFolder(join(path, "state"));
  await loadOrCreateDeviceKey(folder.keyFile);
  const membership = { gateway: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`, chainId: "lab-1", genesisHash: createHash("sha256").update(GENESIS).digest("hex"), groupId: "1" };
  await folder.write({ ...emptyState(), membership });
  await prepare?.(folder);
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return new Map((await doctor(folder.path, socket, join(path, "grants.json"))).map((finding) => [finding.check, finding]));
}

function serve(t: ExecutionContext, listener: RequestListener): Server {
  const server = createServer(listener);
  t.teardown(() => {
    server.close().closeAllConnections();
  });
  return server;
}

test("a device that is well has a line for each check, and nothing fails", async (t) => {
  const found = await examine(t);
  const names = ["socket", "Docker Engine", "cgroup", "architecture", "disk", "libc", "service", "device key", "grants", "gateway", "genesis", "clock", "blocks", "ports"];
  t.deepEqual([...found.keys()], names);
  t.deepEqual([...found.values()].filter(({ result }) => result === "fail"), []);
  t.regex(findingsText([...found.values()]), /^✔ socket {9}\S+docker\.sock$/m);
});

const troubles: Record<string, [check: string, result: Finding["result"], detail: RegExp, world: Partial<World>]> = {
  "an Engine that is too old": ["Docker Engine", "fail", /API 1\.40\) is too old/, { apiVersion: "1.40" }],
  "limits that the kernel does not know": ["cgroup", "warn", /No swap limit support/, { warnings: ["WARNING: No swap limit support", "WARNING: bridge-nf-call-iptables is disabled"] }],
  "an Engine of another architecture": ["architecture", "warn", /linux\/mips/, { architecture: "mips" }],
  "a clock that is behind": ["clock", "warn", /^3(?:59|6)\d+ s behind/, { gatewayClock: 3600 }],
  "a clock that is ahead": ["clock", "warn", /^3(?:59|6)\d+ s ahead/, { gatewayClock: -3600 }],
  "a chain that stands still": ["blocks", "warn", /^the newest is 6\d\d s old/, { blockAge: 600 }],
  "another network behind the gateway": ["gateway", "fail", /serves other-1, this device belongs to lab-1/, { chainId: "other-1" }],
};
for (const [title, [check, result, detail, world]] of Object.entries(troubles)) {
  test(`${title} is a finding of "${check}", with a way out`, async (t) => {
    const finding = (await examine(t, world)).get(check);
    t.is(finding?.result, result);
    t.regex(finding?.detail ?? "", detail);
    t.truthy(finding?.fix);
  });
}

test("a key that others can read, another genesis, and ports that are taken are found", async (t) => {
  const found = await examine(t, {}, async (folder) => {
    await chmod(folder.keyFile, 0o644);
    const state = await folder.read();
    await folder.write({ ...state, membership: { ...state.membership!, genesisHash: "00" } });
    await folder.writeStatus({ deployments: [{ deployment: "web", reason: "PortInUse", text: "in use on this device: tcp/80" }] } as never);
  });
  t.is(found.get("device key")?.result, "fail");
  t.regex(found.get("device key")?.detail ?? "", /device\.key is not safe: its mode is 0644$/);
  t.like(found.get("genesis"), { result: "fail", detail: "differs from the one this device joined" });
  t.like(found.get("ports"), { result: "warn", detail: "web: in use on this device: tcp/80" });
});

test("no Engine and no membership: what can be checked is checked", async (t) => {
  const path = await mkdtemp(join(tmpdir(), "daonetes-doctor-"));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  const found = new Map((await doctor(join(path, "state"), join(path, "none.sock"), join(path, "grants.json"))).map(({ check, result }) => [check, result]));
  t.like(Object.fromEntries(found), { socket: "fail", "Docker Engine": "fail", "device key": "fail", libc: "ok", ports: "ok" });
  t.false(found.has("gateway"));
});
