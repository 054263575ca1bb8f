import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
const MUTANT_TIMEOUT_MS = 60_000;

/** Runs the tests against mutants, one at a time. */
export class MutantRunner {
  readonly #job: string;
  #child: ChildProcess | undefined;

  /** @param job file with the instrumented sources and the tests, as worker.ts reads it */
  constructor(job: string) {
    this.#job = job;
  }

  /** Switches the mutant on in a process that goes on afterwards. @returns what failed, or undefined if the mutant lives */
  async run(mutant: string): Promise<string | undefined> {
    this.#child ??= await this.#start({});
    if (this.#child === undefined) throw new Error("the tests cannot be loaded");
    const { failure, lost } = await this.#ask(this.#child, mutant);
    if (lost) this.#child = undefined;
    return failure;
  }

  /** The same in a process in which the mutant is on from the start: code that runs at the import counts too. */
  async runAlone(mutant: string): Promise<string | undefined> {
    const child = await this.#start({ __STRYKER_ACTIVE_MUTANT__: mutant });
    if (child === undefined) return "the import";
    const { failure } = await this.#ask(child, "");
    child.kill("SIGKILL");
    return failure;
  }

  end(): void {
    this.#child?.kill("SIGKILL");
  }

  /** @returns undefined if the tests cannot be loaded */
  #start(environment: Record<string, string>): Promise<ChildProcess | undefined> {
    const child = fork(WORKER, [this.#job], {
      execArgv: ["--conditions=daonetes-source"],
      env: { ...process.env, ...environment },
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    return new Promise((resolve, reject) => {
      child.once("message", (message: { ready?: number }) => {
        resolve(message.ready === undefined ? undefined : child);
      });
      // Whoever cannot even say that the tests do not load has another trouble than the mutant.
      child.once("exit", () => {
        reject(new Error("a process ended before it had loaded the tests"));
      });
    });
  }

  async #ask(child: ChildProcess, mutant: string): Promise<{ failure: string | undefined; lost: boolean }> {
    const { promise, resolve } = Promise.withResolvers<{ failure: string | undefined; lost: boolean }>();
    const onExit = (): void => {
      resolve({ failure: "the process ended", lost: true });
    };
    const timer = setTimeout(() => child.kill("SIGKILL"), MUTANT_TIMEOUT_MS);
    child.once("exit", onExit);
    child.once("message", ({ failure }: { failure?: string }) => {
      resolve({ failure, lost: false });
    });
    child.send(mutant);
    const answer = await promise;
    clearTimeout(timer);
    child.off("exit", onExit);
    return answer;
  }
}
