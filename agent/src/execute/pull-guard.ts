import type { Clock } from "../clock.ts";
import { type Engine, EngineError, type PullProgress } from "../docker/engine.ts";
import type { RegistryLogin } from "../secrets/registry-logins.ts";
import type { Disk } from "../observed/disk.ts";

export interface Pull {
  /** `name@sha256:..`. */
  image: string;
  platform: string | undefined;
  signal: AbortSignal;
  onProgress: (progress: PullProgress) => void;
}

interface PullGuardParts {
  engine: Pick<Engine, "pullImage">;
  clock: Clock;
  disk: Disk;
  /** Folder where the Engine keeps images; on a disk that cannot be seen nothing is guarded. */
  dataRoot: () => Promise<string>;
  /** Bytes of an image as they are transferred; undefined = nobody knows. */
  sizeOf: (image: string, platform: string | undefined, signal: AbortSignal, login: RegistryLogin | undefined) => Promise<number | undefined>;
  /** The group's login for a registry; undefined = it has none. */
  loginOf: (host: string, signal: AbortSignal) => Promise<RegistryLogin | undefined>;
  /** Bytes that stay free; undefined = see `defaultReserve`. */
  reserve: () => Promise<number | undefined>;
}

const WATCH_MS = 500;
const MIN_RESERVE = 256 * 1024 ** 2;
const MAX_RESERVE = 2 * 1024 ** 3;

/** A twentieth of the disk, at least 256 MiB, at most 2 GiB. */
export function defaultReserve(diskBytes: number): number {
  return Math.min(MAX_RESERVE, Math.max(MIN_RESERVE, Math.floor(diskBytes / 20)));
}

/** Pulls images, and keeps a part of the disk free: by what the image weighs, then by a watch while it comes. */
export class PullGuard {
  readonly #parts: PullGuardParts;

  constructor(parts: PullGuardParts) {
    this.#parts = parts;
  }

  /** @throws EngineError, of kind "disk_full" where the image does not fit */
  async pull({ image, platform, signal, onProgress }: Pull): Promise<void> {
    const { engine, disk, dataRoot, sizeOf, loginOf, reserve } = this.#parts;
    // In memory for this pull only.
    const login = await loginOf(image.slice(0, image.indexOf("/")), signal);
    const root = await dataRoot();
    const space = await disk.space(root);
    if (space === undefined) {
      await engine.pullImage(image, { platform, signal, onProgress, login });
      return;
    }
    const kept = (await reserve()) ?? defaultReserve(space.size);
    if (space.free < kept) throw full(`${megabytes(space.free)} are free at ${root}, ${megabytes(kept)} stay free: nothing is pulled`);
    const size = await sizeOf(image, platform, signal, login).catch(() => undefined);
    if (size !== undefined && size > space.free - kept) {
      throw full(`the image has ${megabytes(size)} compressed, and ${megabytes(space.free - kept)} are free at ${root} beside the ${megabytes(kept)} that stay free`);
    }
    await this.#watched({ image, platform, signal, onProgress }, login, root, kept);
  }

  async #watched({ image, platform, signal, onProgress }: Pull, login: RegistryLogin | undefined, root: string, kept: number): Promise<void> {
    const { engine, clock, disk } = this.#parts;
    const ended = new AbortController();
    const tooFull = new AbortController();
    const watch = async (): Promise<void> => {
      while (!ended.signal.aborted) {
        await clock.sleep(WATCH_MS, ended.signal);
        const now = await disk.space(root);
        if (!ended.signal.aborted && now !== undefined && now.free < kept) tooFull.abort();
      }
    };
    const watching = watch();
    try {
      await engine.pullImage(image, { platform, signal: AbortSignal.any([signal, tooFull.signal]), onProgress, login });
    } catch (error) {
      if (tooFull.signal.aborted) throw full(`the pull was ended: less than ${megabytes(kept)} were left free at ${root}`, error);
      throw error;
    } finally {
      ended.abort();
      await watching;
    }
  }
}

function full(text: string, cause?: unknown): EngineError {
  return new EngineError("disk_full", text, cause);
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
