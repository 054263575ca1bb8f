import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import type { ExecutionContext } from "ava";
import { DigestError } from "../compose/digests.ts";
import { createDigestResolver } from "./digest-resolver.ts";
import { readDockerLogins } from "./docker-config.ts";
import { engineDigests, EngineUnreachableError } from "./engine-digests.ts";
import { RegistryDigests } from "./registry-digests.ts";
import { RegistryError } from "./registry-error.ts";

const DIGEST = `sha256:${"d".repeat(64)}`;

async function listen(t: ExecutionContext, listener: RequestListener, path?: string): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) =>
    path === undefined ? server.listen(0, "127.0.0.1", resolve) : server.listen(path, resolve),
  );
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return path ?? `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("a registry on loopback is asked by HEAD, without encryption", async (t) => {
  const seen: IncomingMessage[] = [];
  const host = await listen(t, (request, response) => {
    seen.push(request);
    response.writeHead(200, { "Docker-Content-Digest": DIGEST }).end();
  });
  t.is(await new RegistryDigests().digest(`${host}/team/app:1.2`), DIGEST);
  t.is(`${seen[0]!.method} ${seen[0]!.url}`, "HEAD /v2/team/app/manifests/1.2");
  t.true(seen[0]!.headers.accept!.includes("application/vnd.oci.image.index.v1+json"));
});

test("a registry that wants a token gets one, with the login of its host", async (t) => {
  const requests: string[] = [];
  const host = await listen(t, (request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? "-"}`);
    if (request.url!.startsWith("/token"))
      response.writeHead(200, { "Content-Type": "application/json" }).end('{"token":"abc"}');
    else if (request.headers.authorization === "Bearer abc")
      response.writeHead(200, { "Docker-Content-Digest": DIGEST }).end();
    else
      response.writeHead(401, { "WWW-Authenticate": `Bearer realm="http://${host}/token",service="registry"` }).end();
  });
  const registry = new RegistryDigests({ logins: new Map([[host, { username: "u", password: "p:q" }]]) });
  t.is(await registry.digest(`${host}/app:1`), DIGEST);
  t.is(
    requests[1],
    `GET /token?service=registry&scope=repository%3Aapp%3Apull Basic ${Buffer.from("u:p:q").toString("base64")}`,
  );
});

test("a login is not sent to a token server elsewhere without encryption", async (t) => {
  const urls: string[] = [];
  const registry = new RegistryDigests({
    logins: new Map([["registry.example", { username: "u", password: "p" }]]),
    fetch: async (url) => {
      urls.push(new Request(url).url);
      return new Response(null, {
        status: 401,
        headers: { "WWW-Authenticate": 'Bearer realm="http://evil.example/token"' },
      });
    },
  });
  await t.throwsAsync(registry.digest("registry.example/app:1"), { instanceOf: RegistryError });
  t.deepEqual(urls, ["https://registry.example/v2/app/manifests/1"]);
});

for (const [status, reason] of [
  [404, "not-found"],
  [403, "denied"],
  [500, "unreachable"],
] as const) {
  test(`status ${status} of a registry means ${reason}`, async (t) => {
    const host = await listen(t, (_request, response) => response.writeHead(status).end());
    const error = await t.throwsAsync(new RegistryDigests().digest(`${host}/app:1`), { instanceOf: RegistryError });
    t.is(error.reason, reason);
  });
}

test("a registry that never answers is given up at the deadline", async (t) => {
  const host = await listen(t, () => undefined);
  const error = await t.throwsAsync(new RegistryDigests({ deadline: 100 }).digest(`${host}/app:1`), {
    instanceOf: RegistryError,
  });
  t.is(error.reason, "unreachable");
});

