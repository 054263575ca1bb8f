package app

import (
	"context"
	"slices"

	cmttypes "github.com/cometbft/cometbft/types"
	"google.golang.org/grpc"

	errorsmod "cosmossdk.io/errors"

	"github.com/cosmos/cosmos-sdk/x/consensus"
	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"

	admissiontypes "github.com/daonetes/daonetes/chain/x/admission/types"
	valsettypes "github.com/daonetes/daonetes/chain/x/valset/types"
)

// guardedConsensus is x/consensus without the parameters that would stop the network or give its authority away.
// The check stands in the message server: a proposal of a council passes no ante handler.
type guardedConsensus struct {
	consensus.AppModule
	keeper consensuskeeper.Keeper
}

// RegisterServices adds messages and queries.
func (m guardedConsensus) RegisterServices(registrar grpc.ServiceRegistrar) error {
	consensustypes.RegisterMsgServer(registrar, guardedConsensusServer{m.keeper})
	consensustypes.RegisterQueryServer(registrar, m.keeper)
	return nil
}

type guardedConsensusServer struct {
	consensustypes.MsgServer
}

// UpdateParams changes the consensus parameters but the network's authority, which changes hands in x/valset.
func (s guardedConsensusServer) UpdateParams(ctx context.Context, msg *consensustypes.MsgUpdateParams) (*consensustypes.MsgUpdateParamsResponse, error) {
	if err := checkConsensusParams(msg); err != nil {
		return nil, err
	}
	return s.MsgServer.UpdateParams(ctx, msg)
}

func checkConsensusParams(msg *consensustypes.MsgUpdateParams) error {
	if msg.Auth != nil {
		return errorsmod.Wrap(valsettypes.ErrConsensusParams, "auth: leave it out and use MsgProposeNetworkAuthority")
	}
	if msg.Block == nil || msg.Evidence == nil || msg.Validator == nil {
		return errorsmod.Wrap(valsettypes.ErrConsensusParams, "block, evidence and validator: want all of them")
	}
	if !slices.Equal(msg.Validator.PubKeyTypes, []string{cmttypes.ABCIPubKeyTypeEd25519}) {
		return errorsmod.Wrapf(valsettypes.ErrConsensusParams, "validator.pub_key_types: got %q, want ed25519 only", msg.Validator.PubKeyTypes)
	}
	if least := int64(4 * admissiontypes.MaxTxBytes); msg.Block.MaxBytes < least {
		return errorsmod.Wrapf(valsettypes.ErrConsensusParams, "block.max_bytes: got %d, want at least %d", msg.Block.MaxBytes, least)
	}
	if msg.Block.MaxGas < admissiontypes.MaxGas {
		return errorsmod.Wrapf(valsettypes.ErrConsensusParams, "block.max_gas: got %d, want at least %d", msg.Block.MaxGas, admissiontypes.MaxGas)
	}
	if msg.Abci != nil && msg.Abci.VoteExtensionsEnableHeight != 0 {
		return errorsmod.Wrap(valsettypes.ErrConsensusParams, "abci.vote_extensions_enable_height: this application has none")
	}
	return nil
}
