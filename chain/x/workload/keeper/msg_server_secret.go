package keeper

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// maxNamedUses is how many uses of a secret a refusal names.
const maxNamedUses = 8

func (s msgServer) PutSecret(ctx context.Context, msg *workloadv1.MsgPutSecret) (*workloadv1.MsgPutSecretResponse, error) {
	if err := types.ValidatePutSecret(msg); err != nil {
		return nil, err
	}
	group, err := s.stagingGroup(ctx, msg.GroupId, msg.Publisher)
	if err != nil {
		return nil, err
	}
	name := collections.Join(group.Id, msg.Name)
	newest, err := getOr(ctx, s.secretVersions, name, 0)
	if err != nil {
		return nil, err
	}
	if newest == math.MaxUint64 || msg.Version != newest+1 {
		return nil, errorsmod.Wrapf(types.ErrStaleSecret, "%s: got version %d, the newest is %d", msg.Name, msg.Version, newest)
	}
	params, err := s.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.checkCap(ctx, group.Id, types.CountSecrets, 1, uint64(params.MaxSecrets), "versions of secrets"); err != nil {
		return nil, err
	}
	if err := s.checkSecretBytes(ctx, group.Id, uint64(len(msg.Ciphertext))); err != nil {
		return nil, err
	}
	if err := s.addToKey(ctx, msg); err != nil {
		return nil, err
	}
	_, hash := types.ContentHash(msg.Ciphertext)
	secret := workloadv1.Secret{
		GroupId: group.Id, Name: msg.Name, Version: msg.Version, Generation: msg.Generation,
		Hash: hash, Size_: uint32(len(msg.Ciphertext)), Publisher: msg.Publisher, CreatedAt: blockTime(ctx),
	}
	if err := s.storeSecret(ctx, secret, msg.Ciphertext); err != nil {
		return nil, err
	}
	if err := s.secretVersions.Set(ctx, name, msg.Version); err != nil {
		return nil, err
	}
	// The one before is the newest no more.
	former, err := getOr(ctx, s.secrets, collections.Join3(group.Id, msg.Name, newest), workloadv1.Secret{})
	if err != nil {
		return nil, err
	}
	if former.Name != "" {
		if err := s.enqueueSecret(ctx, former); err != nil {
			return nil, err
		}
	}
	return &workloadv1.MsgPutSecretResponse{Hash: hash}, emit(ctx, &workloadv1.EventSecretPut{GroupId: group.Id, Name: msg.Name, Version: msg.Version})
}

// storeSecret stores a version of a secret with its ciphertext and counts both.
func (k *Keeper) storeSecret(ctx context.Context, secret workloadv1.Secret, ciphertext []byte) error {
	at := collections.Join3(secret.GroupId, secret.Name, secret.Version)
	if err := k.secrets.Set(ctx, at, secret); err != nil {
		return err
	}
	if err := k.secretContents.Set(ctx, at, workloadv1.SecretContent{Generation: secret.Generation, Ciphertext: ciphertext}); err != nil {
		return err
	}
	if err := k.addCount(ctx, secret.GroupId, types.CountSecrets, 1); err != nil {
		return err
	}
	return k.addCount(ctx, secret.GroupId, types.CountSecretBytes, int64(len(ciphertext)))
}

func (s msgServer) GrantSecret(ctx context.Context, msg *workloadv1.MsgGrantSecret) (*workloadv1.MsgGrantSecretResponse, error) {
	if err := types.ValidateGrantSecret(msg); err != nil {
		return nil, err
	}
	group, byDevice, err := s.grantingGroup(ctx, msg)
	if err != nil {
		return nil, err
	}
	if _, err := s.secretKey(ctx, group.Id, msg.Scope, msg.Generation); err != nil {
		return nil, err
	}
	response := &workloadv1.MsgGrantSecretResponse{}
	for _, sealed := range msg.Grants {
		recipient, err := s.readerOf(ctx, group, msg.Scope, sealed.Recipient)
		if err != nil {
			return nil, err
		}
		_, recipientHash := types.ContentHash([]byte(recipient))
		added, err := s.putGrant(ctx, workloadv1.SecretGrant{
			GroupId: group.Id, Scope: msg.Scope, Generation: msg.Generation, Recipient: sealed.Recipient, Sealed: sealed.Sealed,
			RecipientHash: recipientHash, Granter: msg.Sender, GrantedAt: blockTime(ctx),
		}, !byDevice)
		if err != nil {
			return nil, err
		}
		if added {
			response.Added++
		}
	}
	return response, nil
}

func (s msgServer) RemoveSecret(ctx context.Context, msg *workloadv1.MsgRemoveSecret) (*workloadv1.MsgRemoveSecretResponse, error) {
	if err := types.ValidateRemoveSecret(msg); err != nil {
		return nil, err
	}
	group, err := s.authorisedGroup(ctx, msg.GroupId, msg.Authority)
	if err != nil {
		return nil, err
	}
	var versions []workloadv1.Secret
	if msg.Version == 0 {
		versions, err = s.versionsOf(ctx, group.Id, msg.Name)
	} else {
		var secret workloadv1.Secret
		secret, err = s.Secret(ctx, group.Id, msg.Name, msg.Version)
		versions = []workloadv1.Secret{secret}
	}
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 {
		return nil, errorsmod.Wrapf(types.ErrSecretNotFound, "got %s in group %d", msg.Name, group.Id)
	}
	for _, secret := range versions {
		if secret.References > 0 {
			uses, err := s.usesOf(ctx, secret)
			if err != nil {
				return nil, err
			}
			return nil, errorsmod.Wrapf(types.ErrSecretInUse, "%s, version %d, by %s", secret.Name, secret.Version, uses)
		}
	}
	versions = versions[:min(len(versions), types.MaxRemovals)]
	for _, secret := range versions {
		if err := s.deleteSecret(ctx, secret); err != nil {
			return nil, err
		}
	}
	return &workloadv1.MsgRemoveSecretResponse{Removed: uint32(len(versions))}, nil
}

// usesOf names the deployments and revisions that pin a version of a secret, a few of them, as text for the refusal of
// its removal.
func (k *Keeper) usesOf(ctx context.Context, secret workloadv1.Secret) (string, error) {
	var ids []uint64
	scope := collections.NewPrefixedPairRange[uint64, uint64](secret.GroupId)
	err := k.deploymentsByGroup.Walk(ctx, scope, func(key idPair) (bool, error) {
		ids = append(ids, key.K2())
		return len(ids) == types.MaxHolderVisits, nil
	})
	if err != nil {
		return "", err
	}
	pin := workloadv1.SecretVersion{Name: secret.Name, Version: secret.Version}
	var uses []string
	for _, id := range ids {
		deployment, err := k.Deployment(ctx, id)
		if err != nil {
			return "", err
		}
		kept, err := k.revisionsOf(ctx, id)
		if err != nil {
			return "", err
		}
		for _, revision := range kept {
			if slices.Contains(revision.Secrets, pin) {
				uses = append(uses, fmt.Sprintf("%s revision %d", deployment.Name, revision.Revision))
			}
		}
		if len(uses) >= maxNamedUses {
			break
		}
	}
	named := uses[:min(len(uses), maxNamedUses)]
	if more := int(secret.References) - len(named); more > 0 {
		named = append(named, fmt.Sprintf("%d more", more))
	}
	return strings.Join(named, ", "), nil
}
