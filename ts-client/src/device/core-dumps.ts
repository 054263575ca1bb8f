import { writeFileSync } from "node:fs";

/** Which memory the kernel writes into a core dump of this process: bits, inherited by its children. */
const FILTER = "/proc/self/coredump_filter";

/**
 * Leaves the memory of this process out of its core dumps, whoever makes one: what is left tells where it ended, and no
 * value that it held. It works where a program is handed the dumps too, to which a limit on their size says nothing.
 * @returns false where there is no such switch: on another system than Linux
 */
export function leaveMemoryOutOfCoreDumps(): boolean {
  try {
    writeFileSync(FILTER, "0");
    return true;
  } catch {
    return false;
  }
}
