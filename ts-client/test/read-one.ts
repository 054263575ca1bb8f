/** Reads one Compose file in a process of its own and prints what that took: `{mib, ms, codes}`. */
import { dirname } from "node:path";
import { cpuTime } from "./cpu-time.ts";
import { loadCompose, nodeReadFile } from "../src/compose/index.ts";

const file = process.argv[2] ?? "";
const options = { projectDirectory: dirname(file), projectName: "case", environment: {}, readFile: await nodeReadFile(dirname(file)) };
// What every reading needs is loaded before the clock starts.
await loadCompose({ ...options, files: [{ path: "calm.yaml", text: "services: {web: {image: a}}\n" }] });
const started = cpuTime();
const result = await loadCompose({ ...options, files: [{ path: file }] });
const ms = cpuTime() - started;
const codes = result.ok ? [] : result.diagnostics.map(({ code }) => code);
console.log(JSON.stringify({ mib: process.resourceUsage().maxRSS / 1024, ms, codes }));
