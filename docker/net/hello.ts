import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import Docker from "dockerode";
import { DOCKER_SOCKET, folders, registryHost, ROOT } from "./layout.ts";

const TIMEOUT_MS = 120_000;

/** Builds `examples/hello` as an image and pushes it to the registry on loopback, through the Engine API. @returns the image */
export async function pushHello(): Promise<string> {
  const docker = new Docker({ socketPath: DOCKER_SOCKET });
  const image = `${registryHost}/hello:1`;
  const folder = join(folders.bin, "hello");
  await copyFile(join(ROOT, "examples", "hello", "Dockerfile"), join(folder, "Dockerfile"));
  const build = await docker.buildImage({ context: folder, src: ["Dockerfile", "hello"] }, { t: image });
  await finish(docker, build);
  const push = await docker.getImage(image).push({ authconfig: {} as never, abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
  await finish(docker, push);
  return image;
}

function finish(docker: Docker, stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the Engine did not finish in time")), TIMEOUT_MS);
    docker.modem.followProgress(stream, (error: Error | null, messages: { error?: string }[]) => {
      clearTimeout(timer);
      const failed = messages.find((message) => message.error !== undefined)?.error;
      if (error !== null) reject(error);
      else if (failed !== undefined) reject(new Error(failed));
      else resolve();
    });
  });
}
