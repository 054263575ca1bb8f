import type { EncodeObject } from "@cosmjs/proto-signing";
import type { DaonetesClient } from "./client.ts";
import { DaonetesError } from "./errors.ts";
import { chainSentence } from "./chain-errors.ts";

const DIRECT = 1;

/** Makes a transaction of a body and a sequence, without signatures that verify. */
export type UnsignedTx = (bodyBytes: Uint8Array, sequence: bigint) => Uint8Array;

/**
 * What the chain would do with a transaction now, without doing it and without a signature. The signer of the messages
 * may be a council: that tells what a proposal would do.
 * @param unsigned how the transaction is made where another signer than one key signs it
 * @returns gas that it would use
 * @throws DaonetesError DAO5022 with the chain's reason when it would fail
 */
export async function simulate(client: DaonetesClient, signer: string, messages: readonly EncodeObject[], unsigned?: UnsignedTx): Promise<bigint> {
  const [{ SimulateRequest, SimulateResponse }, { AuthInfo, TxBody, TxRaw }, { createRegistry }] = await Promise.all([
    import("cosmjs-types/cosmos/tx/v1beta1/service"),
    import("cosmjs-types/cosmos/tx/v1beta1/tx"),
    import("./registry.ts"),
  ]);
  const registry = createRegistry();
  const { sequence } = await client.account(signer);
  const body = TxBody.fromPartial({ messages: messages.map((message) => ({ typeUrl: message.typeUrl, value: registry.encode(message) })) });
  const bodyBytes = TxBody.encode(body).finish();
  const authInfo = AuthInfo.fromPartial({ signerInfos: [{ modeInfo: { single: { mode: DIRECT } }, sequence }], fee: { gasLimit: 0n } });
  const txBytes =
    unsigned?.(bodyBytes, sequence) ?? TxRaw.encode({ bodyBytes, authInfoBytes: AuthInfo.encode(authInfo).finish(), signatures: [new Uint8Array()] }).finish();
  const request = SimulateRequest.encode(SimulateRequest.fromPartial({ txBytes })).finish();
  let answer: Uint8Array;
  try {
    answer = await client.transport.request("cosmos.tx.v1beta1.Service", "Simulate", request);
  } catch (error) {
    if (!(error instanceof DaonetesError) || error.raw === undefined) throw error;
    throw new DaonetesError({
      code: "DAO5022",
      kind: "failed",
      message: chainSentence(error.raw.replace(/^.*? desc = /s, "").replace(/ with gas used: '\d+'.*$/s, "")),
      raw: error.raw,
      cause: error,
    });
  }
  return SimulateResponse.decode(answer).gasInfo?.gasUsed ?? 0n;
}
