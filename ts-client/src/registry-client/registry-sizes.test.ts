import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type ExecutionContext } from "ava";
import { RegistryError } from "./registry-error.ts";
import { RegistrySizes } from "./registry-sizes.ts";

const INDEX = `sha256:${"ab".repeat(32)}`;
const PLAIN = `sha256:${"cd".repeat(32)}`;

async function serve(t: ExecutionContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.teardown(() => { server.close().closeAllConnections(); });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const layersOf = (...sizes: number[]): string => JSON.stringify({ schemaVersion: 2, layers: sizes.map((size) => ({ size, digest: PLAIN })) });
const entryOf = (digest: string, architecture: string, variant?: string): object => ({ digest, platform: { os: "linux", architecture, variant } });

test("the size of an image is that of its layers, of the platform that is meant", async (t) => {
  const asked: (string | undefined)[] = [];
  const host = await serve(t, (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const reference = request.url?.split("/").at(-1);
    if (reference === INDEX) response.end(JSON.stringify({ manifests: [entryOf("sha256:amd", "amd64"), entryOf("sha256:v6", "arm", "v6"), entryOf("sha256:v7", "arm", "v7")] }));
    else if (reference === PLAIN) response.end(layersOf(5, 6));
    else response.end(layersOf(reference === "sha256:v7" ? 70 : 10, 1));
  });
  const sizes = new RegistrySizes();
  t.is(await sizes.compressed(`${host}/team/hello@${INDEX}`, "linux/amd64"), 11);
  t.is(await sizes.compressed(`${host}/team/hello@${INDEX}`, "linux/arm/v7"), 71);
  t.is(await sizes.compressed(`${host}/team/hello@${INDEX}`, "linux/riscv64"), undefined);
  t.is(await sizes.compressed(`${host}/team/hello@${PLAIN}`, "linux/amd64"), 11);
  t.is(asked[0], `GET /v2/team/hello/manifests/${INDEX}`);
});

for (const [what, body] of Object.entries({ "cut off": "[", "no manifest": "{}", "5 MiB long": "x".repeat(5 * 1024 * 1024) })) {
  test(`P-34 a manifest that is ${what} is an error`, async (t) => {
    const host = await serve(t, (_request, response) => { response.end(body); });
    const error = await t.throwsAsync(new RegistrySizes().compressed(`${host}/hello@${PLAIN}`, "linux/amd64"), { instanceOf: RegistryError });
    t.is(error.reason, "unreachable");
  });
}
