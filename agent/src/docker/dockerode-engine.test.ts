import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { DockerodeEngine } from "./dockerode-engine.ts";
import { EngineError, type EngineErrorKind, type EngineEvent, type PullProgress } from "./engine.ts";

const IMAGE = "127.0.0.1:5000/app@sha256:1";

/** An Engine's socket that answers as told. */
async function engineOf(t: ExecutionContext, listener: RequestListener, pullSilenceMs?: number): Promise<DockerodeEngine> {
  const folder = await mkdtemp(join(tmpdir(), "daonetes-engine-"));
  const path = join(folder, "docker.sock");
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  t.teardown(async () => {
    server.close().closeAllConnections();
    await rm(folder, { recursive: true });
  });
  return new DockerodeEngine(path, pullSilenceMs);
}

const lines = (...messages: object[]): string => messages.map((message) => `${JSON.stringify(message)}\r\n`).join("");
const layer = (id: string, status: string, current?: number, total?: number): object => ({ id, status, progressDetail: current === undefined ? {} : { current, total } });

function pull(engine: DockerodeEngine, more: { signal?: AbortSignal; platform?: string; seen?: PullProgress[] } = {}): Promise<void> {
  return engine.pullImage(IMAGE, { platform: more.platform, signal: more.signal ?? new AbortController().signal, onProgress: (progress) => more.seen?.push(progress) });
}

async function kindOf(t: ExecutionContext, promise: Promise<unknown>): Promise<EngineErrorKind> {
  return (await t.throwsAsync(promise, { instanceOf: EngineError })).kind;
}

test("a pull tells how far it is, and asks for the platform that is meant", async (t) => {
  let asked: IncomingMessage | undefined;
  const engine = await engineOf(t, (request, response) => {
    asked = request;
    response.end(lines(layer("a", "Downloading", 5, 10), layer("b", "Downloading", 1, 20), layer("a", "Download complete"), { status: "Status: done" }));
  });
  const seen: PullProgress[] = [];
  await pull(engine, { platform: "linux/arm64", seen });
  t.deepEqual(seen, [{ done: 5, total: 10 }, { done: 6, total: 30 }, { done: 11, total: 30 }]);
  t.true(asked?.url?.includes("platform=linux%2Farm64"), asked?.url);
});

const refusals: [string, number, EngineErrorKind][] = [
  ["manifest unknown: manifest unknown", 404, "image_not_found"],
  ["pull access denied for app, repository does not exist or may require 'docker login'", 404, "registry_auth"],
  ["no matching manifest for linux/amd64 in the manifest list entries", 404, "platform_mismatch"],
  ["Get https://registry: dial tcp: lookup registry: no such host", 500, "registry_unreachable"],
];
for (const [message, status, kind] of refusals) {
  test(`A-11 a pull that is refused with "${message}" is ${kind}`, async (t) => {
    const engine = await engineOf(t, (_request, response) => { response.writeHead(status).end(JSON.stringify({ message })); });
    t.is(await kindOf(t, pull(engine)), kind);
  });
}

const failures: [string, EngineErrorKind][] = [
  ["write /var/lib/docker/tmp/x: no space left on device", "disk_full"],
  ["filesystem layer verification failed for digest sha256:1", "digest_mismatch"],
  ["unexpected EOF", "registry_unreachable"],
  ["failed to register layer: ApplyLayer exit status 1 stdout: stderr: open /x: permission denied", "image_invalid"],
  ["failed to register layer: write /zeros: no space left on device", "disk_full"],
];
for (const [error, kind] of failures) {
  test(`A-11 a pull that fails on its way with "${error}" is ${kind}`, async (t) => {
    const engine = await engineOf(t, (_request, response) => { response.end(lines(layer("a", "Downloading", 5, 10), { error, errorDetail: { message: error } })); });
    t.is(await kindOf(t, pull(engine)), kind);
  });
}

/** Starts an answer, never ends it, and tells when it was asked and when the other side hangs up. */
function hanging(first: string): { listener: RequestListener; asked: Promise<undefined>; hungUp: Promise<undefined> } {
  const asked = Promise.withResolvers<undefined>();
  const hungUp = Promise.withResolvers<undefined>();
  const listener = (_request: IncomingMessage, response: ServerResponse): void => {
    response.on("close", () => { hungUp.resolve(undefined); });
    if (first !== "") response.write(first);
    asked.resolve(undefined);
  };
  return { listener, asked: asked.promise, hungUp: hungUp.promise };
}

