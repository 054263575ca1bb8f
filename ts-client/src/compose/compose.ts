import type { ComposeOptions, ComposeResult } from "./load-options.ts";

/**
 * Reads Compose files into a project in long form, or says all that is wrong with them. Fetches nothing: files come
 * through `readFile`, images are pinned afterwards by `pinImages`.
 */
export async function loadCompose(options: ComposeOptions): Promise<ComposeResult> {
  const { runPipeline } = await import("./load-compose.ts");
  return runPipeline(options);
}
