// Package queries holds what the query servers of all modules do the same way.
package queries

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/cosmos/cosmos-sdk/types/query"
)

const (
	defaultPageLimit = 100
	maxPageLimit     = 1_000
	maxPageOffset    = 10_000
)

// BoundedPage is the page that is read for a request: at most 1,000 items, never a count of everything.
func BoundedPage(request *query.PageRequest) (*query.PageRequest, error) {
	page := &query.PageRequest{Limit: defaultPageLimit}
	if request == nil {
		return page, nil
	}
	if request.Offset > maxPageOffset {
		return nil, status.Errorf(codes.InvalidArgument, "offset: got %d, want at most %d; go on with the key of the page before", request.Offset, maxPageOffset)
	}
	if len(request.Key) > 0 && request.Offset > 0 {
		return nil, status.Error(codes.InvalidArgument, "got an offset and a key, want one of them")
	}
	if len(request.Key) > 512 {
		return nil, status.Error(codes.InvalidArgument, "key: got more than 512 bytes, want the key of the page before")
	}
	page.Key, page.Offset, page.Reverse = request.Key, request.Offset, request.Reverse
	switch {
	case request.Limit > maxPageLimit:
		page.Limit = maxPageLimit
	case request.Limit > 0:
		page.Limit = request.Limit
	}
	return page, nil
}
