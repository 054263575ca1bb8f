import { Manifest } from "@daonetes/client/device";
import { LightError } from "@daonetes/client/light";
import type { AgentParts } from "../agent-parts.ts";
import type { ManifestAt } from "./chain-port.ts";
import { WrongNetworkError } from "./wrong-network-error.ts";
import { CHAIN_RETRY_MS } from "./retry.ts";

/** Between two reads of the manifest without a hint: while hints come, and while they do not. */
const READ_WITH_HINTS_MS = 600_000;
const READ_WITHOUT_HINTS_MS = 15_000;
/** The same while the device is no member: the hint of its approval is the only one, and may come before it can be proven. */
const READ_UNTIL_MEMBER_MS = 60_000;

/**
 * Keeps the newest manifest that may be acted on. It is proven by the validators' signatures, the height it stands at
 * never falls, and it comes from the network that the device joined: anything else freezes it. Frozen, the last good manifest stays in force as if the chain were
 * out of reach.
 */
export class ManifestReader {
  readonly #parts: AgentParts;
  #manifest: Manifest | undefined;
  #error = "";
  #frozen = "";
  /** True once chain id and genesis were compared; any failure asks for it again. */
  #networkChecked = false;
  #minHeight = 0n;
  #due = 0;
  /** Monotonic time of the last read of the chain by this process. */
  #readAt: number | undefined;
  /** True while the stream of hints is open. */
  hintsOpen = false;

  constructor(parts: AgentParts) {
    this.#parts = parts;
    if (parts.state.manifest !== "") this.#manifest = Manifest.decode(Buffer.from(parts.state.manifest, "base64"));
  }

  /** @returns undefined while the device is no member */
  get manifest(): Manifest | undefined {
    return this.#manifest;
  }

  /** Why the chain could not be read last time; "" = it could. */
  get error(): string {
    return this.#error;
  }

  /** Why nothing that the gateway serves is acted on; "" = it is. */
  get frozen(): string {
    return this.#frozen;
  }

  /** Read again at the next pass. @param height of the block that the hint came from; 0 = unknown */
  hint(height: bigint): void {
    if (height > this.#minHeight) this.#minHeight = height;
    this.#due = 0;
  }

  /**
   * Reads the manifest if it is time to. What goes wrong is noted and tried again; what runs goes on meanwhile.
   * @param onRead called with what was read; its failure counts as one of the read
   */
  async read(signal: AbortSignal, onRead: (manifest: Manifest) => Promise<void>): Promise<void> {
    const { chain, clock, state } = this.#parts;
    const now = clock.monotonic();
    if (now < this.#due) return;
    const minHeight = this.#minHeight;
    try {
      const lastHeight = BigInt(state.height);
      // A node that lags behind the last one gets the time to catch up.
      const read = chain.readManifest(minHeight > lastHeight ? minHeight : lastHeight, signal);
      if (!this.#networkChecked) await Promise.all([read, chain.requireNetwork(signal)]);
      const { manifest, height } = await read;
      // A hint is unproven: a height that never comes must not be waited for again.
      if (this.#minHeight === minHeight) this.#minHeight = 0n;
      this.#requireProgress({ manifest, height });
      this.#networkChecked = true;
      this.#error = "";
      this.#frozen = "";
      this.#readAt = now;
      state.contactAt = String(clock.now());
      this.#due = now + this.#patienceMs(manifest);
      if (manifest === undefined) return;
      this.#manifest = manifest;
      state.height = String(height);
      state.manifest = Buffer.from(Manifest.encode(manifest).finish()).toString("base64");
      await onRead(manifest);
    } catch (error) {
      if (signal.aborted) return;
      this.#due = now + CHAIN_RETRY_MS;
      this.#networkChecked = false;
      if (error instanceof WrongNetworkError || (error instanceof LightError && error.fault !== "missing")) this.#freeze(error);
      else this.failed(error, "the chain could not be read; what runs goes on");
    }
  }

  /** @throws WrongNetworkError where the chain went back or forgot this device */
  #requireProgress({ manifest, height }: ManifestAt): void {
    const { state } = this.#parts;
    if (height < BigInt(state.height)) {
      throw new WrongNetworkError("DAO5032", `the chain is at height ${height}, below ${state.height} which this device has acted on`);
    }
    if (manifest === undefined && this.#manifest !== undefined) {
      throw new WrongNetworkError("DAO5033", `the chain at height ${height} does not know this device, which it knew at height ${state.height}`);
    }
  }

  #freeze(error: WrongNetworkError | LightError): void {
    const text = `${error.code}: ${error.message}`;
    if (this.#frozen !== text) this.#parts.logger.error({ code: error.code, help: error.help }, `FROZEN, nothing new is acted on: ${error.message}`);
    this.#frozen = text;
    this.#error = error.message;
  }

  /** Notes that something of the chain could not be had. */
  failed(error: unknown, message: string): void {
    this.#error = error instanceof Error ? error.message : String(error);
    this.#parts.logger.warn({ error: this.#error }, message);
  }

  /**
   * Milliseconds without the chain. While this process has read it, a clock that never jumps counts; after a start, the
   * wall clock against what the state file says.
   */
  silentMs(): number {
    const { clock, state } = this.#parts;
    if (this.#readAt !== undefined) return clock.monotonic() - this.#readAt;
    return state.contactAt === "0" ? 0 : Math.max(0, clock.now() - Number(state.contactAt));
  }

  #patienceMs(read: Manifest | undefined): number {
    if (!this.hintsOpen) return READ_WITHOUT_HINTS_MS;
    return read === undefined ? READ_UNTIL_MEMBER_MS : Math.min(READ_WITH_HINTS_MS, this.#shortestOfflineMs() / 3);
  }

  /** The shortest time after which a deployment is stopped without the chain; it has to be read more often than that. */
  #shortestOfflineMs(): number {
    const limits = (this.#manifest?.assignments ?? []).map(({ offlinePolicy }) => Number(offlinePolicy?.stopAfter?.seconds ?? 0n) * 1000);
    return Math.min(Number.POSITIVE_INFINITY, ...limits.filter((limit) => limit > 0));
  }
}
