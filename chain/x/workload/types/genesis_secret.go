package types

import (
	"fmt"

	errorsmod "cosmossdk.io/errors"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// numbered names a version of a secret, or a generation of a key, within a state.
type numbered struct {
	group  uint64
	name   string
	number uint64
}

// validateGenesisSecrets checks what holds in every state of the module: each secret has its ciphertext, its key and a
// number that was given, and counts of references and of secrets of a key are right.
func validateGenesisSecrets(state *workloadv1.GenesisState) error {
	versions, err := newestNumbers("secret_versions", state.SecretVersions, ValidateSecretName)
	if err != nil {
		return err
	}
	generations, err := newestNumbers("secret_generations", state.SecretGenerations, ValidateSecretScope)
	if err != nil {
		return err
	}
	hashes := map[numbered]string{}
	for _, content := range state.Ciphertexts {
		if err := validateCiphertext(content.Name, content.Ciphertext); err != nil {
			return errorsmod.Wrap(err, "ciphertexts")
		}
		_, hashes[numbered{content.GroupId, content.Name, content.Version}] = ContentHash(content.Ciphertext)
	}
	references := map[numbered]uint32{}
	groups := map[uint64]uint64{}
	for _, deployment := range state.Deployments {
		groups[deployment.Id] = deployment.GroupId
	}
	for _, revision := range state.Revisions {
		for _, pin := range revision.Secrets {
			references[numbered{groups[revision.DeploymentId], pin.Name, pin.Version}]++
		}
	}
	sealed := map[numbered]uint32{}
	for _, secret := range state.Secrets {
		id := numbered{secret.GroupId, secret.Name, secret.Version}
		if hash, found := hashes[id]; !found || hash != secret.Hash {
			return fmt.Errorf("secrets: %s, version %d, is there twice, or its ciphertext is another one", secret.Name, secret.Version)
		}
		delete(hashes, id)
		if secret.Version == 0 || secret.Version > versions[numbered{secret.GroupId, secret.Name, 0}] {
			return errorsmod.Wrapf(ErrStaleSecret, "secrets: %s has version %d, which was never given", secret.Name, secret.Version)
		}
		if secret.References != references[id] {
			return fmt.Errorf("secrets: %s, version %d, has %d references, %d revisions pin it", secret.Name, secret.Version, secret.References, references[id])
		}
		delete(references, id)
		sealed[numbered{secret.GroupId, SecretScope(secret.Name), secret.Generation}]++
	}
	if len(references)+len(hashes) > 0 {
		return errorsmod.Wrapf(ErrSecretNotFound, "%d are pinned by revisions, %d have a ciphertext", len(references), len(hashes))
	}
	return validateGenesisKeys(state, generations, sealed)
}

// validateGenesisKeys checks keys against the number of secrets that are sealed to each, and grants.
func validateGenesisKeys(state *workloadv1.GenesisState, generations map[numbered]uint64, sealed map[numbered]uint32) error {
	for _, key := range state.SecretKeys {
		id := numbered{key.GroupId, key.Scope, key.Generation}
		if key.Secrets == 0 || key.Secrets != sealed[id] {
			return fmt.Errorf("secret_keys: %s, generation %d, is there twice, or %d secrets are sealed to it, not %d", key.Scope, key.Generation, sealed[id], key.Secrets)
		}
		delete(sealed, id)
		if key.Generation == 0 || key.Generation > generations[numbered{key.GroupId, key.Scope, 0}] {
			return errorsmod.Wrapf(ErrSecretGeneration, "secret_keys: %s has generation %d, which was never given", key.Scope, key.Generation)
		}
		if err := ValidateKeyRecipient(key.Recipient); err != nil {
			return errorsmod.Wrapf(err, "secret_keys: %s", key.Scope)
		}
	}
	if len(sealed) > 0 {
		return errorsmod.Wrapf(ErrSecretKeyNotFound, "secrets are sealed to %d of them", len(sealed))
	}
	given := map[string]bool{}
	for _, grant := range state.SecretGrants {
		if _, err := workgrouptypes.ParseAddress(grant.Recipient); err != nil {
			return errorsmod.Wrap(err, "secret_grants")
		}
		if size := len(grant.Sealed); size == 0 || size > MaxGrantBytes {
			return errorsmod.Wrapf(ErrInvalidGrants, "secret_grants: %s has %d bytes", grant.Recipient, size)
		}
		if grant.Generation == 0 || grant.Generation > generations[numbered{grant.GroupId, grant.Scope, 0}] {
			return errorsmod.Wrapf(ErrSecretGeneration, "secret_grants: %s has generation %d, which was never given", grant.Scope, grant.Generation)
		}
		id := fmt.Sprintf("%d %s %d %s", grant.GroupId, grant.Scope, grant.Generation, grant.Recipient)
		if given[id] {
			return errorsmod.Wrapf(ErrInvalidGrants, "secret_grants: %s has %s, generation %d, twice", grant.Recipient, grant.Scope, grant.Generation)
		}
		given[id] = true
	}
	return nil
}

// newestNumbers are counters by group and name, under number 0.
func newestNumbers(field string, counters []workloadv1.SecretCounter, valid func(string) error) (map[numbered]uint64, error) {
	newest := map[numbered]uint64{}
	for _, counter := range counters {
		if err := valid(counter.Name); err != nil {
			return nil, errorsmod.Wrap(err, field)
		}
		id := numbered{counter.GroupId, counter.Name, 0}
		if counter.Newest == 0 || newest[id] != 0 {
			return nil, fmt.Errorf("%s: %s is there twice, or with 0", field, counter.Name)
		}
		newest[id] = counter.Newest
	}
	return newest, nil
}
