package cmd

import (
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/codec"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	valsettypes "github.com/daonetes/daonetes/chain/x/valset/types"
)

func admitNodesCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "admit-node NODE_ID...",
		Short: "List nodes that may connect, and close the network to others; NODE_ID as comet show-node-id prints it",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return changeModule(cmd, valsettypes.ModuleName, &valsetv1.GenesisState{}, func(_ codec.Codec, state *valsetv1.GenesisState) error {
				state.Params.OpenPeers = false
				state.Params.NodeIds = append(state.Params.NodeIds, args...)
				return valsettypes.ValidateGenesis(state)
			})
		},
	}
}
