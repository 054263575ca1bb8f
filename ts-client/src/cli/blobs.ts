import { type DaonetesClient, isNotFound, workloadMessages } from "../index.ts";
import type { PreparedSpec } from "./compose-input.ts";
import type { Sender } from "./sender.ts";

/** Bytes of content in one transaction: it may have 64 KiB with everything around them. */
const MOST_BYTES = 56 * 1024;
/** Messages in one transaction: their gas has to fit into a block. */
const MOST_BLOBS = 16;

/** Files and configs of a spec that the chain does not have yet. */
export async function missingBlobs(client: DaonetesClient, groupId: bigint, { blobs }: PreparedSpec): Promise<Uint8Array[]> {
  const there = await Promise.all(
    [...blobs.keys()].map((hash) =>
      client.workload.blob(groupId, hash).then(
        () => true,
        (error: unknown) => {
          if (isNotFound(error)) return false;
          throw error;
        },
      ),
    ),
  );
  return [...blobs.values()].filter((_, index) => !there[index]);
}

/**
 * Publishes blobs ahead of the spec that refers to them, in as few transactions as they fit into.
 * @returns false if signatures for a transaction are missing, which was said: the command goes on when they are there
 */
export async function publishBlobs(sender: Sender, groupId: bigint, blobs: readonly Uint8Array[]): Promise<boolean> {
  let batch: Uint8Array[] = [];
  const send = async (): Promise<boolean> => {
    if (batch.length === 0) return true;
    const outcome = await sender.send(batch.map((content) => workloadMessages.publishBlob({ publisher: sender.address, groupId, content })));
    batch = [];
    return outcome !== undefined;
  };
  for (const blob of blobs) {
    const size = batch.reduce((sum, { length }) => sum + length, 0);
    if (batch.length === MOST_BLOBS || size + blob.length > MOST_BYTES) {
      if (!(await send())) return false;
    }
    batch.push(blob);
  }
  return send();
}
