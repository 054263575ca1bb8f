import { type CanonicalService, type CanonicalSpec, requiresOf } from "@daonetes/client/compose";
import { type DesiredDeployment, desiredDeployment } from "../../src/desired/desired-state.ts";

const DIGEST = "0".repeat(63);

/** Image reference of a fake image by its letter. */
export function imageOf(letter: string): string {
  return `docker.io/library/app@sha256:${DIGEST}${letter}`;
}

/** A service of a fake image. */
export function service(letter: string, more: Partial<CanonicalService> = {}): CanonicalService {
  return {
    image: { name: "docker.io/library/app", digest: `sha256:${DIGEST}${letter}` },
    networks: { default: {} },
    restart: { policy: "unless-stopped" },
    healthcheck: { test: ["CMD", "true"], interval: 1e9 },
    ...more,
  };
}

/** A spec of these services on one network, with what it asks of owners. */
export function specOf(services: Record<string, CanonicalService>, volumes: string[] = []): CanonicalSpec {
  const requires = requiresOf({ services });
  return {
    format: "daonetes.spec.v1",
    services,
    networks: { default: {} },
    ...(volumes.length === 0 ? {} : { volumes: Object.fromEntries(volumes.map((name) => [name, {}])) }),
    ...(requires.length === 0 ? {} : { requires }),
  };
}

export interface DeploymentWish {
  revision?: bigint;
  intent?: number;
  restartGeneration?: bigint;
  held?: boolean;
  /** Offline policy in seconds; 0 = keep. */
  stopAfter?: bigint;
  silentMs?: number;
}

/** A desired deployment named "shop" in the group "lab". */
export function desiredOf(spec: CanonicalSpec, wish: DeploymentWish = {}): DesiredDeployment {
  return desiredDeployment({
    assignment: {
      deploymentId: 7n,
      deploymentName: "shop",
      revision: wish.revision ?? 1n,
      intent: (wish.intent ?? 1) as 1,
      restartGeneration: wish.restartGeneration ?? 0n,
      specHash: `sha256:${"a".repeat(64)}`,
      secrets: [],
      profile: 1,
      offlinePolicy: { stopAfter: { seconds: wish.stopAfter ?? 0n, nanos: 0 } },
      healthyFor: undefined,
    },
    groupId: 1n,
    groupName: "lab",
    spec,
    refusal: undefined,
    held: wish.held ?? false,
    silentMs: wish.silentMs ?? 0,
  });
}
