package app

import (
	"fmt"

	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
)

// BaseApp forgets height and time of the last block when a node starts again, until the next block. On an idle chain
// that takes half a minute, in which queries of the latest state fail, signatures are checked as if at genesis, and
// every unordered timeout seems too far. So the application remembers them from the last commit.

// resume gives queries the last block's header. The next block takes the same branch of the state.
func (app *App) resume() error {
	height := app.LastBlockHeight()
	if height == 0 {
		return nil
	}
	commits, ok := app.CommitMultiStore().(interface {
		GetCommitInfo(version int64) (*storetypes.CommitInfo, error)
	})
	if !ok {
		return fmt.Errorf("the store %T does not know the time of its commits", app.CommitMultiStore())
	}
	commit, err := commits.GetCommitInfo(height)
	if err != nil {
		return err
	}
	app.resumed = cmtproto.Header{ChainID: app.ChainID(), Height: height, Time: commit.Timestamp}
	app.NewNextBlockContext(app.resumed)
	return nil
}

// withResumed gives CheckTx and simulation the last block's header where they have none.
func (app *App) withResumed(handler sdk.AnteHandler) sdk.AnteHandler {
	return func(ctx sdk.Context, tx sdk.Tx, simulate bool) (sdk.Context, error) {
		if ctx.BlockHeight() == 0 && app.resumed.Height > 0 && ctx.ExecMode() != sdk.ExecModeFinalize {
			ctx = ctx.WithBlockHeader(app.resumed)
		}
		return handler(ctx, tx, simulate)
	}
}
