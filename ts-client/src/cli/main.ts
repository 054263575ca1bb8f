#!/usr/bin/env node
import { text as readText } from "node:stream/consumers";
import { leaveMemoryOutOfCoreDumps } from "../device/core-dumps.ts";
import { runCli } from "./program.ts";

// Before there is a password or a key in it.
leaveMemoryOutOfCoreDumps();
// A reader that has seen enough (`| head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

let wantedCode = 0;
const code = await runCli(process.argv.slice(2), {
  environment: process.env,
  cwd: process.cwd(),
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  interactive: process.stdin.isTTY && process.stderr.isTTY,
  colors: process.stderr.isTTY && process.stderr.hasColors(),
  readStdin: () => readText(process.stdin),
  setExitCode: (exitCode) => {
    wantedCode = exitCode;
  },
});
// What was written is out, nothing else is awaited: not open connections, nor the collector's work on a heap that goes.
process.stderr.write("", () => process.stdout.write("", () => process.exit(code === 0 ? wantedCode : code)));