for (const [when, first] of Object.entries({ "before the first byte": "", "in the middle": lines(layer("a", "Downloading", 5, 10)) })) {
  test(`A-11 a pull that falls silent ${when} is given up, and the Engine is told`, async (t) => {
    t.timeout(30_000);
    const { listener, hungUp } = hanging(first);
    const engine = await engineOf(t, listener, 1_000);
    t.is(await kindOf(t, pull(engine)), "registry_unreachable");
    await hungUp;
  });

  test(`a pull that is no longer wanted ${when} ends at once, and the Engine is told`, async (t) => {
    t.timeout(30_000);
    const { listener, asked, hungUp } = hanging(first);
    const engine = await engineOf(t, listener);
    const abort = new AbortController();
    const seen: PullProgress[] = [];
    const pulling = pull(engine, { signal: abort.signal, seen });
    await asked;
    while (first !== "" && seen.length === 0) await delay(5);
    abort.abort();
    await t.throwsAsync(pulling, { instanceOf: EngineError });
    await hungUp;
  });
}

test("P-34 bytes of a layer whose end is not said count too", async (t) => {
  const engine = await engineOf(t, (_request, response) => {
    response.end(lines({ id: "a", status: "Downloading", progressDetail: { current: 7 } }, layer("b", "Downloading", 1, 20)));
  });
  const seen: PullProgress[] = [];
  await pull(engine, { seen });
  t.deepEqual(seen, [{ done: 7, total: 7 }, { done: 8, total: 27 }]);
});

test("a pull whose bytes come slowly goes on as long as they come", async (t) => {
  const engine = await engineOf(t, (_request, response) => {
    void (async () => {
      for (let current = 1; current <= 8; current++) {
        response.write(lines(layer("a", "Downloading", current, 8)));
        await delay(250);
      }
      response.end();
    })();
  }, 1_500);
  await t.notThrowsAsync(pull(engine));
});

test("events tell containers, signals, and whom a network let go", async (t) => {
  const events = [
    { Type: "container", Action: "kill", Actor: { ID: "c1", Attributes: { signal: "9" } } },
    { Type: "network", Action: "disconnect", Actor: { ID: "n1", Attributes: { container: "c2" } } },
  ];
  let asked = "";
  const engine = await engineOf(t, (request, response) => {
    asked = decodeURIComponent(request.url ?? "");
    response.end(lines(...events));
  });
  const seen: EngineEvent[] = [];
  for await (const event of engine.events(new AbortController().signal)) seen.push(event);
  t.deepEqual(seen, [{ action: "kill", containerId: "c1", signal: "9" }, { action: "disconnect", containerId: "c2", signal: "" }]);
  t.false(asked.includes("exec"), "healthchecks would flood the stream");
});

const messages: [string, EngineErrorKind][] = [
  ["driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated", "port_in_use"],
  ["listen tcp4 0.0.0.0:80: bind: address already in use", "port_in_use"],
  ["Address already in use", "subnet_clash"],
  ["Pool overlaps with other one on this address space", "subnet_clash"],
  ["could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network", "subnet_clash"],
  ["mkdir /var/lib/docker/overlay2/x: no space left on device", "disk_full"],
  ["Conflict. The container name \"/x\" is already in use by container", "name_in_use"],
  ["failed to update store for object type *libnetwork.endpoint: open : no such file or directory", "unavailable"],
  ["connection error: desc = \"transport: error while dialing: dial unix:///var/run/docker/containerd/containerd.sock\"", "unavailable"],
];
for (const [message, kind] of messages) {
  test(`"${message.slice(0, 60)}" of the Engine is ${kind}`, async (t) => {
    const engine = await engineOf(t, (_request, response) => { response.writeHead(500).end(JSON.stringify({ message })); });
    t.is(await kindOf(t, engine.startContainer("c1")), kind);
  });
}

test("no Engine at the socket is unavailable", async (t) => {
  t.is(await kindOf(t, new DockerodeEngine("/nonexistent/docker.sock").listContainers()), "unavailable");
});
