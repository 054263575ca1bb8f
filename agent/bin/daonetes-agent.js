#!/usr/bin/env node
// `up` runs for months and waits most of the time: it gives up peak speed for a small heap. The process is replaced,
// not doubled; where Node cannot do that, it runs with the defaults.
const SMALL = ["--max-semi-space-size=1", "--max-old-space-size=96", "--lite-mode", "--optimize-for-size", "--v8-pool-size=0"];
if (process.argv[2] !== undefined && process.argv.includes("up") && process.execArgv.length === 0 && process.execve !== undefined) {
  const [node, script, ...args] = process.argv;
  process.execve(node, [node, ...SMALL, script, ...args], { MALLOC_ARENA_MAX: "1", ...process.env });
}
await import("../dist/main.js");
