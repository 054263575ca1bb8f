package keeper

import (
	"context"
	"encoding/binary"
	"slices"

	"cosmossdk.io/collections"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

// addReference counts a revision that uses a spec, or that no longer does; an unused spec expires.
func (k *Keeper) addReference(ctx context.Context, groupID uint64, hashText string, up bool) error {
	hash, err := types.ParseHash(hashText)
	if err != nil {
		return err
	}
	spec, err := k.Spec(ctx, groupID, hash)
	if err != nil {
		return err
	}
	if up {
		spec.References++
	} else {
		spec.References = less(spec.References)
	}
	if spec.References == 0 {
		if err := k.enqueueStaged(ctx, groupID, hash); err != nil {
			return err
		}
	}
	return k.specs.Set(ctx, collections.Join(groupID, hash), spec)
}

// addBlobReferences counts a spec that refers to blobs, or that no longer does; an unused blob expires.
func (k *Keeper) addBlobReferences(ctx context.Context, groupID uint64, hashes []string, up bool) error {
	for _, text := range hashes {
		hash, err := types.ParseHash(text)
		if err != nil {
			return err
		}
		key := collections.Join(groupID, hash)
		blob, err := k.blobs.Get(ctx, key)
		if err != nil {
			return err
		}
		if up {
			blob.References++
		} else {
			blob.References = less(blob.References)
		}
		if blob.References == 0 {
			if err := k.enqueueStaged(ctx, groupID, hash); err != nil {
				return err
			}
		}
		if err := k.blobs.Set(ctx, key, blob); err != nil {
			return err
		}
	}
	return nil
}

// enqueueStaged lets content expire when its life has passed and still nothing refers to it.
func (k *Keeper) enqueueStaged(ctx context.Context, groupID uint64, hash []byte) error {
	params, err := k.params.Get(ctx)
	if err != nil {
		return err
	}
	id := append(idBytes(groupID), hash...)
	return k.enqueue(ctx, blockTime(ctx).Add(params.StagedTtl), workloadv1.DueKind_DUE_KIND_STAGED, id)
}

// expireStaged is the work of a STAGED entry.
func (k *Keeper) expireStaged(ctx context.Context, id []byte) (int, error) {
	groupID, hash := binary.BigEndian.Uint64(id[:8]), slices.Clone(id[8:])
	key := collections.Join(groupID, hash)
	spec, err := getOr(ctx, k.specs, key, workloadv1.Spec{})
	if err != nil {
		return 0, err
	}
	if spec.Hash != "" && spec.References == 0 {
		if err := k.deleteSpec(ctx, spec, hash); err != nil {
			return 0, err
		}
	}
	blob, err := getOr(ctx, k.blobs, key, workloadv1.Blob{})
	if err != nil {
		return 0, err
	}
	if blob.Hash != "" && blob.References == 0 {
		if err := k.deleteBlob(ctx, blob, hash); err != nil {
			return 0, err
		}
	}
	return 1, nil
}

func (k *Keeper) deleteSpec(ctx context.Context, spec workloadv1.Spec, hash []byte) error {
	if err := k.specs.Remove(ctx, collections.Join(spec.GroupId, hash)); err != nil {
		return err
	}
	if err := k.specsByName.Remove(ctx, collections.Join3(spec.GroupId, spec.Name, spec.Version)); err != nil {
		return err
	}
	if !spec.Retired {
		if err := k.addCount(ctx, spec.GroupId, types.CountSpecs, -1); err != nil {
			return err
		}
	}
	if err := k.addBlobReferences(ctx, spec.GroupId, spec.Declaration.Blobs, false); err != nil {
		return err
	}
	if err := k.dropContent(ctx, spec.GroupId, hash, spec.Size_); err != nil {
		return err
	}
	return emit(ctx, &workloadv1.EventSpecRetired{GroupId: spec.GroupId, Hash: spec.Hash})
}

func (k *Keeper) deleteBlob(ctx context.Context, blob workloadv1.Blob, hash []byte) error {
	if err := k.blobs.Remove(ctx, collections.Join(blob.GroupId, hash)); err != nil {
		return err
	}
	if err := k.dropContent(ctx, blob.GroupId, hash, blob.Size_); err != nil {
		return err
	}
	return emit(ctx, &workloadv1.EventBlobExpired{GroupId: blob.GroupId, Hash: blob.Hash})
}

// dropContent deletes bytes that neither a spec nor a blob holds any more. The same bytes published as both count
// twice.
func (k *Keeper) dropContent(ctx context.Context, groupID uint64, hash []byte, size uint32) error {
	if err := k.addCount(ctx, groupID, types.CountContentBytes, -int64(size)); err != nil {
		return err
	}
	key := collections.Join(groupID, hash)
	isSpec, err := k.specs.Has(ctx, key)
	if err != nil {
		return err
	}
	isBlob, err := k.blobs.Has(ctx, key)
	if err != nil || isSpec || isBlob {
		return err
	}
	return k.contents.Remove(ctx, key)
}
