import { createServer } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { ExecutionContext } from "ava";
import { createDigestResolver } from "./digest-resolver.ts";
import { engineDigests, EngineUnreachableError } from "./engine-digests.ts";
import { RegistryDigests } from "./registry-digests.ts";
import { RegistryError } from "./registry-error.ts";

const DIGEST = `sha256:${"ab".repeat(32)}`;
const OTHER = `sha256:${"cd".repeat(32)}`;

/** A server on loopback for one test; `host:port`. */
async function serve(t: ExecutionContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => server.close().closeAllConnections());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function socket(t: ExecutionContext, listener: RequestListener): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), "engine-")), "s");
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(path, resolve));
  t.teardown(() => server.close().closeAllConnections());
  return path;
}

test("a registry is asked by HEAD for all four kinds of manifest, over http on loopback", async (t) => {
  const seen: IncomingMessage[] = [];
  const host = await serve(t, (request, response) => {
    seen.push(request);
    response.setHeader("Docker-Content-Digest", DIGEST).end();
  });
  t.is(await new RegistryDigests().digest(`${host}/team/hello:1`), DIGEST);
  t.deepEqual([seen[0]?.method, seen[0]?.url], ["HEAD", "/v2/team/hello/manifests/1"]);
  for (const kind of ["oci.image.index", "oci.image.manifest", "manifest.list.v2", "distribution.manifest.v2"]) {
    t.true(seen[0]?.headers.accept?.includes(kind), kind);
  }
});

test("a token is fetched where the registry wants one", async (t) => {
  const host = await serve(t, (request, response) => {
    if (request.url?.startsWith("/token")) {
      t.is(new URL(request.url, "http://x").searchParams.get("scope"), "repository:hello:pull");
      return void response.setHeader("Content-Type", "application/json").end('{"token":"let-me-in"}');
    }
    if (request.headers.authorization === "Bearer let-me-in")
      return void response.setHeader("Docker-Content-Digest", DIGEST).end();
    response
      .writeHead(401, { "WWW-Authenticate": `Bearer realm="http://${request.headers.host}/token",service="test"` })
      .end();
  });
  t.is(await new RegistryDigests().digest(`${host}/hello:1`), DIGEST);
});

for (const [status, reason] of [
  [404, "not-found"],
  [403, "denied"],
  [500, "unreachable"],
] as const) {
  test(`status ${status} of a registry means ${reason}`, async (t) => {
    const host = await serve(t, (_request, response) => void response.writeHead(status).end());
    const error = await t.throwsAsync(new RegistryDigests().digest(`${host}/hello:1`), { instanceOf: RegistryError });
    t.is(error.reason, reason);
  });
}

test("a registry that never answers is given up at the deadline", async (t) => {
  const host = await serve(t, () => undefined);
  const started = performance.now();
  const error = await t.throwsAsync(new RegistryDigests({ deadline: 100 }).digest(`${host}/hello:1`), {
    instanceOf: RegistryError,
  });
  t.is(error.reason, "unreachable");
  t.true(performance.now() - started < 5_000);
});

test("the Engine's own digests count for the same repository only", async (t) => {
  const path = await socket(t, (request, response) => {
    if (!request.url?.startsWith("/images/")) return void response.writeHead(404).end("{}");
    response.end(JSON.stringify({ RepoDigests: [`other/nginx@${OTHER}`, `nginx@${DIGEST}`] }));
  });
  const engine = engineDigests(path);
  t.is(await engine.localRepoDigest("docker.io/library/nginx:1.27"), DIGEST);
  t.is(await engine.localRepoDigest("127.0.0.1:5000/nginx:1.27"), undefined);
  t.is(await engine.distributionDigest("docker.io/library/nginx:1.27"), undefined);
});

test("no Engine at the socket is told apart from no image", async (t) => {
  await t.throwsAsync(engineDigests("/nonexistent/docker.sock").localRepoDigest("docker.io/library/nginx:1"), {
    instanceOf: EngineUnreachableError,
  });
});

test("without Engine the registry is asked; without both the error says so", async (t) => {
  const host = await serve(t, (_request, response) => void response.setHeader("Docker-Content-Digest", DIGEST).end());
  const resolver = createDigestResolver({ dockerSocket: "/nonexistent/docker.sock" });
  t.is(await resolver.resolve(`${host}/hello:1`), DIGEST);
  await t.throwsAsync(resolver.resolve("127.0.0.1:1/hello:1"), { code: "DAO2204" });
});

test("a registry out of reach is made up for by what the Engine holds", async (t) => {
  const path = await socket(t, (request, response) => {
    if (!request.url?.startsWith("/images/")) return void response.writeHead(500).end();
    response.end(JSON.stringify({ RepoDigests: [`127.0.0.1:1/hello@${DIGEST}`] }));
  });
  t.is(await createDigestResolver({ dockerSocket: path }).resolve("127.0.0.1:1/hello:1"), DIGEST);
});

test("a missing image is said as such", async (t) => {
  const host = await serve(t, (_request, response) => void response.writeHead(404).end());
  await t.throwsAsync(createDigestResolver().resolve(`${host}/hello:1`), { code: "DAO2203" });
});
