import { createHash } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import { RegistryError } from "./registry-error.ts";
import { RegistryImages } from "./registry-images.ts";

async function serve(t: ExecutionContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => { server.close().closeAllConnections(); });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a registry holds, by digest. */
class Store {
  readonly bodies = new Map<string, string>();
  readonly asked: string[] = [];

  add(value: unknown): string {
    const body = typeof value === "string" ? value : JSON.stringify(value);
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    this.bodies.set(digest, body);
    return digest;
  }

  manifest(architecture: string, ...sizes: number[]): string {
    return this.add({ schemaVersion: 2, config: { digest: this.add({ os: "linux", architecture }) }, layers: sizes.map((size) => ({ size })) });
  }

  index(...entries: [digest: string, architecture: string, variant?: string][]): string {
    return this.add({ schemaVersion: 2, manifests: entries.map(([digest, architecture, variant]) => ({ digest, platform: { os: "linux", architecture, variant } })) });
  }

  serve(t: ExecutionContext): Promise<string> {
    return serve(t, (request, response) => {
      this.asked.push(`${request.method} ${request.url}`);
      const body = this.bodies.get(request.url?.split("/").at(-1) ?? "");
      response.writeHead(body === undefined ? 404 : 200).end(body);
    });
  }
}

test("layers, bytes and platform of an image are told, of the entry that is meant", async (t) => {
  const store = new Store();
  const plain = store.manifest("amd64", 5, 6);
  const index = store.index([plain, "amd64"], [store.manifest("arm", 10), "arm", "v6"], [store.manifest("arm", 70, 1), "arm", "v7"]);
  const host = await store.serve(t);
  const images = new RegistryImages();
  t.deepEqual(await images.facts(`${host}/team/hello@${index}`, "linux/amd64"), { layers: 2, bytes: 11, platform: "linux/amd64" });
  t.deepEqual(await images.facts(`${host}/team/hello@${index}`, "linux/arm/v7"), { layers: 2, bytes: 71, platform: "linux/arm" });
  t.is(await images.facts(`${host}/team/hello@${index}`, "linux/riscv64"), undefined);
  t.deepEqual(await images.facts(`${host}/team/hello@${plain}`, "linux/arm64"), { layers: 2, bytes: 11, platform: "linux/amd64" });
  t.is(store.asked[0], `GET /v2/team/hello/manifests/${index}`);
});

test("a registry that does not show the configuration leaves the platform open", async (t) => {
  const store = new Store();
  const host = await store.serve(t);
  const manifest = store.add({ schemaVersion: 2, config: { digest: "sha256:elsewhere" }, layers: [{ size: 3 }] });
  t.deepEqual(await new RegistryImages().facts(`${host}/hello@${manifest}`, "linux/amd64"), { layers: 1, bytes: 3, platform: undefined });
});

test("of an image in the old form nothing is told, whatever its digest", async (t) => {
  const host = await serve(t, (_request, response) => { response.end('{"schemaVersion": 1, "fsLayers": []}'); });
  t.is(await new RegistryImages().facts(`${host}/hello@sha256:${"1".repeat(64)}`, "linux/amd64"), undefined);
});

for (const [what, which] of Object.entries({ index: 0, manifest: 1, configuration: 2 })) {
  test(`P-31 another ${what} than the digest says is forged`, async (t) => {
    const store = new Store();
    const config = store.add({ os: "linux", architecture: "amd64" });
    const manifest = store.add({ schemaVersion: 2, config: { digest: config }, layers: [] });
    const index = store.index([manifest, "amd64"]);
    store.bodies.set([index, manifest, config][which] as string, '{"layers": [], "manifests": []}');
    const host = await store.serve(t);
    t.is((await t.throwsAsync(new RegistryImages().facts(`${host}/hello@${index}`, "linux/amd64"), { instanceOf: RegistryError })).reason, "forged");
  });
}

for (const [what, body] of Object.entries({ "cut off": "[", "no manifest": "{}", "5 MiB long": "x".repeat(5 * 1024 * 1024) })) {
  test(`P-34 a manifest that is ${what} is malformed`, async (t) => {
    const store = new Store();
    const digest = store.add(body);
    const host = await store.serve(t);
    t.is((await t.throwsAsync(new RegistryImages().facts(`${host}/hello@${digest}`, "linux/amd64"), { instanceOf: RegistryError })).reason, "malformed");
  });
}

test("a registry that breaks off says nothing of the image", async (t) => {
  const host = await serve(t, (_request, response) => {
    response.writeHead(200, { "Content-Length": 100 }).write("{");
    setTimeout(() => response.destroy(), 50);
  });
  t.is((await t.throwsAsync(new RegistryImages().facts(`${host}/hello@sha256:${"1".repeat(64)}`, "linux/amd64"), { instanceOf: RegistryError })).reason, "unreachable");
});
