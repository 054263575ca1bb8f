package types

import (
	"time"

	admissionv1 "github.com/daonetes/daonetes/chain/gen/daonetes/admission/v1"
)

// Use takes one transaction out of a bucket. Where it holds too little the bucket stays as it is, and wait says how
// long it takes until there is enough.
func Use(bucket admissionv1.Bucket, rate admissionv1.Rate, size int, now time.Time) (after admissionv1.Bucket, wait time.Duration) {
	perTx := int64(time.Minute) / int64(rate.TxsPerMinute)
	txsFullAt, txsWait := drain(bucket.TxsFullAt, perTx, perTx*int64(rate.BurstTxs), now.UnixNano())
	// Bytes come back in whole KiB, so that the products stay far below 2^63.
	perKiB := int64(time.Minute) * 1024 / int64(rate.BytesPerMinute)
	kibs := int64(size+1023) / 1024
	bytesFullAt, bytesWait := drain(bucket.BytesFullAt, perKiB*kibs, perKiB*int64(rate.BurstBytes/1024), now.UnixNano())
	if wait = time.Duration(max(txsWait, bytesWait)); wait > 0 {
		return bucket, wait
	}
	return admissionv1.Bucket{TxsFullAt: txsFullAt, BytesFullAt: bytesFullAt}, 0
}

// drain moves the time at which a bucket is full by a cost; a full bucket is capacity away from an empty one.
func drain(fullAt, cost, capacity, now int64) (after, wait int64) {
	// A bucket written under a lower rate is never emptier than empty.
	after = min(max(fullAt, now), now+capacity) + cost
	return after, after - now - capacity
}
