package keeper

import (
	"context"

	"cosmossdk.io/collections"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

func (k *Keeper) initSecrets(ctx context.Context, state *workloadv1.GenesisState) error {
	ciphertexts := make(map[secretName][]byte, len(state.Ciphertexts))
	for _, content := range state.Ciphertexts {
		ciphertexts[secretName{content.GroupId, content.Name, content.Version}] = content.Ciphertext
	}
	for _, secret := range state.Secrets {
		if err := k.storeSecret(ctx, secret, ciphertexts[secretName{secret.GroupId, secret.Name, secret.Version}]); err != nil {
			return err
		}
	}
	for _, key := range state.SecretKeys {
		if err := k.secretKeys.Set(ctx, collections.Join3(key.GroupId, key.Scope, key.Generation), key); err != nil {
			return err
		}
	}
	for _, grant := range state.SecretGrants {
		address, err := workgrouptypes.ParseAddress(grant.Recipient)
		if err != nil {
			return err
		}
		if err := k.secretGrants.Set(ctx, collections.Join4(grant.GroupId, grant.Scope, grant.Generation, address), grant); err != nil {
			return err
		}
		if err := k.recipientGrants.Set(ctx, collections.Join4(address, grant.GroupId, grant.Scope, grant.Generation)); err != nil {
			return err
		}
		if err := k.addCount(ctx, grant.GroupId, types.CountSecretBytes, int64(len(grant.Sealed))); err != nil {
			return err
		}
	}
	for _, counter := range state.SecretVersions {
		if err := k.secretVersions.Set(ctx, collections.Join(counter.GroupId, counter.Name), counter.Newest); err != nil {
			return err
		}
	}
	for _, counter := range state.SecretGenerations {
		if err := k.secretGenerations.Set(ctx, collections.Join(counter.GroupId, counter.Name), counter.Newest); err != nil {
			return err
		}
	}
	return nil
}

// secretName names a version of a secret within a state.
type secretName struct {
	group   uint64
	name    string
	version uint64
}

func (k *Keeper) exportSecrets(ctx context.Context, state *workloadv1.GenesisState) error {
	var err error
	if state.Secrets, err = values(ctx, k.secrets); err != nil {
		return err
	}
	if state.SecretKeys, err = values(ctx, k.secretKeys); err != nil {
		return err
	}
	if state.SecretGrants, err = values(ctx, k.secretGrants); err != nil {
		return err
	}
	err = k.secretContents.Walk(ctx, nil, func(key secretKey, content workloadv1.SecretContent) (bool, error) {
		state.Ciphertexts = append(state.Ciphertexts, workloadv1.SecretCiphertext{
			GroupId: key.K1(), Name: key.K2(), Version: key.K3(), Ciphertext: content.Ciphertext,
		})
		return false, nil
	})
	if err != nil {
		return err
	}
	if state.SecretVersions, err = secretCounters(ctx, k.secretVersions); err != nil {
		return err
	}
	state.SecretGenerations, err = secretCounters(ctx, k.secretGenerations)
	return err
}

func secretCounters(ctx context.Context, counters collections.Map[nameKey, uint64]) ([]workloadv1.SecretCounter, error) {
	var list []workloadv1.SecretCounter
	err := counters.Walk(ctx, nil, func(key nameKey, newest uint64) (bool, error) {
		list = append(list, workloadv1.SecretCounter{GroupId: key.K1(), Name: key.K2(), Newest: newest})
		return false, nil
	})
	return list, err
}
