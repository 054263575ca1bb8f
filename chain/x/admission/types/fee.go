package types

import (
	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
)

// Fee is what gas costs at a price, rounded up.
func Fee(price admissionv1.GasPrice, gas uint64) sdk.Coin {
	million := math.NewInt(1_000_000)
	cost := math.NewIntFromUint64(price.PerMillionGas).Mul(math.NewIntFromUint64(gas)).Add(million.SubRaw(1)).Quo(million)
	return sdk.NewCoin(price.Denom, cost)
}

// PaysFee tells whether coins are one of the fees that gas costs: one coin, enough of it.
func PaysFee(prices []admissionv1.GasPrice, coins sdk.Coins, gas uint64) bool {
	for _, price := range prices {
		if len(coins) == 1 && coins[0].Denom == price.Denom {
			return coins[0].Amount.GTE(Fee(price, gas).Amount)
		}
	}
	return false
}
