import { envSchema } from "env-schema";

export interface Config {
  /** Folder of keys and state. */
  STATE: string;
  /** Socket of the Docker Engine. */
  DOCKER_SOCKET: string;
  LOG_LEVEL: string;
}

const PREFIX = "DAONETES_AGENT_";

const schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    STATE: { type: "string", default: "/var/lib/daonetes" },
    DOCKER_SOCKET: { type: "string", default: "/var/run/docker.sock" },
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
