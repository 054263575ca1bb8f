import type { ChainPort } from "./chain/chain-port.ts";
import type { Clock } from "./clock.ts";
import type { ContentPort } from "./content/content-folder.ts";
import type { EngineIdentity } from "./docker/engine-identity.ts";
import type { Engine } from "./docker/engine.ts";
import type { PullGuard } from "./execute/pull-guard.ts";
import type { Owner } from "./grants/owner.ts";
import type { Logger } from "./logger.ts";
import type { HostRoutes } from "./observed/host-routes.ts";
import type { SecretsPort } from "./secrets/secrets.ts";
import type { PortProbe } from "./observed/port-probe.ts";
import type { AgentState, StateFolder } from "./state/agent-state.ts";

/** Everything outside of the agent that its rooms work with. `main` builds it once. */
export interface AgentParts {
  device: string;
  macKey: Uint8Array;
  chain: ChainPort;
  engine: Engine;
  pulls: Pick<PullGuard, "pull">;
  clock: Clock;
  probe: PortProbe;
  routes: HostRoutes;
  /** Where /24 subnets are taken from, as `10.213.0.0/16`. */
  subnetPools: readonly string[];
  folder: Pick<StateFolder, "write" | "readHolds" | "takeTakeover" | "writeStatus" | "readSpec" | "writeSpec">;
  /** The last word of the device's owner. */
  owner: Pick<Owner, "look" | "check">;
  /** Files and configs of specs. */
  content: ContentPort;
  secrets: SecretsPort;
  /** What survives a restart; every room writes its own fields. */
  state: AgentState;
  engineIdentity: Pick<EngineIdentity, "read" | "broken">;
  /** Identity of this boot of the kernel. */
  bootId: string;
  logger: Logger;
}
