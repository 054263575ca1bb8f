package keeper

import (
	"context"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

func (s msgServer) PublishBlob(ctx context.Context, msg *workloadv1.MsgPublishBlob) (*workloadv1.MsgPublishBlobResponse, error) {
	params, err := s.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if err := types.ValidatePublishBlob(msg, params); err != nil {
		return nil, err
	}
	group, err := s.stagingGroup(ctx, msg.GroupId, msg.Publisher)
	if err != nil {
		return nil, err
	}
	hash, text := types.ContentHash(msg.Content)
	key := collections.Join(group.Id, hash)
	known, err := s.blobs.Has(ctx, key)
	if err != nil {
		return nil, err
	}
	if known {
		return &workloadv1.MsgPublishBlobResponse{Hash: text}, nil
	}
	if err := s.storeContent(ctx, group, hash, msg.Content); err != nil {
		return nil, err
	}
	blob := workloadv1.Blob{
		GroupId:     group.Id,
		Hash:        text,
		Size_:       uint32(len(msg.Content)),
		Publisher:   msg.Publisher,
		PublishedAt: blockTime(ctx),
	}
	if err := s.blobs.Set(ctx, key, blob); err != nil {
		return nil, err
	}
	return &workloadv1.MsgPublishBlobResponse{Hash: text}, emit(ctx, &workloadv1.EventBlobPublished{GroupId: group.Id, Hash: text})
}

func (s msgServer) PublishSpec(ctx context.Context, msg *workloadv1.MsgPublishSpec) (*workloadv1.MsgPublishSpecResponse, error) {
	params, err := s.params.Get(ctx)
	if err != nil {
		return nil, err
	}
	if err := types.ValidatePublishSpec(msg, params); err != nil {
		return nil, err
	}
	group, err := s.stagingGroup(ctx, msg.GroupId, msg.Publisher)
	if err != nil {
		return nil, err
	}
	hash, text := types.ContentHash(msg.Content)
	key := collections.Join(group.Id, hash)
	known, err := getOr(ctx, s.specs, key, workloadv1.Spec{})
	if err != nil {
		return nil, err
	}
	if known.Hash != "" {
		return samePublication(known, msg)
	}
	if err := s.checkBlobs(ctx, group.Id, msg.Declaration.Blobs); err != nil {
		return nil, err
	}
	policy, err := s.workgroup.EffectivePolicy(ctx, group)
	if err != nil {
		return nil, err
	}
	if err := s.checkCap(ctx, group.Id, types.CountSpecs, 1, uint64(policy.Caps.MaxSpecs), "specs"); err != nil {
		return nil, err
	}
	if err := s.storeContent(ctx, group, hash, msg.Content); err != nil {
		return nil, err
	}
	if err := s.addBlobReferences(ctx, group.Id, msg.Declaration.Blobs, true); err != nil {
		return nil, err
	}
	name := collections.Join(group.Id, msg.Name)
	version, err := getOr(ctx, s.specVersions, name, 0)
	if err != nil {
		return nil, err
	}
	version++
	spec := workloadv1.Spec{
		GroupId:     group.Id,
		Hash:        text,
		Name:        msg.Name,
		Version:     version,
		Size_:       uint32(len(msg.Content)),
		Declaration: msg.Declaration,
		Publisher:   msg.Publisher,
		PublishedAt: blockTime(ctx),
	}
	if err := s.specVersions.Set(ctx, name, version); err != nil {
		return nil, err
	}
	if err := s.specsByName.Set(ctx, collections.Join3(group.Id, msg.Name, version), hash); err != nil {
		return nil, err
	}
	if err := s.addCount(ctx, group.Id, types.CountSpecs, 1); err != nil {
		return nil, err
	}
	if err := s.specs.Set(ctx, key, spec); err != nil {
		return nil, err
	}
	response := &workloadv1.MsgPublishSpecResponse{Hash: text, Version: version}
	return response, emit(ctx, &workloadv1.EventSpecPublished{GroupId: group.Id, Hash: text})
}

func (s msgServer) RetireSpec(ctx context.Context, msg *workloadv1.MsgRetireSpec) (*workloadv1.MsgRetireSpecResponse, error) {
	if err := types.ValidateRetireSpec(msg); err != nil {
		return nil, err
	}
	group, err := s.authorisedGroup(ctx, msg.GroupId, msg.Authority)
	if err != nil {
		return nil, err
	}
	hash, err := types.ParseHash(msg.Hash)
	if err != nil {
		return nil, err
	}
	spec, err := s.Spec(ctx, group.Id, hash)
	if err != nil {
		return nil, err
	}
	if spec.Retired {
		return nil, errorsmod.Wrapf(types.ErrSpecRetired, "got %s", msg.Hash)
	}
	if spec.References > 0 {
		return nil, errorsmod.Wrapf(types.ErrSpecInUse, "got %s, which %d revisions use", msg.Hash, spec.References)
	}
	spec.Retired = true
	if err := s.specs.Set(ctx, collections.Join(group.Id, hash), spec); err != nil {
		return nil, err
	}
	if err := s.addCount(ctx, group.Id, types.CountSpecs, -1); err != nil {
		return nil, err
	}
	return &workloadv1.MsgRetireSpecResponse{}, emit(ctx, &workloadv1.EventSpecRetired{GroupId: group.Id, Hash: msg.Hash})
}

// samePublication answers a spec that is there already: it changes nothing, and refuses another declaration of the
// same bytes.
func samePublication(known workloadv1.Spec, msg *workloadv1.MsgPublishSpec) (*workloadv1.MsgPublishSpecResponse, error) {
	if known.Retired {
		return nil, errorsmod.Wrapf(types.ErrSpecRetired, "got %s", known.Hash)
	}
	if !known.Declaration.Equal(msg.Declaration) {
		return nil, errorsmod.Wrapf(types.ErrInvalidDeclaration, "%s was published with another one", known.Hash)
	}
	return &workloadv1.MsgPublishSpecResponse{Hash: known.Hash, Version: known.Version}, nil
}

// storeContent stores bytes within the group's cap and lets them expire unless something comes to refer to them.
func (k *Keeper) storeContent(ctx context.Context, group workgroupv1.Group, hash, content []byte) error {
	policy, err := k.workgroup.EffectivePolicy(ctx, group)
	if err != nil {
		return err
	}
	size := uint64(len(content))
	if err := k.checkCap(ctx, group.Id, types.CountContentBytes, size, policy.Caps.MaxContentBytes, "bytes of content"); err != nil {
		return err
	}
	if err := k.addCount(ctx, group.Id, types.CountContentBytes, int64(size)); err != nil {
		return err
	}
	if err := k.contents.Set(ctx, collections.Join(group.Id, hash), content); err != nil {
		return err
	}
	return k.enqueueStaged(ctx, group.Id, hash)
}

func (k *Keeper) checkBlobs(ctx context.Context, groupID uint64, hashes []string) error {
	for _, text := range hashes {
		hash, err := types.ParseHash(text)
		if err != nil {
			return err
		}
		known, err := k.blobs.Has(ctx, collections.Join(groupID, hash))
		if err != nil {
			return err
		}
		if !known {
			return errorsmod.Wrapf(types.ErrBlobNotFound, "got %s in group %d", text, groupID)
		}
	}
	return nil
}
