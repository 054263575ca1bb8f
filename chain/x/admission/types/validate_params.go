package types

import (
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
)

// Upper bounds of one transaction; parameters may narrow them. Blocks always have room for such a transaction.
const (
	MaxTxBytes  = 64 << 10
	MaxMessages = 16
	MaxGas      = 10_000_000
)

// Bounds of the other parameters. The lower ones let the network's authority, which may be a council whose members
// vote, always send the message that changes them again.
const (
	minTxBytes     = 32 << 10
	minMessages    = 2
	minGas         = 2_000_000
	minBurstTxs    = 10
	maxTxs         = 1_000_000
	minBurstBytes  = 2 * MaxTxBytes
	minBytes       = 1 << 10
	maxBytes       = 1 << 30
	minNonces      = 10
	maxNonces      = 10_000
	maxGasPrices   = 8
	maxPrice       = 1_000_000_000_000
	maxPausedTypes = 100
	maxTypeBytes   = 128
)

// DefaultParams are the parameters of a new network: no fees, and rates that nobody meets who does not flood.
func DefaultParams() admissionv1.Params {
	return admissionv1.Params{
		MaxTxBytes:         MaxTxBytes,
		MaxMessages:        MaxMessages,
		MaxGas:             MaxGas,
		People:             admissionv1.Rate{BurstTxs: 1_000, TxsPerMinute: 600, BurstBytes: 32 << 20, BytesPerMinute: 8 << 20},
		Devices:            admissionv1.Rate{BurstTxs: 120, TxsPerMinute: 60, BurstBytes: 1 << 20, BytesPerMinute: 256 << 10},
		Tickets:            admissionv1.Rate{BurstTxs: 20, TxsPerMinute: 20, BurstBytes: 8 << 20, BytesPerMinute: 256 << 10},
		MaxNoncesPerSecond: 2_000,
	}
}

// ValidateParams refuses parameters outside their ranges.
func ValidateParams(params admissionv1.Params) error {
	for _, row := range []struct {
		name       string
		got        uint64
		least, top uint64
	}{
		{"max_tx_bytes", uint64(params.MaxTxBytes), minTxBytes, MaxTxBytes},
		{"max_messages", uint64(params.MaxMessages), minMessages, MaxMessages},
		{"max_gas", params.MaxGas, minGas, MaxGas},
		{"max_nonces_per_second", uint64(params.MaxNoncesPerSecond), minNonces, maxNonces},
		{"people.burst_txs", uint64(params.People.BurstTxs), minBurstTxs, maxTxs},
		{"people.txs_per_minute", uint64(params.People.TxsPerMinute), 1, maxTxs},
		{"people.burst_bytes", params.People.BurstBytes, minBurstBytes, maxBytes},
		{"people.bytes_per_minute", params.People.BytesPerMinute, minBytes, maxBytes},
		{"devices.burst_txs", uint64(params.Devices.BurstTxs), minBurstTxs, maxTxs},
		{"devices.txs_per_minute", uint64(params.Devices.TxsPerMinute), 1, maxTxs},
		{"devices.burst_bytes", params.Devices.BurstBytes, minBurstBytes, maxBytes},
		{"devices.bytes_per_minute", params.Devices.BytesPerMinute, minBytes, maxBytes},
		{"tickets.burst_txs", uint64(params.Tickets.BurstTxs), minBurstTxs, maxTxs},
		{"tickets.txs_per_minute", uint64(params.Tickets.TxsPerMinute), 1, maxTxs},
		{"tickets.burst_bytes", params.Tickets.BurstBytes, minBurstBytes, maxBytes},
		{"tickets.bytes_per_minute", params.Tickets.BytesPerMinute, minBytes, maxBytes},
	} {
		if row.got < row.least || row.got > row.top {
			return errorsmod.Wrapf(ErrInvalidParams, "%s: got %d, want %d to %d", row.name, row.got, row.least, row.top)
		}
	}
	return validatePrices(params)
}

func validatePrices(params admissionv1.Params) error {
	if len(params.GasPrices) > maxGasPrices {
		return errorsmod.Wrapf(ErrInvalidParams, "gas_prices: got %d, want at most %d", len(params.GasPrices), maxGasPrices)
	}
	for i, price := range params.GasPrices {
		if err := sdk.ValidateDenom(price.Denom); err != nil {
			return errorsmod.Wrapf(ErrInvalidParams, "gas_prices: got denom %q: %s", price.Denom, err)
		}
		if price.PerMillionGas < 1 || price.PerMillionGas > maxPrice {
			return errorsmod.Wrapf(ErrInvalidParams, "gas_prices: got %d of %s, want 1 to %d", price.PerMillionGas, price.Denom, int64(maxPrice))
		}
		for _, before := range params.GasPrices[:i] {
			if before.Denom == price.Denom {
				return errorsmod.Wrapf(ErrInvalidParams, "gas_prices: got %s twice", price.Denom)
			}
		}
	}
	if withFees := len(params.GasPrices) > 0; withFees && (params.DailyAllowance < 1 || params.DailyAllowance > maxPrice) {
		return errorsmod.Wrapf(ErrInvalidParams, "daily_allowance: got %d, want 1 to %d with fees", params.DailyAllowance, int64(maxPrice))
	} else if !withFees && params.DailyAllowance != 0 {
		return errorsmod.Wrapf(ErrInvalidParams, "daily_allowance: got %d, want 0 without gas_prices", params.DailyAllowance)
	}
	return nil
}
