import { stat } from "node:fs/promises";

/** Which run of the Engine is at the socket: a restart of it, or of the machine, is another one. */
export class EngineIdentity {
  readonly #pidFile: string;
  readonly #bootId: string;
  readonly #process = String(Date.now());
  #breaks = 0;

  /** @param socketPath such as `/var/run/docker.sock`; the Engine's pid file is expected beside it */
  constructor(socketPath: string, bootId: string) {
    this.#pidFile = socketPath.replace(/\.sock$/, ".pid");
    this.#bootId = bootId;
  }

  /** The stream of events broke: without a pid file this has to count as a restart. */
  broken(): void {
    this.#breaks++;
  }

  /** The Engine writes its pid file when it starts. */
  async read(): Promise<string> {
    try {
      return `${this.#bootId}/${(await stat(this.#pidFile)).mtimeMs}`;
    } catch {
      return `${this.#bootId}/agent-${this.#process}/${this.#breaks}`;
    }
  }
}
