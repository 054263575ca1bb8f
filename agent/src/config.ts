export interface Config {
  /** Folder of keys and state. */
  STATE: string;
  /** Socket of the Docker Engine. */
  DOCKER_SOCKET: string;
  LOG_LEVEL: string;
  /** Folder of what is gone after a boot: each device has a tmpfs of its own below it. */
  RUN: string;
  /** File of what the owner allows. */
  GRANTS: string;
  /** Private subnets from which networks of deployments get a /24 each, comma-separated, in this order. */
  SUBNETS: string;
}

const PREFIX = "DAONETES_AGENT_";

const DEFAULTS: Config = {
  STATE: "/var/lib/daonetes",
  DOCKER_SOCKET: "/var/run/docker.sock",
  RUN: "/run/daonetes",
  GRANTS: "/etc/daonetes/grants.json",
  SUBNETS: "10.213.0.0/16,172.28.0.0/14,192.168.128.0/17",
  LOG_LEVEL: "info",
};
/** Forms of settings that have one. A schema validator would take a fifth of the agent's memory. */
const FORMS: Partial<Record<keyof Config, [RegExp, string]>> = {
  SUBNETS: [/^\d+\.\d+\.\d+\.\d+\/\d+(?:,\d+\.\d+\.\d+\.\d+\/\d+)*$/, "subnets such as 10.213.0.0/16, comma-separated"],
};

/** Reads the settings of this process, each prefixed `DAONETES_AGENT_`. An unknown or malformed one is refused. */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const config: Config = { ...DEFAULTS };
  for (const [name, value] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || value === undefined) continue;
    const key = name.slice(PREFIX.length);
    if (!isSetting(key)) throw new Error(`unknown setting ${name}; known are ${Object.keys(DEFAULTS).map((known) => PREFIX + known).join(", ")}`);
    const [form, wanted] = FORMS[key] ?? [];
    if (form?.test(value) === false) throw new Error(`${name} is not a list of ${wanted}`);
    config[key] = value;
  }
  return config;
}

function isSetting(key: string): key is keyof Config {
  return Object.hasOwn(DEFAULTS, key);
}
