import Type from "typebox";

/**
 * What `chain.json` and `assetlist.json` of the Cosmos chain registry may hold, written from the facts of its schemas
 * (draft-07 of 2024 and later): names, kinds, patterns and limits of the fields that we use, and no other fields.
 */
const Name = Type.String({ minLength: 1 });
const strict = { additionalProperties: false };
const Price = Type.Number({ minimum: 0 });

const endpoints = (name: string) => Type.Array(Type.Object({ address: Type.String({ pattern: `^https?://[^/]+/chain/${name}$` }) }, strict), { minItems: 1 });

export const ChainJson = Type.Object(
  {
    $schema: Type.String({ pattern: "^(\\.\\./)+chain\\.schema\\.json$" }),
    chain_name: Type.String({ pattern: "^[a-z0-9]+$" }),
    chain_type: Type.Literal("cosmos"),
    chain_id: Name,
    pretty_name: Name,
    status: Type.Enum(["live", "upcoming", "killed"]),
    network_type: Type.Enum(["mainnet", "testnet", "devnet"]),
    bech32_prefix: Name,
    daemon_name: Name,
    node_home: Name,
    key_algos: Type.Array(Type.Enum(["secp256k1", "ethsecp256k1", "ed25519", "sr25519", "bn254"]), { uniqueItems: true }),
    slip44: Type.Number(),
    fees: Type.Object(
      {
        fee_tokens: Type.Array(
          Type.Object({ denom: Name, fixed_min_gas_price: Price, low_gas_price: Price, average_gas_price: Price, high_gas_price: Price }, strict),
        ),
      },
      strict,
    ),
    codebase: Type.Object(
      {
        language: Type.Object({ type: Type.Enum(["go", "rust", "solidity", "other"]) }, strict),
        sdk: Type.Object({ type: Type.Enum(["cosmos", "penumbra", "other"]) }, strict),
        consensus: Type.Object({ type: Type.Enum(["tendermint", "cometbft", "sei-tendermint"]) }, strict),
      },
      strict,
    ),
    apis: Type.Object({ rpc: endpoints("rpc"), rest: Type.Optional(endpoints("rest")) }, strict),
  },
  strict,
);

export const AssetList = Type.Object(
  {
    $schema: Type.String({ pattern: "^(\\.\\./)+assetlist\\.schema\\.json$" }),
    chain_name: Type.String({ pattern: "^[a-z0-9]+$" }),
    assets: Type.Array(
      Type.Object(
        {
          description: Name,
          denom_units: Type.Array(Type.Object({ denom: Name, exponent: Type.Integer() }, strict), { minItems: 1 }),
          type_asset: Type.Literal("sdk.coin"),
          base: Name,
          name: Type.String({ minLength: 1, maxLength: 30 }),
          display: Name,
          symbol: Name,
        },
        strict,
      ),
      { minItems: 1 },
    ),
  },
  strict,
);
