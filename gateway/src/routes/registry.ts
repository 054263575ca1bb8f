import { ADDRESS_PREFIX, type admission, type DaonetesClient } from "@daonetes/client";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Config } from "../config.ts";

const DENOM = "udaonet";
const DISPLAY = "daonet";

/**
 * What wallets and registries of chains want to know of this network, in the form of the Cosmos chain registry:
 * `chain.json` and `assetlist.json`.
 * Of its endpoints those of this gateway are named, of which REST is there where the gateway serves it.
 */
export function registerRegistry(app: FastifyInstance, client: DaonetesClient, { PUBLIC_URL, CHAIN_REST }: Pick<Config, "PUBLIC_URL" | "CHAIN_REST">): void {
  let chainId: Promise<string> | undefined;
  const readChainId = (): Promise<string> => {
    chainId ??= client.status().then(
      (status) => status.chainId,
      (error: unknown) => {
        chainId = undefined;
        throw error;
      },
    );
    return chainId;
  };
  app.get("/chain.json", { schema: { hide: true } }, async (request) => {
    const [id, { gasPrices }] = await Promise.all([readChainId(), client.admission.params()]);
    return chainJson(id, gasPrices, originOf(request, PUBLIC_URL), CHAIN_REST !== "");
  });
  app.get("/assetlist.json", { schema: { hide: true } }, async () => assetList(await readChainId()));
}

/** @param publicUrl address under which people reach this gateway; empty: the one that the request names */
function originOf(request: FastifyRequest, publicUrl: string): string {
  return publicUrl === "" ? `${request.protocol}://${request.host}` : publicUrl.replace(/\/+$/, "");
}

function chainJson(chainId: string, gasPrices: readonly admission.GasPrice[], origin: string, rest: boolean): object {
  return {
    $schema: "../chain.schema.json",
    chain_name: chainName(chainId),
    chain_type: "cosmos",
    chain_id: chainId,
    pretty_name: `DAOnetes (${chainId})`,
    status: "live",
    network_type: /local|dev/.test(chainId) ? "devnet" : chainId.includes("test") ? "testnet" : "mainnet",
    bech32_prefix: ADDRESS_PREFIX,
    daemon_name: "daonetesd",
    node_home: "$HOME/.daonetes",
    key_algos: ["secp256k1", "ed25519"],
    slip44: 118,
    fees: { fee_tokens: gasPrices.length === 0 ? [feeToken(DENOM, 0)] : gasPrices.map(({ denom, perMillionGas }) => feeToken(denom, Number(perMillionGas) / 1_000_000)) },
    codebase: { language: { type: "go" }, sdk: { type: "cosmos" }, consensus: { type: "cometbft" } },
    apis: { rpc: [{ address: `${origin}/chain/rpc` }], ...(rest ? { rest: [{ address: `${origin}/chain/rest` }] } : {}) },
  };
}

/** @param price units for one gas; all that wallets offer is the same, as nothing goes sooner for more */
function feeToken(denom: string, price: number): object {
  return { denom, fixed_min_gas_price: price, low_gas_price: price, average_gas_price: price, high_gas_price: price };
}

function assetList(chainId: string): object {
  return {
    $schema: "../assetlist.schema.json",
    chain_name: chainName(chainId),
    assets: [
      {
        description: "Unit in which a DAOnetes network counts fees, where it takes any",
        denom_units: [{ denom: DENOM, exponent: 0 }, { denom: DISPLAY, exponent: 6 }],
        type_asset: "sdk.coin",
        base: DENOM,
        name: "DAOnet",
        display: DISPLAY,
        symbol: "DAONET",
      },
    ],
  };
}

/** Name of a chain in a registry: its id without the number of its revision, letters and digits only. */
function chainName(chainId: string): string {
  return chainId.replace(/-\d+$/, "").toLowerCase().replace(/[^a-z0-9]/g, "");
}
