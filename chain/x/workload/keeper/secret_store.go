package keeper

import (
	"context"
	"encoding/binary"
	"errors"
	"math"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// Secret is one version of a secret, or ErrSecretNotFound.
func (k *Keeper) Secret(ctx context.Context, groupID uint64, name string, version uint64) (workloadv1.Secret, error) {
	secret, err := k.secrets.Get(ctx, collections.Join3(groupID, name, version))
	if errors.Is(err, collections.ErrNotFound) {
		return secret, errorsmod.Wrapf(types.ErrSecretNotFound, "got %s, version %d, in group %d", name, version, groupID)
	}
	return secret, err
}

// secretKey is the key of a scope, or ErrSecretKeyNotFound.
func (k *Keeper) secretKey(ctx context.Context, groupID uint64, scope string, generation uint64) (workloadv1.SecretKey, error) {
	key, err := k.secretKeys.Get(ctx, collections.Join3(groupID, scope, generation))
	if errors.Is(err, collections.ErrNotFound) {
		return key, errorsmod.Wrapf(types.ErrSecretKeyNotFound, "got %s, generation %d, in group %d", scope, generation, groupID)
	}
	return key, err
}

// versionsOf are the versions of a secret, oldest first.
func (k *Keeper) versionsOf(ctx context.Context, groupID uint64, name string) ([]workloadv1.Secret, error) {
	var list []workloadv1.Secret
	scope := collections.NewSuperPrefixedTripleRange[uint64, string, uint64](groupID, name)
	err := k.secrets.Walk(ctx, scope, func(_ secretKey, secret workloadv1.Secret) (bool, error) {
		list = append(list, secret)
		return false, nil
	})
	return list, err
}

// checkPins refuses a pin of a version that is not there.
func (k *Keeper) checkPins(ctx context.Context, groupID uint64, pins []workloadv1.SecretVersion) error {
	for _, pin := range pins {
		known, err := k.secrets.Has(ctx, collections.Join3(groupID, pin.Name, pin.Version))
		if err != nil {
			return err
		}
		if !known {
			return errorsmod.Wrapf(types.ErrSecretNotFound, "got %s, version %d, in group %d", pin.Name, pin.Version, groupID)
		}
	}
	return nil
}

// addSecretReferences counts a revision that pins secrets, or that no longer does; an unused one that is not the newest
// expires.
func (k *Keeper) addSecretReferences(ctx context.Context, groupID uint64, pins []workloadv1.SecretVersion, up bool) error {
	for _, pin := range pins {
		secret, err := k.Secret(ctx, groupID, pin.Name, pin.Version)
		if err != nil {
			return err
		}
		if up {
			secret.References++
		} else {
			secret.References = less(secret.References)
		}
		if err := k.secrets.Set(ctx, collections.Join3(groupID, pin.Name, pin.Version), secret); err != nil {
			return err
		}
		if err := k.enqueueSecret(ctx, secret); err != nil {
			return err
		}
	}
	return nil
}

// isSpare tells whether nothing keeps a version of a secret: neither a revision, nor that it is the newest.
func (k *Keeper) isSpare(ctx context.Context, secret workloadv1.Secret) (bool, error) {
	if secret.References > 0 {
		return false, nil
	}
	newest, err := getOr(ctx, k.secretVersions, collections.Join(secret.GroupId, secret.Name), 0)
	return secret.Version < newest, err
}

// enqueueSecret lets a spare version expire when the life of staged content has passed and it is still spare.
func (k *Keeper) enqueueSecret(ctx context.Context, secret workloadv1.Secret) error {
	spare, err := k.isSpare(ctx, secret)
	if err != nil || !spare {
		return err
	}
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	return k.enqueue(ctx, blockTime(ctx).Add(params.StagedTtl), workloadv1.DueKind_DUE_KIND_SECRET, secretID(secret.GroupId, secret.Version, secret.Name))
}

// secretID is the id of an entry of the due-queue on a version of a secret, or a generation of a key.
func secretID(groupID, number uint64, name string) []byte {
	return append(append(idBytes(groupID), idBytes(number)...), name...)
}

func parseSecretID(id []byte) (groupID, number uint64, name string) {
	return binary.BigEndian.Uint64(id[:8]), binary.BigEndian.Uint64(id[8:16]), string(id[16:])
}

// expireSecret is the work of a SECRET entry.
func (k *Keeper) expireSecret(ctx context.Context, id []byte) (int, error) {
	groupID, version, name := parseSecretID(id)
	secret, err := getOr(ctx, k.secrets, collections.Join3(groupID, name, version), workloadv1.Secret{})
	if err != nil || secret.Name == "" {
		return 0, err
	}
	spare, err := k.isSpare(ctx, secret)
	if err != nil || !spare {
		return 0, err
	}
	return 1, k.deleteSecret(ctx, secret)
}

// deleteSecret forgets a version of a secret, and its key with the last secret that is sealed to it.
func (k *Keeper) deleteSecret(ctx context.Context, secret workloadv1.Secret) error {
	at := collections.Join3(secret.GroupId, secret.Name, secret.Version)
	if err := k.secrets.Remove(ctx, at); err != nil {
		return err
	}
	if err := k.secretContents.Remove(ctx, at); err != nil {
		return err
	}
	if err := k.addCount(ctx, secret.GroupId, types.CountSecrets, -1); err != nil {
		return err
	}
	if err := k.addCount(ctx, secret.GroupId, types.CountSecretBytes, -int64(secret.Size_)); err != nil {
		return err
	}
	if err := k.releaseKey(ctx, secret); err != nil {
		return err
	}
	return emit(ctx, &workloadv1.EventSecretRemoved{GroupId: secret.GroupId, Name: secret.Name, Version: secret.Version})
}

// releaseKey counts a secret less on its key. With the last one the key goes at once, and its grants in steps of the
// due-queue: a generation is never used again, so nothing comes between.
func (k *Keeper) releaseKey(ctx context.Context, secret workloadv1.Secret) error {
	scope := types.SecretScope(secret.Name)
	key, err := k.secretKey(ctx, secret.GroupId, scope, secret.Generation)
	if err != nil {
		return err
	}
	at := collections.Join3(key.GroupId, key.Scope, key.Generation)
	key.Secrets = less(key.Secrets)
	if key.Secrets > 0 {
		return k.secretKeys.Set(ctx, at, key)
	}
	if err := k.secretKeys.Remove(ctx, at); err != nil {
		return err
	}
	if err := k.enqueueNow(ctx, workloadv1.DueKind_DUE_KIND_GRANTS, secretID(key.GroupId, key.Generation, key.Scope)); err != nil {
		return err
	}
	return emit(ctx, &workloadv1.EventSecretKeyRemoved{GroupId: key.GroupId, Scope: key.Scope, Generation: key.Generation})
}

// addToKey counts one more secret on the key of a scope; a new generation makes the key.
func (k *Keeper) addToKey(ctx context.Context, msg *workloadv1.MsgPutSecret) error {
	scope := types.SecretScope(msg.Name)
	counter := collections.Join(msg.GroupId, scope)
	newest, err := getOr(ctx, k.secretGenerations, counter, 0)
	if err != nil {
		return err
	}
	at := collections.Join3(msg.GroupId, scope, msg.Generation)
	key, err := getOr(ctx, k.secretKeys, at, workloadv1.SecretKey{})
	if err != nil {
		return err
	}
	switch {
	case msg.Generation == newest && key.Scope != "":
		if msg.KeyRecipient != "" && msg.KeyRecipient != key.Recipient {
			return errorsmod.Wrapf(types.ErrInvalidKeyRecipient, "the key of %s, generation %d, has another one", scope, msg.Generation)
		}
	case newest < math.MaxUint64 && msg.Generation == newest+1:
		if err := types.ValidateKeyRecipient(msg.KeyRecipient); err != nil {
			return err
		}
		key = workloadv1.SecretKey{
			GroupId: msg.GroupId, Scope: scope, Generation: msg.Generation, Recipient: msg.KeyRecipient, Publisher: msg.Publisher, CreatedAt: blockTime(ctx),
		}
		if err := k.secretGenerations.Set(ctx, counter, msg.Generation); err != nil {
			return err
		}
	default:
		return errorsmod.Wrapf(types.ErrSecretGeneration, "%s: got generation %d, the newest is %d", scope, msg.Generation, newest)
	}
	key.Secrets++
	return k.secretKeys.Set(ctx, at, key)
}
