package keeper

import (
	"bytes"
	"context"

	errorsmod "cosmossdk.io/errors"

	codectypes "github.com/cosmos/cosmos-sdk/codec/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	sdktx "github.com/cosmos/cosmos-sdk/types/tx"

	councilv1 "github.com/daonetes/daonetes/chain/gen/daonetes/council/v1"
	"github.com/daonetes/daonetes/chain/x/council/types"
)

// maxDepth bounds how deeply councils may carry out each other's proposals in one transaction.
const maxDepth = 4

// depthKey is the key under which the context of an execution holds how many executions it is inside of.
type depthKey struct{}

// execute carries a proposal out: all of it, or nothing. The proposal is closed before its messages run, so nothing
// that they do can run it again. A message that fails fails the transaction, which takes everything back: the vote
// that led here too. There is no branch of the state and no half result.
func (k *Keeper) execute(ctx context.Context, council councilv1.Council, proposal councilv1.Proposal) ([]*codectypes.Any, error) {
	outer := sdk.UnwrapSDKContext(ctx)
	depth, _ := outer.Value(depthKey{}).(int)
	if depth >= maxDepth {
		return nil, errorsmod.Wrapf(types.ErrNestedTooDeeply, "proposal %d of council %s", proposal.Id, council.Name)
	}
	content, err := k.contents.Get(ctx, proposal.Id)
	if err != nil {
		return nil, err
	}
	msgs, err := k.messagesOf(council, content)
	if err != nil {
		return nil, err
	}
	if err := k.closeProposal(ctx, proposal, councilv1.ProposalStatus_PROPOSAL_STATUS_EXECUTED); err != nil {
		return nil, err
	}
	if err := emit(ctx, &councilv1.EventProposalExecuted{CouncilId: council.Id, ProposalId: proposal.Id}); err != nil {
		return nil, err
	}
	inner := outer.WithValue(depthKey{}, depth+1)
	var responses []*codectypes.Any
	for i, msg := range msgs {
		result, err := k.router.Handler(msg)(inner, msg)
		if err != nil {
			space, code, _ := errorsmod.ABCIInfo(err, false)
			return nil, errorsmod.Wrapf(types.ErrMessageFailed, "message %d of %d, %s (%s/%d): %s", i+1, len(msgs), sdk.MsgTypeURL(msg), space, code, err)
		}
		// The router gives each message an event manager of its own: these events appear nowhere else.
		outer.EventManager().EmitEvents(result.GetEvents())
		responses = append(responses, result.MsgResponses...)
	}
	return responses, nil
}

// messagesOf are the messages of a proposal, each of a type that a council may send and signed by this council alone.
// It is asked at submission and again at execution.
func (k *Keeper) messagesOf(council councilv1.Council, content councilv1.ProposalContent) ([]sdk.Msg, error) {
	own, err := types.ParseAddress(council.Address)
	if err != nil {
		return nil, err
	}
	msgs, err := sdktx.GetMsgs(content.Messages, "proposed")
	if err != nil {
		return nil, errorsmod.Wrap(types.ErrInvalidMessages, err.Error())
	}
	for i, msg := range msgs {
		typeURL := sdk.MsgTypeURL(msg)
		if !k.messages.MayPropose(typeURL) || k.router.Handler(msg) == nil {
			return nil, errorsmod.Wrapf(types.ErrMessageNotAllowed, "message %d: got %s", i+1, typeURL)
		}
		signers, _, err := k.cdc.GetMsgV1Signers(msg)
		if err != nil {
			return nil, errorsmod.Wrapf(types.ErrWrongSigner, "message %d, %s: %s", i+1, typeURL, err)
		}
		if len(signers) != 1 || !bytes.Equal(signers[0], own) {
			return nil, errorsmod.Wrapf(types.ErrWrongSigner, "message %d, %s: want %s", i+1, typeURL, council.Address)
		}
	}
	return msgs, nil
}
