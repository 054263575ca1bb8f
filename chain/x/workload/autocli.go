package workload

import (
	autocliv1 "cosmossdk.io/api/cosmos/autocli/v1"
)

// AutoCLIOptions gives the commands of the daemon their texts, positional arguments and examples.
func (AppModule) AutoCLIOptions() *autocliv1.ModuleOptions {
	return &autocliv1.ModuleOptions{
		Query: &autocliv1.ServiceCommandDescriptor{
			Service: "daonetes.workload.v1.Query",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "Params", Use: "params", Short: "Show the parameters"},
				{RpcMethod: "Spec", Use: "spec GROUP HASH", Short: "Show a spec", PositionalArgs: arguments("group_id", "hash")},
				{RpcMethod: "SpecContent", Use: "spec-content GROUP HASH", Short: "Show the bytes of a spec", PositionalArgs: arguments("group_id", "hash")},
				{RpcMethod: "Specs", Use: "specs GROUP", Short: "List the specs of a group", PositionalArgs: arguments("group_id")},
				{RpcMethod: "Blob", Use: "blob GROUP HASH", Short: "Show a blob", PositionalArgs: arguments("group_id", "hash")},
				{RpcMethod: "BlobContent", Use: "blob-content GROUP HASH", Short: "Show the bytes of a blob", PositionalArgs: arguments("group_id", "hash")},
				{RpcMethod: "Secrets", Use: "secrets GROUP", Short: "List the versions of all secrets of a group, without contents", PositionalArgs: arguments("group_id")},
				{RpcMethod: "Secret", Use: "secret GROUP NAME", Short: "List the versions of a secret", PositionalArgs: arguments("group_id", "name")},
				{RpcMethod: "SecretContent", Use: "secret-content GROUP NAME VERSION", Short: "Show the ciphertext of a secret", PositionalArgs: arguments("group_id", "name", "version")},
				{RpcMethod: "SecretKeys", Use: "secret-keys GROUP", Short: "List the keys of a group's secrets, or with --scope of some", PositionalArgs: arguments("group_id")},
				{RpcMethod: "SecretGrants", Use: "secret-grants GROUP SCOPE GENERATION", Short: "List who was given a key", PositionalArgs: arguments("group_id", "scope", "generation")},
				{RpcMethod: "RecipientGrants", Use: "recipient-grants RECIPIENT", Short: "List the keys that a device or person was given", PositionalArgs: arguments("recipient")},
				{RpcMethod: "Deployment", Use: "deployment ID", Short: "Show a deployment", PositionalArgs: arguments("deployment_id")},
				{RpcMethod: "DeploymentByName", Use: "deployment-by-name GROUP NAME", Short: "Show a deployment by its name", PositionalArgs: arguments("group_id", "name")},
				{RpcMethod: "Deployments", Use: "deployments GROUP", Short: "List the deployments of a group", PositionalArgs: arguments("group_id")},
				{RpcMethod: "Revisions", Use: "revisions ID", Short: "List the kept revisions of a deployment", PositionalArgs: arguments("deployment_id")},
				{RpcMethod: "Holders", Use: "holders ID", Short: "List the devices that hold a deployment", PositionalArgs: arguments("deployment_id")},
				{RpcMethod: "Reports", Use: "reports ID", Short: "List what the devices reported on a deployment", PositionalArgs: arguments("deployment_id")},
				{RpcMethod: "Manifest", Use: "manifest DEVICE", Short: "Show the desired state of a device", PositionalArgs: arguments("device")},
				{RpcMethod: "DeviceReports", Use: "device-reports DEVICE", Short: "List what a device reported", PositionalArgs: arguments("device")},
				{RpcMethod: "Lease", Use: "lease DEVICE", Short: "Show the lease of a device", PositionalArgs: arguments("device")},
				{RpcMethod: "Leases", Use: "leases GROUP", Short: "List the leases of a group's devices", PositionalArgs: arguments("group_id")},
				{RpcMethod: "PlacementPreview", Use: "placement-preview GROUP", Short: "Compute where a placement would put a deployment now", PositionalArgs: arguments("group_id")},
			},
		},
		Tx: &autocliv1.ServiceCommandDescriptor{
			Service: "daonetes.workload.v1.Msg",
			RpcCommandOptions: []*autocliv1.RpcCommandOptions{
				{RpcMethod: "UpdateParams", Use: "update-params PARAMS", Short: "Change the parameters (network authority)", PositionalArgs: arguments("params"),
					Example: `daonetesd tx workload update-params params.json --from root`},
				{RpcMethod: "PublishBlob", Use: "publish-blob GROUP CONTENT", Short: "Stage a file (authority, publisher, operator)", PositionalArgs: arguments("group_id", "content"),
					Example: `daonetesd tx workload publish-blob 1 aGVsbG8= --from alice`},
				{RpcMethod: "PublishSpec", Use: "publish-spec GROUP NAME CONTENT", Short: "Stage a spec (authority, publisher, operator)", PositionalArgs: arguments("group_id", "name", "content"),
					Example: `daonetesd tx workload publish-spec 1 shop eyJmb3JtYXQiOiJkYW9uZXRlcy5zcGVjLnYxIn0= --declaration '{"has_volumes":true}' --from alice`},
				{RpcMethod: "RetireSpec", Use: "retire-spec GROUP HASH", Short: "End the use of a spec (authority)", PositionalArgs: arguments("group_id", "hash"),
					Example: `daonetesd tx workload retire-spec 1 sha256:1b8bd9c3e0f4a5b6c7d8e9fa0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f708192 --from alice`},
				{RpcMethod: "PutSecret", Use: "put-secret GROUP NAME VERSION GENERATION CIPHERTEXT", Short: "Stage a sealed value (authority, publisher, operator)", PositionalArgs: arguments("group_id", "name", "version", "generation", "ciphertext"),
					Example: `daonetesd tx workload put-secret 1 shop/DB_PASSWORD 1 1 YWdlLWVuY3J5cHRpb24ub3JnL3YxCg== --key-recipient age1pq1qqqqqqqq --from alice`},
				{RpcMethod: "GrantSecret", Use: "grant-secret GROUP SCOPE GENERATION GRANT...", Short: "Seal a key to devices and people (authority, operator, device that holds it)",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "group_id"}, {ProtoField: "scope"}, {ProtoField: "generation"}, {ProtoField: "grants", Varargs: true}},
					Example:        `daonetesd tx workload grant-secret 1 shop 1 '{"recipient":"daonet1nrxutzj9rcqh2ee3n4kw9l0m0pl2pnc830rkmn","sealed":"YWdlLWVuY3J5cHRpb24ub3JnL3YxCg=="}' --from alice`},
				{RpcMethod: "RemoveSecret", Use: "remove-secret GROUP NAME", Short: "Remove a secret, or with --version one version (authority)", PositionalArgs: arguments("group_id", "name"),
					Example: `daonetesd tx workload remove-secret 1 shop/DB_PASSWORD --version 2 --from alice`},
				{RpcMethod: "CreateDeployment", Use: "create-deployment GROUP NAME SPEC_HASH PLACEMENT", Short: "Create a deployment and place it (authority)", PositionalArgs: arguments("group_id", "name", "spec_hash", "placement"),
					Example: `daonetesd tx workload create-deployment 1 shop sha256:1b8bd9c3e0f4a5b6c7d8e9fa0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f708192 '{"selector":["site=lab"],"replicas":2}' --rollout '{"max_parallel":2}' --from alice`},
				{RpcMethod: "UpdateDeployment", Use: "update-deployment ID EXPECTED_REVISION SPEC_HASH PLACEMENT", Short: "Make a new revision (authority)", PositionalArgs: arguments("deployment_id", "expected_revision", "spec_hash", "placement"),
					Example: `daonetesd tx workload update-deployment 1 1 sha256:1b8bd9c3e0f4a5b6c7d8e9fa0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f708192 '{"selector":["site=lab"],"replicas":2}' --restart --from alice`},
				{RpcMethod: "PauseDeployment", Use: "pause-deployment ID EXPECTED_REVISION", Short: "Stop a rollout, and with --stop the containers (authority)", PositionalArgs: arguments("deployment_id", "expected_revision"),
					Example: `daonetesd tx workload pause-deployment 1 1 --stop --from alice`},
				{RpcMethod: "ResumeDeployment", Use: "resume-deployment ID EXPECTED_REVISION", Short: "Let a paused deployment go on (authority)", PositionalArgs: arguments("deployment_id", "expected_revision"),
					Example: `daonetesd tx workload resume-deployment 1 1 --from alice`},
				{RpcMethod: "RollbackDeployment", Use: "rollback-deployment ID EXPECTED_REVISION TO_REVISION", Short: "Go back to a kept revision (authority)", PositionalArgs: arguments("deployment_id", "expected_revision", "to_revision"),
					Example: `daonetesd tx workload rollback-deployment 1 3 1 --from alice`},
				{RpcMethod: "RemoveDeployment", Use: "remove-deployment ID EXPECTED_REVISION", Short: "Remove a deployment from all devices (authority)", PositionalArgs: arguments("deployment_id", "expected_revision"),
					Example: `daonetesd tx workload remove-deployment 1 3 --volumes --from alice`},
				{RpcMethod: "ClaimEpoch", Use: "claim-epoch EPOCH INSTANCE", Short: "Take a device over for an agent instance (device)", PositionalArgs: arguments("epoch", "instance"),
					Example: `daonetesd tx workload claim-epoch 1 boot-1/engine-1 --unordered --timeout-duration 3m --from device`},
				{RpcMethod: "Report", Use: "report EPOCH SEQUENCE REPORT...", Short: "Say what became of assignments (device)",
					PositionalArgs: []*autocliv1.PositionalArgDescriptor{{ProtoField: "epoch"}, {ProtoField: "sequence"}, {ProtoField: "reports", Varargs: true}},
					Example:        `daonetesd tx workload report 1 7 '{"deployment_id":"1","revision":"2","state":"REPORT_STATE_HEALTHY"}' --unordered --timeout-duration 3m --from device`},
				{RpcMethod: "RenewLease", Use: "renew-lease EPOCH SEQUENCE", Short: "Say that the device lives (device)", PositionalArgs: arguments("epoch", "sequence"),
					Example: `daonetesd tx workload renew-lease 1 8 --unordered --timeout-duration 3m --from device`},
			},
		},
	}
}

func arguments(fields ...string) []*autocliv1.PositionalArgDescriptor {
	var positional []*autocliv1.PositionalArgDescriptor
	for _, field := range fields {
		positional = append(positional, &autocliv1.PositionalArgDescriptor{ProtoField: field})
	}
	return positional
}
