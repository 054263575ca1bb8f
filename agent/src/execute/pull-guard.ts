import type { ImageFacts } from "@daonetes/client/compose";
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
  /** The Engine's own, as `linux/amd64`. */
  platform: string;
  clock: Clock;
  disk: Disk;
  /** Folder where the Engine keeps images; on a disk that cannot be seen no space is guarded. */
  dataRoot: () => Promise<string>;
  /** What the registry says of an image; undefined = nobody knows. @throws EngineError if it may not be pulled */
  factsOf: (image: string, platform: string, signal: AbortSignal, login: RegistryLogin | undefined) => Promise<ImageFacts | undefined>;
  /** The group's login for a registry; undefined = it has none. */
  loginOf: (host: string, signal: AbortSignal) => Promise<RegistryLogin | undefined>;
  /** Bytes that stay free; undefined = see `defaultReserve`. */
  reserve: () => Promise<number | undefined>;
}

/** Free space of the Engine's disk, and how much of it images may not take. */
interface Room {
  root: string;
  free: number;
  kept: number;
}

/** A fast disk takes 100 MB in this time. */
const WATCH_MS = 100;
const MIN_RESERVE = 256 * 1024 ** 2;
const MAX_RESERVE = 2 * 1024 ** 3;
/** An Engine stacks no more. */
const MAX_LAYERS = 127;
/** Bytes that may come beyond those of the manifest. */
const SLACK = 1024 ** 2;
const WAY_OUT = "free space on the device, or lower disk_reserve in its grants.json";

/** A twentieth of the disk, at least 256 MiB, at most 2 GiB. */
export function defaultReserve(diskBytes: number): number {
  return Math.min(MAX_RESERVE, Math.max(MIN_RESERVE, Math.floor(diskBytes / 20)));
}

/**
 * Pulls images. What the registry says of one is judged first; while it comes, more than was said ends the pull, and so
 * does a disk whose reserve is touched: layers may unpack to any size.
 */
export class PullGuard {
  readonly #parts: PullGuardParts;

  constructor(parts: PullGuardParts) {
    this.#parts = parts;
  }

  /** @throws EngineError, of kind "disk_full" where the image does not fit */
  async pull(pull: Pull): Promise<void> {
    const { image, signal } = pull;
    // In memory for this pull only.
    const login = await this.#parts.loginOf(image.slice(0, image.indexOf("/")), signal);
    const room = await this.#room();
    if (room !== undefined && room.free < room.kept) {
      throw full(`${megabytes(room.free)} are free at ${room.root}, ${megabytes(room.kept)} stay free: nothing is pulled; ${WAY_OUT}`);
    }
    const facts = await this.#facts(pull, login);
    if (facts !== undefined) judge(pull, facts, pull.platform ?? this.#parts.platform, room);
    await this.#watched(pull, login, facts, room);
  }

  async #room(): Promise<Room | undefined> {
    const { disk, dataRoot, reserve } = this.#parts;
    const root = await dataRoot();
    const space = await disk.space(root);
    return space && { root, free: space.free, kept: (await reserve()) ?? defaultReserve(space.size) };
  }

  /** A registry that does not speak to the agent may well speak to the Engine. */
  async #facts({ image, platform, signal }: Pull, login: RegistryLogin | undefined): Promise<ImageFacts | undefined> {
    try {
      return await this.#parts.factsOf(image, platform ?? this.#parts.platform, signal, login);
    } catch (error) {
      if (error instanceof EngineError) throw error;
      return undefined;
    }
  }

  async #watched({ image, platform, signal, onProgress }: Pull, login: RegistryLogin | undefined, facts: ImageFacts | undefined, room: Room | undefined): Promise<void> {
    const { engine } = this.#parts;
    const ended = new AbortController();
    const stopped = new AbortController();
    const watching = room === undefined ? undefined : this.#watch(image, room, stopped, ended.signal);
    try {
      await engine.pullImage(image, {
        platform,
        login,
        signal: AbortSignal.any([signal, stopped.signal]),
        onProgress: (progress) => {
          if (facts !== undefined && progress.done > facts.bytes + SLACK) {
            stopped.abort(new EngineError("digest_mismatch", `${nameOf(image)} sends more than the ${megabytes(facts.bytes)} that its manifest says: the pull was ended; do not trust its registry`));
          }
          onProgress(progress);
        },
      });
    } catch (error) {
      stopped.signal.throwIfAborted();
      throw error;
    } finally {
      ended.abort();
      await watching;
    }
  }

  async #watch(image: string, { root, kept }: Room, stopped: AbortController, ended: AbortSignal): Promise<void> {
    const { clock, disk } = this.#parts;
    while (!ended.aborted) {
      await clock.sleep(WATCH_MS, ended);
      const now = await disk.space(root);
      if (!ended.aborted && now !== undefined && now.free < kept) {
        stopped.abort(full(`the pull of ${nameOf(image)} was ended: less than ${megabytes(kept)} were left free at ${root}; ${WAY_OUT}`));
      }
    }
  }
}

/** @throws EngineError if an image of which this is said is not to be pulled here */
function judge({ image }: Pull, { layers, bytes, platform }: ImageFacts, wanted: string, room: Room | undefined): void {
  const name = nameOf(image);
  const plain = wanted.split("/").slice(0, 2).join("/");
  if (platform !== undefined && platform !== plain) throw new EngineError("platform_mismatch", `${name} is for ${platform}, wanted is ${plain}; publish it for that platform too`);
  if (layers > MAX_LAYERS) throw new EngineError("image_invalid", `${name} has ${layers} layers, an Engine takes ${MAX_LAYERS}; build it with fewer`);
  if (room !== undefined && bytes > room.free - room.kept) {
    throw full(`${name} has ${megabytes(bytes)} compressed, and ${megabytes(room.free - room.kept)} are free at ${room.root} beside the ${megabytes(room.kept)} that stay free; ${WAY_OUT}`);
  }
}

function full(text: string): EngineError {
  return new EngineError("disk_full", text);
}

function nameOf(image: string): string {
  return `the image ${image.slice(0, image.indexOf("@"))}`;
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
