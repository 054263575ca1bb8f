package cmd

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	cmtcfg "github.com/cometbft/cometbft/config"
	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/privval"
	"github.com/cometbft/cometbft/store"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/stretchr/testify/require"
)

// C-11: a signing state that is older than the signatures in the block store stops the start; a node that only followed
// the chain, a newer state and a new key do not.
func TestAnOlderSigningStateIsRefused(t *testing.T) {
	config := cometConfig(serveProfile)
	config.SetRoot(t.TempDir())
	for _, folder := range []string{"config", "data"} {
		require.NoError(t, os.Mkdir(filepath.Join(config.RootDir, folder), 0o700))
	}
	require.NoError(t, checkSignState(config), "a new node")
	key := privval.GenFilePV(config.PrivValidatorKeyFile(), config.PrivValidatorStateFile())
	key.Save()
	other := ed25519.GenPrivKey().PubKey().Address()
	storeBlocks(t, config, 30, func(height int64) cmttypes.Address {
		if height <= 20 {
			return key.GetAddress()
		}
		return other
	})
	state := func(height string) {
		require.NoError(t, os.WriteFile(config.PrivValidatorStateFile(), []byte(`{"height":"`+height+`","round":0,"step":3}`), 0o600))
	}
	state("20")
	require.NoError(t, checkSignState(config), "it followed ten blocks without a signature")
	state("31")
	require.NoError(t, checkSignState(config))
	state("19")
	require.ErrorContains(t, checkSignState(config), "is of height 19, but this key signed height 20")
	state("0")
	require.ErrorContains(t, checkSignState(config), "put back from an older copy")
	require.NoError(t, os.Remove(config.PrivValidatorStateFile()))
	require.ErrorContains(t, checkSignState(config), "signed height 20")
	require.NoError(t, os.WriteFile(config.PrivValidatorStateFile(), []byte(`{"height`), 0o600))
	require.ErrorContains(t, checkSignState(config), "cannot be read")
	state("0")
	privval.GenFilePV(config.PrivValidatorKeyFile(), filepath.Join(t.TempDir(), "state.json")).Save()
	require.NoError(t, checkSignState(config), "another key signed nothing")
}

// storeBlocks writes blocks each of which is signed by one key.
func storeBlocks(t *testing.T, config *cmtcfg.Config, count int64, signer func(int64) cmttypes.Address) {
	t.Helper()
	db, err := cmtcfg.DefaultDBProvider(&cmtcfg.DBContext{ID: "blockstore", Config: config})
	require.NoError(t, err)
	blocks := store.NewBlockStore(db)
	last := &cmttypes.Commit{}
	for height := int64(1); height <= count; height++ {
		block := cmttypes.MakeBlock(height, nil, last, nil)
		block.ProposerAddress = signer(height)
		parts, err := block.MakePartSet(cmttypes.BlockPartSizeBytes)
		require.NoError(t, err)
		commit := &cmttypes.Commit{
			Height: height, BlockID: cmttypes.BlockID{Hash: block.Hash(), PartSetHeader: parts.Header()},
			Signatures: []cmttypes.CommitSig{{
				BlockIDFlag: cmttypes.BlockIDFlagCommit, ValidatorAddress: signer(height), Timestamp: time.Unix(height, 0), Signature: []byte("signature"),
			}},
		}
		blocks.SaveBlock(block, parts, commit)
		last = commit
	}
	require.NoError(t, blocks.Close())
}
