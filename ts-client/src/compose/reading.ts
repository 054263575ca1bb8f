/** All that reading Compose files from the disk needs, to be loaded in one go at first use. */
export { loadCompose, type LoadOptions } from "./load.ts";
export { nodeReadFile } from "./node-files.ts";
export { nodeProjectFolder } from "./node-folder.ts";
export { projectRoot } from "./work-tree.ts";
