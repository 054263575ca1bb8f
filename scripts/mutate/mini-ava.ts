/**
 * As much of AVA as the tests of the policy use, to run them many times in one process: a mutant is switched on between
 * two runs. An assertion that is not here fails the run without mutants.
 */
import assert from "node:assert/strict";

type Run = (t: Context) => unknown;
interface Test {
  title: string;
  run: Run;
}

const tests: Test[] = [];

export class Context {
  readonly #teardowns: (() => unknown)[] = [];

  is(actual: unknown, expected: unknown): void {
    assert.ok(Object.is(actual, expected));
  }
  not(actual: unknown, expected: unknown): void {
    assert.ok(!Object.is(actual, expected));
  }
  true(actual: unknown): void {
    assert.equal(actual, true);
  }
  false(actual: unknown): void {
    assert.equal(actual, false);
  }
  deepEqual(actual: unknown, expected: unknown): void {
    assert.deepEqual(actual, expected);
  }
  like(actual: unknown, expected: object): void {
    assert.partialDeepStrictEqual(actual, expected);
    // Of a key that is asked to be undefined, the absence counts too.
    for (const [key, value] of Object.entries(expected)) if (value === undefined) assert.equal((actual as Record<string, unknown>)[key], undefined);
  }
  regex(actual: string, pattern: RegExp): void {
    assert.match(actual, pattern);
  }
  notRegex(actual: string, pattern: RegExp): void {
    assert.doesNotMatch(actual, pattern);
  }
  fail(message?: string): never {
    throw new Error(message ?? "failed");
  }
  log(): void {}
  teardown(end: () => unknown): void {
    this.#teardowns.push(end);
  }
  async end(): Promise<void> {
    for (const teardown of this.#teardowns.reverse()) await teardown();
  }
}

const test = Object.assign((title: string, run: Run) => void tests.push({ title, run }), {
  serial: (title: string, run: Run) => void tests.push({ title, run }),
  skip: () => undefined,
});
export default test;

/** Runs all tests until one fails. @returns the title of that one */
export async function firstFailure(order: readonly string[] = []): Promise<string | undefined> {
  const wanted = order.flatMap((title) => tests.find((one) => one.title === title) ?? []);
  for (const { title, run } of [...wanted, ...tests.filter((one) => !wanted.includes(one))]) {
    const t = new Context();
    try {
      await run(t);
    } catch {
      return title;
    } finally {
      await t.end();
    }
  }
  return undefined;
}

export function countTests(): number {
  return tests.length;
}
