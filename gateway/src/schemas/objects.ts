import Type, { type TSchema } from "typebox";
import { Problem } from "../plugins/problem.ts";

const Uint64 = Type.String({ pattern: "^[0-9]+$", description: "64-bit number as decimal text" });
const Time = Type.Union([Type.String({ format: "date-time" }), Type.Null()]);
const Strings = Type.Array(Type.String());
const Nullable = Type.Union([Type.String(), Type.Null()]);

export const Group = Type.Object({
  id: Uint64,
  name: Type.String(),
  authority: Type.String({ description: "Address that decides for the group" }),
  pending_authority: Nullable,
  publishers: Strings,
  operators: Strings,
  policy: Type.Object(
    {
      lease_seconds: Uint64,
      offline_stop_after_seconds: Uint64,
      minimum_profile: Type.String(),
    },
    { additionalProperties: true },
  ),
  metadata: Type.String(),
  mesh_revision: Uint64,
  closed: Type.Boolean(),
  created_at: Time,
});

export const Ticket = Type.Object({
  id: Uint64,
  group_id: Uint64,
  address: Type.String(),
  tags: Strings,
  max_uses: Type.Integer(),
  uses: Type.Integer(),
  expires_at: Time,
  auto_approve: Type.Boolean(),
  revoked: Type.Boolean(),
});

export const Device = Type.Object({
  address: Type.String(),
  group_id: Uint64,
  name: Type.String(),
  tags: Strings,
  status: Type.Enum(["PENDING", "APPROVED", "CORDONED", "REVOKED"]),
  revoke_mode: Nullable,
  profile: Type.String(),
  pub_key: Type.String({ description: "ed25519 public key, base64" }),
  platform: Type.String(),
  engine_version: Type.String(),
  engine_api_version: Type.String(),
  agent_version: Type.String(),
  joined_at: Time,
  waiting_until: Time,
  ticket_id: Nullable,
  epoch: Uint64,
  lease_until: Time,
  unreachable: Type.Boolean({ description: "True once the device's lease ran out" }),
});

export const Spec = Type.Object({
  hash: Type.String(),
  group_id: Uint64,
  name: Type.String(),
  version: Uint64,
  size: Type.Integer(),
  declaration: Type.Object({
    blobs: Strings,
    secrets: Strings,
    has_volumes: Type.Boolean(),
    platforms: Strings,
    requires: Strings,
  }),
  publisher: Type.String(),
  published_at: Time,
  retired: Type.Boolean(),
  references: Type.Integer(),
});

export const Secret = Type.Object({
  name: Type.String(),
  version: Uint64,
  scope: Type.String({ description: "What shares one key: a deployment, or the secret alone" }),
  generation: Uint64,
  hash: Type.String({ description: "sha256 of the ciphertext" }),
  size: Type.Integer({ description: "Bytes of the ciphertext" }),
  publisher: Type.String(),
  created_at: Time,
  references: Type.Integer({ description: "Kept revisions of deployments that use this version" }),
  sealed_to: Type.Array(Type.String(), { description: "Addresses of devices and people that can read it" }),
});

const Placement = Type.Object({ devices: Strings, selector: Strings, replicas: Type.Integer() });

const deploymentFields = {
  id: Uint64,
  group_id: Uint64,
  name: Type.String(),
  revision: Uint64,
  spec_hash: Type.String(),
  spec: Nullable,
  placement: Placement,
  rollout: Type.Object({
    max_parallel: Type.Integer(),
    healthy_for_seconds: Uint64,
    progress_deadline_seconds: Uint64,
    max_failures: Type.Integer(),
    on_failure: Type.String(),
  }),
  offline_stop_after_seconds: Uint64,
  move_when_unreachable: Type.Boolean(),
  intent: Type.String(),
  restart_generation: Uint64,
  phase: Type.String(),
  progress: Type.Object({
    total: Type.Integer(),
    assigned: Type.Integer(),
    passed: Type.Integer(),
    failed: Type.Integer(),
    deadline: Time,
    next_batch_at: Time,
  }),
  wanted: Type.Integer({ description: "How many devices the placement asks for" }),
  created_at: Time,
  updated_at: Time,
};

export const Deployment = Type.Object(deploymentFields);

export const Assignment = Type.Object({
  device: Type.String(),
  device_name: Type.String(),
  revision: Uint64,
  removing: Type.Boolean(),
  state: Type.String({ description: "The device's own word, or derived: ASSIGNED, UNREACHABLE" }),
  report: Type.Union([
    Type.Object({
      revision: Uint64,
      running_revision: Uint64,
      state: Type.String(),
      reason: Nullable,
      text: Type.String(),
      services: Type.Array(
        Type.Object({ index: Type.Integer(), state: Type.String(), restarts: Type.Integer(), since: Time }),
      ),
      epoch: Uint64,
      sequence: Uint64,
      reported_at: Time,
    }),
    Type.Null(),
  ]),
});

export const DeploymentDetail = Type.Object({ ...deploymentFields, assignments: Type.Array(Assignment) });

export const Revision = Type.Object({
  revision: Uint64,
  spec_hash: Type.String(),
  spec: Nullable,
  placement: Placement,
  restart_generation: Uint64,
  cause: Type.String(),
  author: Nullable,
  created_at: Time,
  at_height: Uint64,
  passed: Type.Boolean(),
});

export const Validator = Type.Object({
  id: Uint64,
  cons_pub_key: Type.String({ description: "ed25519 consensus key, base64" }),
  operator: Type.String(),
  moniker: Type.String(),
  target_power: Uint64,
  applied_power: Uint64,
  status: Type.String(),
});

export const Proposal = Type.Object({
  id: Uint64,
  council: Type.String(),
  title: Type.String({ description: "What its proposer calls it" }),
  status: Type.String(),
  proposer: Type.String(),
  approved: Uint64,
  rejected: Uint64,
  needed: Uint64,
  total_weight: Uint64,
  votes: Type.Array(Type.Object({ member: Type.String(), name: Type.String(), choice: Type.String(), weight: Uint64 })),
  silent: Type.Array(Type.String(), { description: "Members who said nothing yet" }),
  messages_hash: Type.String(),
  messages_match: Type.Union([Type.Boolean(), Type.Null()], { description: "Whether the messages are those of the hash; null once they are gone" }),
  messages: Type.Array(Type.Object({ type: Type.String(), value: Type.Unknown() }), { description: "What is carried out, as amino JSON; empty once it is closed" }),
  message_types: Strings,
  expires_at: Time,
});

/** Answers of a list: a page, nothing new, or a problem. */
export function listOf(item: TSchema): Record<string, TSchema> {
  return {
    200: Type.Object({ items: Type.Array(item), next_cursor: Nullable, height: Uint64 }),
    304: Type.Null({ description: "Nothing new" }),
    "4xx": Type.Ref("Problem"),
    "5xx": Type.Ref("Problem"),
  };
}

/** Answers of a single object: the object with the height, nothing new, or a problem. */
export function single(item: TSchema): Record<string, TSchema> {
  return {
    200: Type.Intersect([item, Type.Object({ height: Uint64 })]),
    304: Type.Null({ description: "Nothing new" }),
    "4xx": Type.Ref("Problem"),
    "5xx": Type.Ref("Problem"),
  };
}

export { Problem };
