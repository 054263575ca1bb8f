package types

import (
	"time"

	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
)

// DefaultParams are the parameters of a new network.
func DefaultParams() workgroupv1.Params {
	return workgroupv1.Params{
		GroupCreation: workgroupv1.CreationRule_CREATION_RULE_LISTED,
		WaitingTtl:    24 * time.Hour,
		MaxTicketTtl:  90 * 24 * time.Hour,
		DefaultLease:  time.Hour,
		DefaultCaps: workgroupv1.Caps{
			MaxDevices:      10_000,
			MaxPending:      1_000,
			MaxTickets:      100,
			MaxDeployments:  1_000,
			MaxSpecs:        1_000,
			MaxContentBytes: 32 << 20,
		},
	}
}

// ResolvePolicy fills the zero fields of a group's policy with the network's defaults.
func ResolvePolicy(policy workgroupv1.GroupPolicy, params workgroupv1.Params) workgroupv1.GroupPolicy {
	if policy.Lease == 0 {
		policy.Lease = params.DefaultLease
	}
	if policy.MinimumProfile == workgroupv1.DeviceProfile_DEVICE_PROFILE_UNSPECIFIED {
		policy.MinimumProfile = workgroupv1.DeviceProfile_DEVICE_PROFILE_BASELINE
	}
	limit := params.DefaultCaps
	policy.Caps = workgroupv1.Caps{
		MaxDevices:      lower(policy.Caps.MaxDevices, limit.MaxDevices),
		MaxPending:      lower(policy.Caps.MaxPending, limit.MaxPending),
		MaxTickets:      lower(policy.Caps.MaxTickets, limit.MaxTickets),
		MaxDeployments:  lower(policy.Caps.MaxDeployments, limit.MaxDeployments),
		MaxSpecs:        lower(policy.Caps.MaxSpecs, limit.MaxSpecs),
		MaxContentBytes: lower(policy.Caps.MaxContentBytes, limit.MaxContentBytes),
	}
	return policy
}

// lower is the smaller of a group's cap and the network's, where 0 means the network's.
func lower[N uint32 | uint64](group, network N) N {
	if group == 0 || group > network {
		return network
	}
	return group
}
