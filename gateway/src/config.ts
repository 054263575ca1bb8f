import { envSchema } from "env-schema";
import Type, { type Static } from "typebox";

const schema = Type.Object(
  {
    /** Address to listen on. */
    LISTEN_HOST: Type.String({ default: "127.0.0.1" }),
    /** Port to listen on. */
    LISTEN_PORT: Type.Integer({ default: 8080, minimum: 0, maximum: 65535 }),
    /** CometBFT RPC of the node behind this gateway. */
    CHAIN_RPC: Type.String({ default: "http://127.0.0.1:26657" }),
    /** REST server of that node, of which wallets get some paths at /chain/rest; empty = none. */
    CHAIN_REST: Type.String({ default: "", pattern: "^(https?://[^ ]+)?$" }),
    /** File of the history; empty = in memory. It can be removed at any time and is filled anew from the chain. */
    HISTORY: Type.String({ default: "" }),
    /** Least severe level that is logged: trace, debug, info, warn, error, fatal. */
    LOG_LEVEL: Type.String({ default: "info" }),
    /** The event loop may lag this many milliseconds before requests are turned away with 503; 0 = never. */
    MAX_EVENT_LOOP_DELAY_MS: Type.Integer({ default: 1000, minimum: 0 }),
    /** Address under which people reach this gateway, for chain.json; empty = the one that a request names. */
    PUBLIC_URL: Type.String({ default: "", pattern: "^(https?://[^ ]+)?$" }),
    /** Requests per minute and address. */
    RATE_LIMIT: Type.Integer({ default: 6000, minimum: 1 }),
  },
  { additionalProperties: false },
);

export type Config = Static<typeof schema>;

const NAMES = Object.keys(schema.properties);

/** Reads the settings of this process, each prefixed `DAONETES_GATEWAY_`. An unknown one is refused. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const prefix = "DAONETES_GATEWAY_";
  const data: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(prefix) || value === undefined) continue;
    const key = name.slice(prefix.length);
    if (!NAMES.includes(key)) throw new Error(`unknown setting ${name}; known are ${NAMES.map((n) => prefix + n).join(", ")}`);
    data[key] = value;
  }
  return envSchema<Config>({ schema: schema as never, data, env: false });
}
