import { readFileSync } from "node:fs";
import test from "ava";
import { leaveMemoryOutOfCoreDumps } from "./core-dumps.ts";

test("S-01 on Linux no memory of the process goes into its core dumps", (t) => {
  t.is(leaveMemoryOutOfCoreDumps(), process.platform === "linux");
  if (process.platform === "linux") t.is(Number.parseInt(readFileSync("/proc/self/coredump_filter", "utf8"), 16), 0);
});
