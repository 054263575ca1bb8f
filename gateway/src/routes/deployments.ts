import type { FastifyInstance } from "fastify";
import Type from "typebox";
import type { Follower } from "../read-model/follower.ts";
import { objectKey } from "../read-model/model.ts";
import { Assignment, DeploymentDetail, listOf, Revision, single } from "../schemas/objects.ts";
import { assignmentViews, deploymentView, revisionView } from "../views/deployment.ts";
import { type Answers, PageQuery } from "./answer.ts";
import { findDeployment, modelOf } from "./lookup.ts";

const DeploymentParams = Type.Object({ id: Type.String({ maxLength: 20, description: "Id of the deployment" }) });

/** Single deployments: assignments with reports, and revisions. */
export function registerDeployments(app: FastifyInstance, follower: Follower, answers: Answers): void {
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
      return answers.sendObject(request, reply, model, objectKey.deployment(entry.deployment.id), () => ({
        ...deploymentView(entry, model),
        assignments: assignmentViews(entry, model),
      }));
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
      return answers.sendPage(request, reply, model, views, (view) => view.device, (view) => view);
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
      return answers.sendPage(request, reply, model, entry.revisions, (revision) => String(revision.revision), (revision) =>
        revisionView(revision, model, entry.deployment.groupId),
      );
    },
  );
}
