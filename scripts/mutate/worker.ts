/** Runs the tests once for each mutant that it is sent; see main.ts. */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { countTests, firstFailure } from "./mini-ava.ts";

interface Job {
  /** Instrumented text by the URL of the file. */
  sources: Record<string, string>;
  tests: string[];
}

const job = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Job;
const ava = new URL("mini-ava.ts", import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) => (specifier === "ava" ? { url: ava, shortCircuit: true } : next(specifier, context)),
  load: (url, context, next) => {
    const source = job.sources[url];
    return source === undefined ? next(url, context) : { format: "module-typescript", source, shortCircuit: true };
  },
});

/** Where the instrumented code looks for the mutant that is on. */
const stryker: { activeMutant?: string; hitCount?: number; hitLimit?: number } = ((globalThis as { __stryker__?: object }).__stryker__ ??= {});
/** A loop that goes on for so many passes is one that does not end. */
const HIT_LIMIT = 1_000_000;

const send = (message: object): void => void process.send?.(message);
try {
  for (const file of job.tests) await import(file);
} catch (error) {
  // With a mutant on from the start, code that cannot even be loaded is noticed.
  send({ failure: `import: ${String(error)}` });
  process.exit(0);
}
const killers: string[] = [];
process.on("message", (mutant: string) => {
  void (async () => {
    if (mutant !== "") stryker.activeMutant = mutant;
    stryker.hitCount = 0;
    stryker.hitLimit = HIT_LIMIT;
    const failure = await firstFailure(killers);
    if (failure !== undefined && !killers.includes(failure)) killers.unshift(failure);
    send({ failure });
  })();
});
send({ ready: countTests() });
