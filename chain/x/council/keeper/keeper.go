// Package keeper holds the state of x/council and the messages that change it.
package keeper

import (
	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

// Keeper reads and writes councils and proposals.
type Keeper struct {
	cdc       codec.Codec
	accounts  types.AccountKeeper
	directory types.Directory
	network   types.NetworkAuthority
	messages  types.MessageTypes
	router    types.Router

	schema collections.Schema
	// 0x01 -> Params
	params collections.Item[councilv1.Params]
	// 0x02 -> id of the next council
	nextCouncilID collections.Item[uint64]
	// 0x03 -> id of the next proposal
	nextProposalID collections.Item[uint64]
	// 0x04 | council -> Council
	councils collections.Map[uint64, councilv1.Council]
	// 0x05 | name -> council
	councilsByName collections.Map[string, uint64]
	// 0x06 | the council's address -> council
	councilsByAddress collections.Map[sdk.AccAddress, uint64]
	// 0x07 | length | member | council
	councilsByMember collections.KeySet[collections.Pair[sdk.AccAddress, uint64]]
	// 0x08 | proposal -> Proposal
	proposals collections.Map[uint64, councilv1.Proposal]
	// 0x09 | proposal -> ProposalContent, while it is open
	contents collections.Map[uint64, councilv1.ProposalContent]
	// 0x0a | proposal | member -> Vote
	votes collections.Map[collections.Pair[uint64, sdk.AccAddress], councilv1.Vote]
	// 0x0b | council | proposal
	proposalsByCouncil collections.KeySet[collections.Pair[uint64, uint64]]
	// 0x0c | council | proposal -> OpenProposal
	openProposals collections.Map[collections.Pair[uint64, uint64], councilv1.OpenProposal]
	// 0x0d | council | number of the closing -> proposal
	closedProposals collections.Map[collections.Pair[uint64, uint64], uint64]
	// 0x0e | council -> how many of its proposals were ever closed
	closings collections.Map[uint64, uint64]
}

// NewKeeper builds the keeper; a bad schema panics here, at start.
func NewKeeper(
	cdc codec.Codec, stores store.KVStoreService, accounts types.AccountKeeper, directory types.Directory,
	network types.NetworkAuthority, messages types.MessageTypes, router types.Router,
) *Keeper {
	sb := collections.NewSchemaBuilder(stores)
	u64, addr := collections.Uint64Key, sdk.AccAddressKey
	ids := collections.PairKeyCodec(u64, u64)
	keeper := &Keeper{
		cdc:                cdc,
		accounts:           accounts,
		directory:          directory,
		network:            network,
		messages:           messages,
		router:             router,
		params:             collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[councilv1.Params](cdc)),
		nextCouncilID:      collections.NewItem(sb, types.NextCouncilIDPrefix, "next_council_id", collections.Uint64Value),
		nextProposalID:     collections.NewItem(sb, types.NextProposalIDPrefix, "next_proposal_id", collections.Uint64Value),
		councils:           collections.NewMap(sb, types.CouncilsPrefix, "councils", u64, codec.CollValue[councilv1.Council](cdc)),
		councilsByName:     collections.NewMap(sb, types.CouncilsByNamePrefix, "councils_by_name", collections.StringKey, collections.Uint64Value),
		councilsByAddress:  collections.NewMap(sb, types.CouncilsByAddressPrefix, "councils_by_address", addr, collections.Uint64Value),
		councilsByMember:   collections.NewKeySet(sb, types.CouncilsByMemberPrefix, "councils_by_member", collections.PairKeyCodec(addr, u64)),
		proposals:          collections.NewMap(sb, types.ProposalsPrefix, "proposals", u64, codec.CollValue[councilv1.Proposal](cdc)),
		contents:           collections.NewMap(sb, types.ContentsPrefix, "contents", u64, codec.CollValue[councilv1.ProposalContent](cdc)),
		votes:              collections.NewMap(sb, types.VotesPrefix, "votes", collections.PairKeyCodec(u64, addr), codec.CollValue[councilv1.Vote](cdc)),
		proposalsByCouncil: collections.NewKeySet(sb, types.ProposalsByCouncilPrefix, "proposals_by_council", ids),
		openProposals:      collections.NewMap(sb, types.OpenProposalsPrefix, "open_proposals", ids, codec.CollValue[councilv1.OpenProposal](cdc)),
		closedProposals:    collections.NewMap(sb, types.ClosedProposalsPrefix, "closed_proposals", ids, collections.Uint64Value),
		closings:           collections.NewMap(sb, types.ClosingsPrefix, "closings", u64, collections.Uint64Value),
	}
	schema, err := sb.Build()
	if err != nil {
		panic(err)
	}
	keeper.schema = schema
	return keeper
}
