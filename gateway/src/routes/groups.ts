import type { FastifyInstance } from "fastify";
import Type from "typebox";
import type { Follower } from "../read-model/follower.ts";
import { objectKey } from "../read-model/model.ts";
import { deploymentView } from "../views/deployment.ts";
import { deviceView } from "../views/device.ts";
import { groupView } from "../views/group.ts";
import { secretView } from "../views/secret.ts";
import { specView } from "../views/spec.ts";
import { ticketView } from "../views/ticket.ts";
import { Device, Deployment, Group, Secret, Spec, Ticket, listOf, single } from "../schemas/objects.ts";
import { type Answers, compareKeys, PageQuery } from "./answer.ts";
import { findGroup, modelOf } from "./lookup.ts";

const GroupParams = Type.Object({ group: Type.String({ maxLength: 64, description: "Id or name of the group" }) });

/** Groups and what belongs to them. */
export function registerGroups(app: FastifyInstance, follower: Follower, answers: Answers): void {
  app.get(
    "/groups",
    { schema: { summary: "List groups", tags: ["groups"], querystring: PageQuery, response: listOf(Group) } },
    (request, reply) => {
      const model = modelOf(follower);
      const groups = [...model.groups.values()].sort((a, b) => Number(a.id - b.id));
      return answers.sendPage(request, reply, model, groups, (group) => String(group.id), groupView);
    },
  );

  app.get<{ Params: { group: string } }>(
    "/groups/:group",
    { schema: { summary: "Read one group", tags: ["groups"], params: GroupParams, response: single(Group) } },
    (request, reply) => {
      const model = modelOf(follower);
      const group = findGroup(model, request.params.group);
      return answers.sendObject(request, reply, model, objectKey.group(group.id), () => groupView(group));
    },
  );

  app.get<{ Params: { group: string } }>(
    "/groups/:group/devices",
    {
      schema: {
        summary: "List the devices of a group",
        tags: ["devices"],
        params: GroupParams,
        querystring: PageQuery,
        response: listOf(Device),
      },
    },
    (request, reply) => {
      const model = modelOf(follower);
      const group = findGroup(model, request.params.group);
      const devices = [...model.devices.values()].filter((device) => device.groupId === group.id);
      devices.sort((a, b) => compareKeys(a.address, b.address));
      return answers.sendPage(request, reply, model, devices, (device) => device.address, (device) =>
        deviceView(device, model.leases.get(device.address)),
      );
    },
  );

  app.get<{ Params: { group: string } }>(
    "/groups/:group/tickets",
    {
      schema: {
        summary: "List the tickets of a group",
        tags: ["tickets"],
        params: GroupParams,
        querystring: PageQuery,
        response: listOf(Ticket),
      },
    },
    (request, reply) => {
      const model = modelOf(follower);
      const group = findGroup(model, request.params.group);
      const tickets = [...model.tickets.values()].filter((ticket) => ticket.groupId === group.id);
      tickets.sort((a, b) => Number(a.id - b.id));
      return answers.sendPage(request, reply, model, tickets, (ticket) => String(ticket.id), ticketView);
    },
  );

  app.get<{ Params: { group: string } }>(
    "/groups/:group/specs",
    {
      schema: {
        summary: "List the specs of a group",
        tags: ["specs"],
        params: GroupParams,
        querystring: PageQuery,
        response: listOf(Spec),
      },
    },
    (request, reply) => {
      const model = modelOf(follower);
      const group = findGroup(model, request.params.group);
      const specs = [...model.specs.values()].filter((spec) => spec.groupId === group.id);
      specs.sort((a, b) => compareKeys(a.hash, b.hash));
      return answers.sendPage(request, reply, model, specs, (spec) => spec.hash, specView);
    },
  );

  app.get<{ Params: { group: string } }>(
    "/groups/:group/secrets",
    {
      schema: {
        summary: "List the versions of the secrets of a group and who can read them, never their contents",
        tags: ["secrets"],
        params: GroupParams,
        querystring: PageQuery,
        response: listOf(Secret),
      },
    },
    (request, reply) => {
      const model = modelOf(follower);
      const group = findGroup(model, request.params.group);
      const secrets = [...(model.secrets.get(group.id)?.versions ?? [])];
      const keyOf = ({ name, version }: (typeof secrets)[number]): string => `${name} ${String(version).padStart(20, "0")}`;
      secrets.sort((a, b) => compareKeys(keyOf(a), keyOf(b)));
      return answers.sendPage(request, reply, model, secrets, keyOf, (secret) => secretView(secret, model));
    },
  );

  app.get<{ Params: { group: string } }>(
    "/groups/:group/deployments",
    {
      schema: {
        summary: "List the deployments of a group",
        tags: ["deployments"],
        params: GroupParams,
        querystring: PageQuery,
        response: listOf(Deployment),
      },
    },
    (request, reply) => {
      const model = modelOf(follower);
      const group = findGroup(model, request.params.group);
      const entries = [...model.deployments.values()].filter((entry) => entry.deployment.groupId === group.id);
      entries.sort((a, b) => Number(a.deployment.id - b.deployment.id));
      return answers.sendPage(request, reply, model, entries, (entry) => String(entry.deployment.id), (entry) =>
        deploymentView(entry, model),
      );
    },
  );
}
