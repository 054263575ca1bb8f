package types

import "cosmossdk.io/collections"

const (
	// ModuleName names the module in genesis, routes and logs.
	ModuleName = "workgroup"
	// StoreKey names the module's store; devices compute keys below it.
	StoreKey = ModuleName
)

// Prefixes of the store. They never change and are never used again for something else.
var (
	ParamsPrefix         = collections.NewPrefix(1)
	NextGroupIDPrefix    = collections.NewPrefix(2)
	NextTicketIDPrefix   = collections.NewPrefix(3)
	GroupsPrefix         = collections.NewPrefix(4)
	GroupsByNamePrefix   = collections.NewPrefix(5)
	ActorsPrefix         = collections.NewPrefix(6)
	TicketsPrefix        = collections.NewPrefix(7)
	TicketsByKeyPrefix   = collections.NewPrefix(8)
	TicketsByGroupPrefix = collections.NewPrefix(9)
	DevicesPrefix        = collections.NewPrefix(10)
	DevicesByGroupPrefix = collections.NewPrefix(11)
	DevicesByNamePrefix  = collections.NewPrefix(12)
	MembersByTagPrefix   = collections.NewPrefix(13)
	CreatorsPrefix       = collections.NewPrefix(14)
	RecipientsPrefix     = collections.NewPrefix(15)
	ExpiryQueuePrefix    = collections.NewPrefix(16)
	GroupCountersPrefix  = collections.NewPrefix(17)
)

// Ways in which a group names an address; second part of a key of the actor index. Stored, never renumbered.
const (
	ActorAuthority uint64 = 1
	ActorPending   uint64 = 2
	ActorPublisher uint64 = 3
	ActorOperator  uint64 = 4
)

// What is counted per group; second part of a key of the counters. Stored, never renumbered.
const (
	CountDevices uint64 = 1
	CountPending uint64 = 2
	CountTickets uint64 = 3
)

// What an entry of the expiry queue is for. Stored, never renumbered.
const (
	ExpireTicket  uint64 = 1
	ExpireWaiting uint64 = 2
)
