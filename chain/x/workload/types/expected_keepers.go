package types

import (
	"context"

	sdk "github.com/cosmos/cosmos-sdk/types"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

// WorkgroupKeeper knows groups and devices.
type WorkgroupKeeper interface {
	Group(ctx context.Context, id uint64) (workgroupv1.Group, error)
	OpenGroup(ctx context.Context, id uint64) (workgroupv1.Group, error)
	EffectivePolicy(ctx context.Context, group workgroupv1.Group) (workgroupv1.GroupPolicy, error)
	Device(ctx context.Context, address sdk.AccAddress) (workgroupv1.Device, error)
	// Recipient is the age recipient that a person registered; empty where there is none.
	Recipient(ctx context.Context, address sdk.AccAddress) (workgroupv1.Recipient, error)
	// MembersByTags are the approved and cordoned devices that have all the tags, by address.
	MembersByTags(ctx context.Context, groupID uint64, tags []string) ([]workgrouptypes.TaggedMember, error)
	// ExpireDue works off at most limit entries of the group module's own queue and tells how many it did.
	ExpireDue(ctx context.Context, limit int) (int, error)
}

// Councils knows who is a member of councils.
type Councils interface {
	// SpeaksFor tells whether the address is a member of the council whose own address authority is. It is false for
	// every authority that is no council.
	SpeaksFor(ctx context.Context, address, authority sdk.AccAddress) (bool, error)
}

// NetworkAuthority knows the address that governs the network.
type NetworkAuthority interface {
	// NetworkAuthority is the address, or an empty text if genesis named none.
	NetworkAuthority(ctx context.Context) (string, error)
}
