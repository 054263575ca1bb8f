const moving = process.stderr.isTTY;

/** Runs a step and shows what runs and for how long; the line of a step appears when what it names exists. */
export async function step(name: string, what: string, run: (say: (what: string) => void) => Promise<string>): Promise<void> {
  const began = performance.now();
  let now = what;
  const seconds = (): number => Math.round((performance.now() - began) / 1000);
  let told = 0;
  const timer = setInterval(
    () => {
      if (moving) process.stderr.write(`\r\x1b[2K⠧ ${name.padEnd(8)} ${now}   ${seconds()} s`);
      else if (seconds() - told >= 30) {
        told = seconds();
        process.stderr.write(`… ${name.padEnd(8)} ${now}   ${told} s\n`);
      }
    },
    moving ? 200 : 1_000,
  );
  try {
    const done = await run((text) => {
      now = text;
    });
    clear();
    process.stdout.write(`✔ ${name.padEnd(8)} ${done}\n`);
  } catch (error) {
    clear();
    throw error;
  } finally {
    clearInterval(timer);
  }
}

function clear(): void {
  if (moving) process.stderr.write("\r\x1b[2K");
}

/** Something that the person has to mend: one line with the fix. */
export class SetupError extends Error {
  readonly fix: string;
  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}
