package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/store"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/spf13/cobra"
)

// maxCheckedBlocks bounds how many blocks the check of the signing state looks at.
const maxCheckedBlocks = 1_000

// guardStart makes start refuse a signing state that is older than what the key signed.
func guardStart(root *cobra.Command) {
	for _, command := range root.Commands() {
		if command.Name() != "start" {
			continue
		}
		before := command.PreRunE
		command.PreRunE = func(cmd *cobra.Command, args []string) error {
			if before != nil {
				if err := before(cmd, args); err != nil {
					return err
				}
			}
			return checkSignState(nodeConfig(cmd))
		}
	}
}

// checkSignState refuses to start where the block store holds a signature of this node's key from a later height than
// the signing state knows: somebody put an older file back, and the key would sign a height twice.
func checkSignState(config *cmtcfg.Config) error {
	if config.PrivValidatorListenAddr != "" {
		return nil // the remote signer keeps the state
	}
	for _, file := range []string{config.PrivValidatorKeyFile(), filepath.Join(config.DBDir(), "blockstore.db")} {
		if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
			return nil // nothing was signed here yet
		}
	}
	signed, err := signedHeight(config.PrivValidatorStateFile())
	if err != nil {
		return err
	}
	db, err := cmtcfg.DefaultDBProvider(&cmtcfg.DBContext{ID: "blockstore", Config: config})
	if err != nil {
		return fmt.Errorf("the block store cannot be opened; does the node run already? %w", err)
	}
	blocks := store.NewBlockStore(db)
	defer func() { _ = blocks.Close() }()
	address := privval.LoadFilePVEmptyState(config.PrivValidatorKeyFile(), "").GetAddress()
	for height := blocks.Height(); height > signed && height > blocks.Height()-maxCheckedBlocks && height > 0; height-- {
		commit := blocks.LoadBlockCommit(height)
		if commit == nil {
			commit = blocks.LoadSeenCommit(height)
		}
		if signs(commit, address) {
			return fmt.Errorf(
				"%s is of height %d, but this key signed height %d: it was put back from an older copy, and the node would sign twice and lose its seat; "+
					"put the newest one back, or give the node a new key and rotate the seat to it (daonetes validator rotate)",
				config.PrivValidatorStateFile(), signed, height)
		}
	}
	return nil
}

func signs(commit *cmttypes.Commit, address cmttypes.Address) bool {
	if commit == nil {
		return false
	}
	for _, signature := range commit.Signatures {
		if string(signature.ValidatorAddress) == string(address) {
			return true
		}
	}
	return false
}

// signedHeight is the height of a signing state; 0 if the file is not there.
func signedHeight(file string) (int64, error) {
	raw, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	var state struct {
		Height int64 `json:"height,string"`
	}
	if err := json.Unmarshal(raw, &state); err != nil {
		return 0, fmt.Errorf("the signing state %s cannot be read; put the newest copy back: %w", file, err)
	}
	return state.Height, nil
}
