package keeper

import (
	"context"
	"time"

	"cosmossdk.io/collections"
	errorsmod "cosmossdk.io/errors"

	sdk "github.com/cosmos/cosmos-sdk/types"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
	"github.com/daonetes/daonetes/chain/x/admission/types"
)

// maxSlotsPerBlock bounds how many seconds one block forgets. Timeouts reach ten minutes ahead.
const maxSlotsPerBlock = 1_000

// Use counts a transaction of an account, or refuses it with ErrRate. It is called after the signature was checked:
// nobody else can empty an account's bucket.
func (k *Keeper) Use(ctx context.Context, account sdk.AccAddress, rate admissionv1.Rate, size int) error {
	before, err := orZero(k.buckets.Get(ctx, account))
	if err != nil {
		return err
	}
	after, wait := types.Use(before, rate, size, sdk.UnwrapSDKContext(ctx).BlockTime())
	if wait > 0 {
		return errorsmod.Wrapf(types.ErrRate, "%s may send again in %s of block time", account, wait.Round(time.Millisecond))
	}
	return k.buckets.Set(ctx, account, after)
}

// CountNonce counts an unordered transaction under the second of its timeout, or refuses it with ErrNonces: all nonces
// of a second are forgotten in one block.
func (k *Keeper) CountNonce(ctx context.Context, timeout time.Time, most uint32) error {
	second := uint64(timeout.Unix())
	count, err := orZero(k.nonces.Get(ctx, second))
	if err != nil {
		return err
	}
	if count >= uint64(most) {
		return errorsmod.Wrapf(types.ErrNonces, "%s has %d", timeout.UTC().Truncate(time.Second).Format(time.RFC3339), count)
	}
	return k.nonces.Set(ctx, second, count+1)
}

// BeginBlock forgets the counts of the seconds that are over; with none it writes nothing.
func (k *Keeper) BeginBlock(ctx context.Context) error {
	var over []uint64
	until := new(collections.Range[uint64]).EndExclusive(uint64(sdk.UnwrapSDKContext(ctx).BlockTime().Unix()))
	err := k.nonces.Walk(ctx, until, func(second, _ uint64) (bool, error) {
		over = append(over, second)
		return len(over) == maxSlotsPerBlock, nil
	})
	if err != nil {
		return err
	}
	for _, second := range over {
		if err := k.nonces.Remove(ctx, second); err != nil {
			return err
		}
	}
	return nil
}
