package types

import (
	"encoding/binary"
	"fmt"

	errorsmod "cosmossdk.io/errors"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// DefaultGenesis is the state of a new network.
func DefaultGenesis() *workloadv1.GenesisState {
	return &workloadv1.GenesisState{Params: DefaultParams(), NextDeploymentId: 1}
}

// contentID names content within a state.
type contentID struct {
	group uint64
	hash  string
}

// ValidateGenesis refuses a state that the module could not have written.
func ValidateGenesis(state *workloadv1.GenesisState) error {
	if err := ValidateParams(state.Params); err != nil {
		return err
	}
	if err := validateGenesisContent(state); err != nil {
		return err
	}
	deployments, err := validateGenesisDeployments(state)
	if err != nil {
		return err
	}
	for _, holder := range state.Holders {
		if _, err := workgrouptypes.ParseAddress(holder.Device); err != nil {
			return errorsmod.Wrap(err, "holders")
		}
		if !deployments[holder.DeploymentId] {
			return fmt.Errorf("holders: there is no deployment %d", holder.DeploymentId)
		}
	}
	manifests := map[string]bool{}
	for _, manifest := range state.Manifests {
		if _, err := workgrouptypes.ParseAddress(manifest.Device); err != nil {
			return errorsmod.Wrap(err, "manifests")
		}
		if manifests[manifest.Device] {
			return fmt.Errorf("manifests: %s is there twice", manifest.Device)
		}
		manifests[manifest.Device] = true
		if len(manifest.Assignments) > MaxAssignments || manifest.Size() > MaxManifestBytes {
			return errorsmod.Wrapf(ErrManifestFull, "device %s", manifest.Device)
		}
	}
	for _, report := range state.Reports {
		if _, err := workgrouptypes.ParseAddress(report.Device); err != nil {
			return errorsmod.Wrap(err, "reports")
		}
		if !deployments[report.DeploymentId] {
			return fmt.Errorf("reports: there is no deployment %d", report.DeploymentId)
		}
	}
	for _, lease := range state.Leases {
		if !manifests[lease.Device] {
			return fmt.Errorf("leases: device %s has no manifest", lease.Device)
		}
	}
	if err := validateGenesisSecrets(state); err != nil {
		return err
	}
	return validateGenesisDue(state)
}

func validateGenesisContent(state *workloadv1.GenesisState) error {
	contents := map[contentID]bool{}
	for _, content := range state.Contents {
		_, hash := ContentHash(content.Content)
		if hash != content.Hash {
			return errorsmod.Wrapf(ErrInvalidHash, "contents: got %s, the bytes have %s", content.Hash, hash)
		}
		contents[contentID{content.GroupId, hash}] = true
	}
	specs, blobs := map[contentID]bool{}, map[contentID]bool{}
	for _, blob := range state.Blobs {
		id := contentID{blob.GroupId, blob.Hash}
		if !contents[id] || blobs[id] {
			return fmt.Errorf("blobs: %s is there twice, or its bytes are missing", blob.Hash)
		}
		blobs[id] = true
	}
	for _, spec := range state.Specs {
		id := contentID{spec.GroupId, spec.Hash}
		if !contents[id] || specs[id] {
			return fmt.Errorf("specs: %s is there twice, or its bytes are missing", spec.Hash)
		}
		specs[id] = true
		if err := workgrouptypes.ValidateName(spec.Name); err != nil {
			return errorsmod.Wrapf(err, "spec %s", spec.Hash)
		}
		if err := ValidateDeclaration(spec.Declaration); err != nil {
			return errorsmod.Wrapf(err, "spec %s", spec.Hash)
		}
		for _, blob := range spec.Declaration.Blobs {
			if !blobs[contentID{spec.GroupId, blob}] {
				return errorsmod.Wrapf(ErrBlobNotFound, "spec %s needs %s", spec.Hash, blob)
			}
		}
	}
	for _, deployment := range state.Deployments {
		if !specs[contentID{deployment.GroupId, deployment.SpecHash}] {
			return errorsmod.Wrapf(ErrSpecNotFound, "deployment %d needs %s", deployment.Id, deployment.SpecHash)
		}
	}
	return nil
}

func validateGenesisDeployments(state *workloadv1.GenesisState) (map[uint64]bool, error) {
	ids, names := map[uint64]bool{}, map[contentID]bool{}
	for _, deployment := range state.Deployments {
		if deployment.Id == 0 || deployment.Id >= max(state.NextDeploymentId, 1) || ids[deployment.Id] {
			return nil, fmt.Errorf("deployment %d: want a different id from 1 to below next_deployment_id (%d)", deployment.Id, state.NextDeploymentId)
		}
		if err := workgrouptypes.ValidateName(deployment.Name); err != nil {
			return nil, errorsmod.Wrapf(err, "deployment %d", deployment.Id)
		}
		name := contentID{deployment.GroupId, deployment.Name}
		if names[name] {
			return nil, errorsmod.Wrapf(ErrNameTaken, "deployment %d", deployment.Id)
		}
		ids[deployment.Id], names[name] = true, true
		if err := ValidatePlacement(deployment.Placement); err != nil {
			return nil, errorsmod.Wrapf(err, "deployment %d", deployment.Id)
		}
		if err := ValidateRollout(deployment.Rollout); err != nil {
			return nil, errorsmod.Wrapf(err, "deployment %d", deployment.Id)
		}
	}
	for _, revision := range state.Revisions {
		if !ids[revision.DeploymentId] {
			return nil, fmt.Errorf("revisions: there is no deployment %d", revision.DeploymentId)
		}
	}
	return ids, nil
}

// validateGenesisDue checks the form of the ids, which block ends rely on.
func validateGenesisDue(state *workloadv1.GenesisState) error {
	for i, item := range state.Due {
		size := len(item.Id)
		var valid bool
		switch item.Kind {
		case workloadv1.DueKind_DUE_KIND_LEASE, workloadv1.DueKind_DUE_KIND_MOVE:
			valid = size == 20
		case workloadv1.DueKind_DUE_KIND_FILL:
			valid = size == 20 || size == 28
		case workloadv1.DueKind_DUE_KIND_PLACEMENT, workloadv1.DueKind_DUE_KIND_ROLLOUT, workloadv1.DueKind_DUE_KIND_DEADLINE:
			valid = size == binary.Size(uint64(0))
		case workloadv1.DueKind_DUE_KIND_STAGED:
			valid = size == 40
		case workloadv1.DueKind_DUE_KIND_SECRET, workloadv1.DueKind_DUE_KIND_GRANTS:
			valid = size > 16 && IsSecretName(string(item.Id[16:]))
		}
		if !valid {
			return fmt.Errorf("due: entry %d of kind %s has an id of %d bytes", i+1, item.Kind, size)
		}
	}
	return nil
}
