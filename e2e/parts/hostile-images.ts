import { gzipSync } from "node:zlib";
import { REGISTRY } from "./hello-app.ts";
import { type Entry, tarOf } from "./hostile-layers.ts";
import { digestOf, type HostileRegistry } from "./hostile-registry.ts";

/** Architecture of this computer, as images call it, and another. */
export const [HERE, ELSEWHERE] = process.arch === "arm64" ? ["arm64", "amd64"] : ["amd64", "arm64"];

const INDEX = "application/vnd.oci.image.index.v1+json";
export const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const CONFIG = "application/vnd.oci.image.config.v1+json";
const LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

export interface Layer {
  digest: string;
  /** As the manifest says it. */
  size: number;
  /** Digest of what it unpacks to, as the image says it. */
  diffId: string;
}

interface ImageOptions {
  architecture?: string | undefined;
  config?: object | undefined;
}

/** A layer of these entries, served as it is. */
export function layerOf(registry: HostileRegistry, entries: readonly Entry[]): Layer {
  const tar = tarOf(entries);
  const bytes = gzipSync(tar);
  return { digest: registry.add(bytes), size: bytes.length, diffId: digestOf(tar) };
}

/** An image of these layers. @returns digest of its manifest */
export function imageOf(registry: HostileRegistry, layers: readonly Layer[], { architecture = HERE, config = {} }: ImageOptions = {}): string {
  const bytes = Buffer.from(JSON.stringify({ architecture, os: "linux", config, rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) } }));
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: { mediaType: CONFIG, digest: registry.add(bytes), size: bytes.length },
    layers: layers.map(({ digest, size }) => ({ mediaType: LAYER, digest, size })),
  };
  return registry.add(Buffer.from(JSON.stringify(manifest)), MANIFEST);
}

/** An index that says this architecture of a manifest. @returns its digest */
export function indexOf(registry: HostileRegistry, manifest: string, architecture: string | undefined): string {
  const entry = { mediaType: MANIFEST, digest: manifest, size: registry.sends(manifest)?.length ?? 0, platform: { os: "linux", architecture } };
  return registry.add(Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [entry] })), INDEX);
}

/** Layers and configuration of hello, taken over from the network's own registry. */
export async function helloFor(registry: HostileRegistry): Promise<{ layers: Layer[]; config: object }> {
  const read = async (path: string): Promise<Buffer> => {
    const answer = await fetch(`http://${REGISTRY}/v2/hello/${path}`, { headers: { Accept: `${MANIFEST}, application/vnd.docker.distribution.manifest.v2+json` } });
    return Buffer.from(await answer.arrayBuffer());
  };
  const manifest = JSON.parse((await read("manifests/1")).toString()) as { config: { digest: string }; layers: { digest: string; size: number }[] };
  const image = JSON.parse((await read(`blobs/${manifest.config.digest}`)).toString()) as { config: object; rootfs: { diff_ids: string[] } };
  for (const { digest } of manifest.layers) registry.add(await read(`blobs/${digest}`));
  return { config: image.config, layers: manifest.layers.map(({ digest, size }, index) => ({ digest, size, diffId: image.rootfs.diff_ids[index] as string })) };
}
