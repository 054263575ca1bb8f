import type { FastifyInstance } from "fastify";
import Type from "typebox";
import type { Follower } from "../read-model/follower.ts";
import { objectKey } from "../read-model/model.ts";
import type { RenderedObjects } from "../read-model/rendered.ts";
import { Assignment, DeploymentDetail, listOf, Revision, single } from "../schemas/objects.ts";
import { assignmentViews, deploymentView, revisionView } from "../views/deployment.ts";
import { PageQuery, sendPage, sendRendered } from "./answer.ts";
import { findDeployment, modelOf } from "./lookup.ts";

const DeploymentParams = Type.Object({ id: Type.String({ maxLength: 20, description: "Id of the deployment" }) });

/** Single deployments: assignments with reports, and revisions. */
export function registerDeployments(app: FastifyInstance, follower: Follower, rendered: RenderedObjects): void {
  app.get<{ Params: { id: string } }>(
    "/deployments/:id",
    {
      schema: {
        summary: "Read one deployment with its assignments and reports",
        tags: ["deployments"],
        params: DeploymentParams,
        response: single(DeploymentDetail),
      },
    },
    (request, reply) => {
      const model = modelOf(follower);
      const entry = findDeployment(model, request.params.id);
      const key = objectKey.deployment(entry.deployment.id);
      const answer = rendered.get(model, key, [key], () => ({
        ...deploymentView(entry, model),
        assignments: assignmentViews(entry, model),
      }));
      return sendRendered(request, reply, model, answer);
    },
  );

  app.get<{ Params: { id: string } }>(
    "/deployments/:id/assignments",
    {
      schema: {
        summary: "List where a deployment was placed and what each device reported",
        tags: ["deployments"],
        params: DeploymentParams,
        querystring: PageQuery,
        response: listOf(Assignment),
      },
    },
    (request, reply) => {
      const model = modelOf(follower);
      const entry = findDeployment(model, request.params.id);
      const views = assignmentViews(entry, model) as { device: string }[];
      views.sort((a, b) => (a.device < b.device ? -1 : 1));
      return sendPage(request, reply, model, views, (view) => view.device, (view) => view);
    },
  );

  app.get<{ Params: { id: string } }>(
    "/deployments/:id/history",
    {
      schema: {
        summary: "List the kept revisions of a deployment, oldest first",
        tags: ["deployments"],
        params: DeploymentParams,
        querystring: PageQuery,
        response: listOf(Revision),
      },
    },
    (request, reply) => {
      const model = modelOf(follower);
      const entry = findDeployment(model, request.params.id);
      return sendPage(request, reply, model, entry.revisions, (revision) => String(revision.revision), (revision) =>
        revisionView(revision, model, entry.deployment.groupId),
      );
    },
  );
}