test("the Engine is asked through its socket", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "engine-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const socket = await listen(
    t,
    (request, response) => {
      if (request.url === "/distribution/docker.io/library/nginx%3A1/json")
        response.end(JSON.stringify({ Descriptor: { digest: DIGEST } }));
      else if (request.url === "/images/docker.io/library/nginx%3A1/json")
        response.end(JSON.stringify({ RepoDigests: ["other@sha256:1", `nginx@${DIGEST}`] }));
      else response.writeHead(404).end("{}");
    },
    join(folder, "engine.sock"),
  );
  const engine = engineDigests(socket);
  t.is(await engine.distributionDigest("docker.io/library/nginx:1"), DIGEST);
  t.is(await engine.localRepoDigest("docker.io/library/nginx:1"), DIGEST);
  t.is(await engine.localRepoDigest("docker.io/library/none:1"), undefined);
  await t.throwsAsync(engineDigests(join(folder, "none.sock")).localRepoDigest("a"), {
    instanceOf: EngineUnreachableError,
  });
});

const absent = async (): Promise<undefined> => undefined;
const refusing = (reason: "not-found" | "denied" | "unreachable"): Pick<RegistryDigests, "digest"> => ({
  digest: async () => {
    throw new RegistryError(reason, "no");
  },
});

test("the resolver asks Engine, then registry, then what is local", async (t) => {
  const local = `sha256:${"e".repeat(64)}`;
  const known = createDigestResolver({
    engine: { distributionDigest: async () => DIGEST, localRepoDigest: absent },
    registry: refusing("denied"),
  });
  t.is(await known.resolve("docker.io/library/a:1"), DIGEST);
  const registry = createDigestResolver({
    engine: { distributionDigest: absent, localRepoDigest: async () => local },
    registry: { digest: async () => DIGEST },
  });
  t.is(await registry.resolve("docker.io/library/a:1"), DIGEST);
  const last = createDigestResolver({
    engine: { distributionDigest: absent, localRepoDigest: async () => local },
    registry: refusing("unreachable"),
  });
  t.is(await last.resolve("docker.io/library/a:1"), local);
  const away = createDigestResolver({
    engine: {
      distributionDigest: async () => {
        throw new EngineUnreachableError("away");
      },
      localRepoDigest: async () => {
        throw new EngineUnreachableError("away");
      },
    },
    registry: { digest: async () => DIGEST },
  });
  t.is(await away.resolve("docker.io/library/a:1"), DIGEST);
});

test("offline, only what the Engine holds counts", async (t) => {
  const registry = { digest: async (): Promise<string> => t.fail() };
  const held = createDigestResolver({
    offline: true,
    registry,
    engine: { distributionDigest: absent, localRepoDigest: async () => DIGEST },
  });
  t.is(await held.resolve("docker.io/library/a:1"), DIGEST);
  const none = createDigestResolver({ offline: true, registry });
  await t.throwsAsync(none.resolve("docker.io/library/a:1"), { instanceOf: DigestError, code: "DAO2204" });
});

for (const [reason, code] of [
  ["not-found", "DAO2203"],
  ["denied", "DAO2205"],
  ["unreachable", "DAO2204"],
] as const) {
  test(`a registry that says ${reason} becomes ${code}`, async (t) => {
    const resolver = createDigestResolver({ registry: refusing(reason) });
    await t.throwsAsync(resolver.resolve("docker.io/library/a:1"), { instanceOf: DigestError, code });
  });
}

test("logins come from the Docker configuration", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "docker-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const path = join(folder, "config.json");
  await writeFile(
    path,
    JSON.stringify({
      auths: {
        "https://index.docker.io/v1/": { auth: Buffer.from("u:p").toString("base64") },
        "r.example:5000": { auth: Buffer.from("a:b:c").toString("base64") },
        empty: {},
      },
    }),
  );
  t.deepEqual(
    [...(await readDockerLogins(path))],
    [
      ["docker.io", { username: "u", password: "p" }],
      ["r.example:5000", { username: "a", password: "b:c" }],
    ],
  );
  t.is((await readDockerLogins(join(folder, "none.json"))).size, 0);
});
