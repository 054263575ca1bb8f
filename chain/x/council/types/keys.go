package types

import "cosmossdk.io/collections"

const (
	// ModuleName names the module in genesis, routes and logs, and is part of the address of each council.
	ModuleName = "council"
	// StoreKey names the module's store.
	StoreKey = ModuleName
)

// Prefixes of the store. They never change and are never used again for something else.
var (
	ParamsPrefix             = collections.NewPrefix(1)
	NextCouncilIDPrefix      = collections.NewPrefix(2)
	NextProposalIDPrefix     = collections.NewPrefix(3)
	CouncilsPrefix           = collections.NewPrefix(4)
	CouncilsByNamePrefix     = collections.NewPrefix(5)
	CouncilsByAddressPrefix  = collections.NewPrefix(6)
	CouncilsByMemberPrefix   = collections.NewPrefix(7)
	ProposalsPrefix          = collections.NewPrefix(8)
	ContentsPrefix           = collections.NewPrefix(9)
	VotesPrefix              = collections.NewPrefix(10)
	ProposalsByCouncilPrefix = collections.NewPrefix(11)
	OpenProposalsPrefix      = collections.NewPrefix(12)
	ClosedProposalsPrefix    = collections.NewPrefix(13)
	ClosingsPrefix           = collections.NewPrefix(14)
)
