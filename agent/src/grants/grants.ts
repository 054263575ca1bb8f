/** What the owner of a device allows: the content of `grants.json`. */
export interface Grants {
  /** Least strict profile under which specs run here. The group may only ask for the stricter one. */
  profile: "baseline" | "restricted";
  limits: Limits;
  grants: Grant[];
}

/** The most that one container gets. Absent = no limit of the owner's. */
export interface Limits {
  /** Bytes. */
  memory?: number;
  /** Nano-CPUs. */
  cpus?: number;
  /** Processes and threads. */
  pids?: number;
  /** Ports of the device that may be published without a grant. */
  ports?: PortRange[];
  /** Bytes of the Engine's disk that stay free. */
  diskReserve?: number;
}

export interface PortRange {
  first: number;
  last: number;
}

export interface Grant {
  /** In the grammar of `GRANT_KINDS`, or `port FIRST-LAST`. */
  allow: string;
  /** `GROUP/DEPLOYMENT`, each of them may be `*`. */
  for: string[];
}

/** Without a file nothing is granted. */
export const NO_GRANTS: Grants = { profile: "baseline", limits: {}, grants: [] };
