package types

import (
	"time"

	errorsmod "cosmossdk.io/errors"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
)

// DefaultParams are the parameters of a new network.
func DefaultParams() workloadv1.Params {
	return workloadv1.Params{
		MaxSpecBytes: 32 << 10,
		MaxBlobBytes: 48 << 10,
		DueBudget:    100,
		StagedTtl:    14 * 24 * time.Hour,
		MaxSecrets:   10_000,
		// As many bytes as a group may have of specs and blobs.
		MaxSecretBytes: 32 << 20,
	}
}

// ValidateParams refuses parameters outside their ranges.
func ValidateParams(params workloadv1.Params) error {
	for _, row := range []struct {
		field          string
		got, low, high uint32
	}{
		{"max_spec_bytes", params.MaxSpecBytes, 1_024, 49_152},
		{"max_blob_bytes", params.MaxBlobBytes, 1_024, 49_152},
		{"due_budget", params.DueBudget, 1, 10_000},
		{"max_secrets", params.MaxSecrets, 1, 100_000},
	} {
		if row.got < row.low || row.got > row.high {
			return errorsmod.Wrapf(ErrInvalidParams, "%s: got %d, want %d to %d", row.field, row.got, row.low, row.high)
		}
	}
	if params.StagedTtl < time.Hour || params.StagedTtl > 90*24*time.Hour {
		return errorsmod.Wrapf(ErrInvalidParams, "staged_ttl: got %s, want 1h to 2160h", params.StagedTtl)
	}
	if params.MaxSecretBytes < 65_536 || params.MaxSecretBytes > 268_435_456 {
		return errorsmod.Wrapf(ErrInvalidParams, "max_secret_bytes: got %d, want 65,536 to 268,435,456", params.MaxSecretBytes)
	}
	return nil
}
