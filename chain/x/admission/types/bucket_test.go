package types

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"cosmossdk.io/math"

	sdk "github.com/cosmos/cosmos-sdk/types"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// drainAll counts how many transactions of a size a bucket takes at once.
func drainAll(t *testing.T, bucket admissionv1.Bucket, rate admissionv1.Rate, size int, now time.Time) (admissionv1.Bucket, int, time.Duration) {
	t.Helper()
	for count := 0; ; count++ {
		require.LessOrEqual(t, count, 100_000)
		after, wait := Use(bucket, rate, size, now)
		if wait > 0 {
			require.Equal(t, bucket, after, "a refused transaction costs nothing")
			return bucket, count, wait
		}
		bucket = after
	}
}

func TestABucketHoldsItsBurstAndFillsAgain(t *testing.T) {
	rate := admissionv1.Rate{BurstTxs: 10, TxsPerMinute: 30, BurstBytes: 1 << 20, BytesPerMinute: 1 << 20}
	bucket, count, wait := drainAll(t, admissionv1.Bucket{}, rate, 500, start)
	require.Equal(t, 10, count)
	require.Equal(t, 2*time.Second, wait)
	_, count, _ = drainAll(t, bucket, rate, 500, start.Add(wait-1))
	require.Zero(t, count)
	_, count, _ = drainAll(t, bucket, rate, 500, start.Add(wait))
	require.Equal(t, 1, count, "after the time that the refusal named")
	_, count, _ = drainAll(t, bucket, rate, 500, start.Add(10*time.Second))
	require.Equal(t, 5, count)
	_, count, _ = drainAll(t, bucket, rate, 500, start.Add(time.Hour))
	require.Equal(t, 10, count, "never more than the burst")
}

func TestBytesAreCountedInWholeKiB(t *testing.T) {
	rate := admissionv1.Rate{BurstTxs: 1_000, TxsPerMinute: 1_000, BurstBytes: 128 << 10, BytesPerMinute: 60 << 10}
	bucket, count, wait := drainAll(t, admissionv1.Bucket{}, rate, 64<<10, start)
	require.Equal(t, 2, count)
	require.Equal(t, 64*time.Second, wait)
	_, count, _ = drainAll(t, bucket, rate, 1, start.Add(2*time.Second))
	require.Equal(t, 2, count)
}

func TestALowerRateForgivesWhatTheFormerOneAllowed(t *testing.T) {
	generous := admissionv1.Rate{BurstTxs: 1_000_000, TxsPerMinute: 1, BurstBytes: 1 << 30, BytesPerMinute: 1 << 10}
	bucket := admissionv1.Bucket{}
	for range 10_000 {
		bucket, _ = Use(bucket, generous, 64<<10, start)
	}
	_, wait := Use(bucket, DefaultParams().Devices, 1_000, start)
	require.LessOrEqual(t, wait, time.Second, "one transaction's time, not ten thousand's")
}

// The extremes of all parameters stay within 64 bits.
func TestExtremesDoNotOverflow(t *testing.T) {
	now := time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, burst := range []uint32{minBurstTxs, maxTxs} {
		for _, perMinute := range []uint32{1, maxTxs} {
			for _, bytes := range []uint64{minBurstBytes, maxBytes} {
				for _, bytesPerMinute := range []uint64{minBytes, maxBytes} {
					rate := admissionv1.Rate{BurstTxs: burst, TxsPerMinute: perMinute, BurstBytes: bytes, BytesPerMinute: bytesPerMinute}
					bucket, wait := Use(admissionv1.Bucket{}, rate, MaxTxBytes, now)
					require.Zero(t, wait, "%v", rate)
					require.GreaterOrEqual(t, bucket.TxsFullAt, now.UnixNano())
					require.GreaterOrEqual(t, bucket.BytesFullAt, now.UnixNano())
				}
			}
		}
	}
}

func TestFeesAreRoundedUpAndPaidInOneCoin(t *testing.T) {
	prices := []admissionv1.GasPrice{{Denom: "udaonet", PerMillionGas: 2_500}, {Denom: "uother", PerMillionGas: 1}}
	require.Equal(t, "1udaonet", Fee(prices[0], 1).String())
	require.Equal(t, "1000udaonet", Fee(prices[0], 400_000).String())
	require.Equal(t, "1uother", Fee(prices[1], 400_000).String())
	coins := func(text string) sdk.Coins {
		parsed, err := sdk.ParseCoinsNormalized(text)
		require.NoError(t, err)
		return parsed
	}
	for text, want := range map[string]bool{
		"1000udaonet": true, "2000udaonet": true, "999udaonet": false, "1uother": true, "1000udaonet,1uother": false, "1000other": false, "": false,
	} {
		require.Equal(t, want, PaysFee(prices, coins(text), 400_000), text)
	}
	require.False(t, PaysFee(nil, sdk.NewCoins(sdk.NewCoin("udaonet", math.OneInt())), 1))
}

func TestParametersOutsideTheirRanges(t *testing.T) {
	require.NoError(t, ValidateParams(DefaultParams()))
	for name, change := range map[string]func(*admissionv1.Params){
		"max_tx_bytes":             func(p *admissionv1.Params) { p.MaxTxBytes = MaxTxBytes + 1 },
		"max_messages":             func(p *admissionv1.Params) { p.MaxMessages = 1 },
		"max_gas":                  func(p *admissionv1.Params) { p.MaxGas = MaxGas + 1 },
		"people.burst_txs":         func(p *admissionv1.Params) { p.People.BurstTxs = 9 },
		"devices.txs_per_minute":   func(p *admissionv1.Params) { p.Devices.TxsPerMinute = 0 },
		"tickets.bytes_per_minute": func(p *admissionv1.Params) { p.Tickets.BytesPerMinute = 0 },
		"max_nonces_per_second":    func(p *admissionv1.Params) { p.MaxNoncesPerSecond = 10_001 },
		"daily_allowance":          func(p *admissionv1.Params) { p.DailyAllowance = 5 },
		"gas_prices":               func(p *admissionv1.Params) { p.GasPrices = []admissionv1.GasPrice{{Denom: "1", PerMillionGas: 1}} },
		"gas_prices: got 0":        func(p *admissionv1.Params) { p.GasPrices = []admissionv1.GasPrice{{Denom: "udaonet"}} },
		"twice": func(p *admissionv1.Params) {
			p.GasPrices = []admissionv1.GasPrice{{Denom: "udaonet", PerMillionGas: 1}, {Denom: "udaonet", PerMillionGas: 2}}
		},
		"daily_allowance: got 0": func(p *admissionv1.Params) {
			p.GasPrices = []admissionv1.GasPrice{{Denom: "udaonet", PerMillionGas: 1}}
		},
	} {
		params := DefaultParams()
		change(&params)
		err := ValidateParams(params)
		require.ErrorIs(t, err, ErrInvalidParams, name)
		require.ErrorContains(t, err, name)
	}
}
