// Package app wires the modules of daonetesd by hand.
package app

import (
	"os"
	"path/filepath"
	"sync"

	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/version"
)

const (
	// Name is the name of the daemon.
	Name = "daonetesd"
	// Bech32Prefix starts every account address.
	Bech32Prefix = "daonet"
	// Denom is the base unit of the fee coin; its exponent is 6.
	Denom = "udaonet"
	// CoinType is the SLIP-44 number of people's keys.
	CoinType = 118
)

// DefaultHome is where a node keeps its files unless --home says otherwise.
func DefaultHome() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ".daonetes"
	}
	return filepath.Join(home, ".daonetes")
}

// SetSDKConfig sets what the SDK keeps in global variables; called by New and by main, any number of times.
var SetSDKConfig = sync.OnceFunc(func() {
	config := sdk.GetConfig()
	config.SetBech32PrefixForAccount(Bech32Prefix, Bech32Prefix+"pub")
	config.SetBech32PrefixForValidator(Bech32Prefix+"valoper", Bech32Prefix+"valoperpub")
	config.SetBech32PrefixForConsensusNode(Bech32Prefix+"valcons", Bech32Prefix+"valconspub")
	config.SetCoinType(CoinType)
	config.Seal()
	sdk.DefaultBondDenom = Denom
	// Releases set both at link time.
	if version.Name == "" {
		version.Name = "daonetes"
	}
	if version.AppName == "<appd>" || version.AppName == "" {
		version.AppName = Name
	}
})
