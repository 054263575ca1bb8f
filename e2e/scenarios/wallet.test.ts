import { makeSignDoc, type Pubkey, Secp256k1HdWallet, type StdSignDoc } from "@cosmjs/amino";
import { fromBase64 } from "@cosmjs/encoding";
import { encodePubkey } from "@cosmjs/proto-signing";
import { type AminoJson, bytesOfAmino, typeUrlOfAminoName } from "@daonetes/client/amino";
import test, { type ExecutionContext } from "ava";
import { AuthInfo, TxBody, TxRaw } from "cosmjs-types/cosmos/tx/v1beta1/tx";
import { eventually } from "../../docker/net/processes.ts";
import { ask as askCli, daonetes } from "../parts/cli.ts";
import { GATEWAY } from "../parts/hello-app.ts";

const GROUP = "wallets";
const LEGACY_AMINO_JSON = 127;
/** A wallet's own fee: nothing, as chain.json says. */
const FEE = { amount: [], gas: "400000" };

/** The REST endpoint that a wallet finds for this network. */
let rest = "";
let chainId = "";

/** What the REST endpoint answers to a page of another origin. */
async function ask(path: string, body?: object): Promise<{ status: number; json: unknown }> {
  const headers = { "content-type": "application/json", origin: "https://wallet.example" };
  const answer = await fetch(`${rest}${path}`, body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, json: await answer.json() };
}

/** The same, where the answer has to be of this form. */
async function expects(t: ExecutionContext, path: string, body?: object): Promise<RestAnswer> {
  const { status, json } = await ask(path, body);
  t.is(status, 200, `${path}: ${JSON.stringify(json)}`);
  return json as RestAnswer;
}

/** Parts of the answers that a wallet reads. */
interface RestAnswer {
  account: Account & { address: string };
  balances: unknown[];
  default_node_info: { network: string };
  gas_info: { gas_used: string };
  tx_response: { code: number; txhash: string; raw_log: string };
}

interface Account {
  account_number: string;
  sequence: string;
}

async function accountOf(t: ExecutionContext, address: string): Promise<Account> {
  const { account } = await expects(t, `/cosmos/auth/v1beta1/accounts/${address}`);
  t.is(account.address, address);
  return account;
}

/** The transaction for a signed document, as a page makes it of what a wallet returns. */
function txOf({ msgs, memo, fee, sequence }: StdSignDoc, pubKey: Pubkey, signature: Uint8Array): Uint8Array {
  const messages = msgs.map(({ type, value }) => {
    const typeUrl = typeUrlOfAminoName(type) ?? "";
    return { typeUrl, value: bytesOfAmino(typeUrl.slice(1), value as AminoJson) };
  });
  const body = TxBody.fromPartial({ messages, memo });
  const authInfo = AuthInfo.fromPartial({
    signerInfos: [{ publicKey: encodePubkey(pubKey), modeInfo: { single: { mode: LEGACY_AMINO_JSON } }, sequence: BigInt(sequence) }],
    fee: { amount: [...fee.amount], gasLimit: BigInt(fee.gas) },
  });
  return TxRaw.encode(TxRaw.fromPartial({ bodyBytes: TxBody.encode(body).finish(), authInfoBytes: AuthInfo.encode(authInfo).finish(), signatures: [signature] })).finish();
}

test.before(async () => {
  const chain = (await (await fetch(`${GATEWAY}/chain.json`)).json()) as { chain_id: string; apis: { rest: { address: string }[] } };
  rest = chain.apis.rest[0]?.address ?? "";
  chainId = chain.chain_id;
  await daonetes(["group", "create", GROUP, "-q"]);
  await daonetes(["group", "use", "home", "-q"]);
});

test("a wallet finds the network, reads its account, and approves with a transaction signed as amino JSON over REST", async (t) => {
  const wallet = await Secp256k1HdWallet.generate(24, { prefix: "daonet" });
  const [account] = await wallet.getAccounts();
  const address = account?.address ?? "";
  t.is((await expects(t, "/cosmos/base/tendermint/v1beta1/node_info")).default_node_info.network, chainId);

  t.is((await daonetes(["council", "create", "pair", "--member", "alice", "--member", `kim=${address}`, "--threshold", "2", "-y"])).exitCode, 0);
  const offered = await daonetes(["group", "handover", GROUP, "--to", "pair", "-y", "-o", "json"]);
  t.is(offered.exitCode, 3, offered.stderr);
  const { proposal_id, messages_hash } = JSON.parse(offered.stdout) as { proposal_id: string; messages_hash: string };

  t.deepEqual((await expects(t, `/cosmos/bank/v1beta1/balances/${address}`)).balances, [], "nothing has to be paid");
  const { account_number, sequence } = await accountOf(t, address);
  const msgs = [{ type: "daonetes/MsgApprove", value: { member: address, messages_hash, proposal_id } }];
  const doc = makeSignDoc(msgs, FEE, chainId, "", account_number, sequence);
  const unsigned = txOf(doc, { type: "tendermint/PubKeySecp256k1", value: Buffer.from(account?.pubkey ?? []).toString("base64") }, new Uint8Array(64));
  const { gas_info } = await expects(t, "/cosmos/tx/v1beta1/simulate", { tx_bytes: Buffer.from(unsigned).toString("base64") });
  t.true(Number(gas_info.gas_used) < Number(FEE.gas));

  const { signed, signature } = await wallet.signAmino(address, doc);
  const tx = Buffer.from(txOf(signed, signature.pub_key, fromBase64(signature.signature))).toString("base64");
  const { tx_response: sent } = await expects(t, "/cosmos/tx/v1beta1/txs", { tx_bytes: tx, mode: "BROADCAST_MODE_SYNC" });
  t.is(sent.code, 0, sent.raw_log);
  await eventually("the transaction is in no block", 30_000, async () => (await ask(`/cosmos/tx/v1beta1/txs/${sent.txhash}`)).status === 200);
  t.is((await expects(t, `/cosmos/tx/v1beta1/txs/${sent.txhash}`)).tx_response.code, 0);
  const { authority } = await askCli<{ authority: string }>("group", "show", GROUP);
  t.is(authority, (await askCli<{ address: string }>("council", "show", "pair")).address);
  t.is((await accountOf(t, address)).sequence, String(Number(sequence) + 1));
});

test("what a wallet does not need is not reached through it", async (t) => {
  for (const path of ["/cosmos/tx/v1beta1/txs?query=tx.height%3D1", "/daonetes/workgroup/v1/groups", "/cosmos/auth/v1beta1/accounts"]) {
    const { status, json } = await ask(path);
    t.is(status, 403, path);
    t.like(json, { code: "DAO1114" });
  }
});
