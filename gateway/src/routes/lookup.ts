import { ProblemError } from "../plugins/problem.ts";
import type { workgroup } from "@daonetes/client";
import type { Follower } from "../read-model/follower.ts";
import type { DeploymentEntry, Model } from "../read-model/model.ts";

/** The model, once it has been read. @throws ProblemError 503 before */
export function modelOf(follower: Follower): Model {
  if (follower.model.height === 0n) {
    throw new ProblemError(503, "DAO5501", "the gateway has not reached the chain yet", "try again in some seconds");
  }
  return follower.model;
}

/** @param idOrName decimal id or name. @throws ProblemError 404 */
export function findGroup(model: Model, idOrName: string): workgroup.Group {
  if (/^\d{1,19}$/.test(idOrName)) {
    const group = model.groups.get(BigInt(idOrName));
    if (group !== undefined) return group;
  } else {
    for (const group of model.groups.values()) if (group.name === idOrName) return group;
  }
  throw new ProblemError(404, "DAO5004", `there is no group "${idOrName.slice(0, 80)}"`, "GET /api/v1/groups lists all");
}

/** @throws ProblemError 404 */
export function findDeployment(model: Model, id: string): DeploymentEntry {
  const entry = /^\d{1,19}$/.test(id) ? model.deployments.get(BigInt(id)) : undefined;
  if (entry !== undefined) return entry;
  throw new ProblemError(
    404,
    "DAO5004",
    `there is no deployment "${id.slice(0, 80)}"`,
    "GET /api/v1/groups/{group}/deployments lists all of a group",
  );
}
