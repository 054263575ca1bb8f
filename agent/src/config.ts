import { envSchema } from "env-schema";

export interface Config {
  /** Folder of keys and state. */
  STATE: string;
  /** Socket of the Docker Engine. */
  DOCKER_SOCKET: string;
  LOG_LEVEL: string;
  /** Private subnets from which networks of deployments get a /24 each, comma-separated, in this order. */
  SUBNETS: string;
}

const PREFIX = "DAONETES_AGENT_";

const schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    STATE: { type: "string", default: "/var/lib/daonetes" },
    DOCKER_SOCKET: { type: "string", default: "/var/run/docker.sock" },
    SUBNETS: { type: "string", default: "10.213.0.0/16,172.28.0.0/14,192.168.128.0/17", pattern: "^\\d+\\.\\d+\\.\\d+\\.\\d+/\\d+(,\\d+\\.\\d+\\.\\d+\\.\\d+/\\d+)*$" },
    LOG_LEVEL: { type: "string", default: "info" },
  },
};

/** Reads the settings of this process, each prefixed `DAONETES_AGENT_`. An unknown one is refused. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const data: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || value === undefined) continue;
    const key = name.slice(PREFIX.length);
    if (!(key in schema.properties)) throw new Error(`unknown setting ${name}; known are ${Object.keys(schema.properties).map((known) => PREFIX + known).join(", ")}`);
    data[key] = value;
  }
  return envSchema<Config>({ schema: schema as never, data, env: false });
}
