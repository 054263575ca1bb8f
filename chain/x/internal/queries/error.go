package queries

import (
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Error gives a query's failure the status code that belongs to it.
func Error(err error, notFound bool) error {
	if notFound {
		return status.Error(codes.NotFound, err.Error())
	}
	return status.Error(codes.Internal, err.Error())
}
