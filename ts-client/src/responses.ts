import { DaonetesError } from "./errors.ts";
import type { TxDone } from "./tx-outcome.ts";

/**
 * Decodes the response of one message of an executed transaction.
 * @param index position of the message
 * @throws DaonetesError DAO5021 when the transaction carries another response there
 */
export function responseOf<T>(done: TxDone, index: number, typeUrl: string, codec: { decode(bytes: Uint8Array): T }): T {
  const response = done.responses[index];
  if (response?.typeUrl !== typeUrl) {
    throw new DaonetesError({
      code: "DAO5021",
      kind: "failed",
      message: `transaction ${done.hash} carries ${response?.typeUrl ?? "no response"} where ${typeUrl} was expected`,
    });
  }
  return codec.decode(response.value);
}
