//go:build tools

// Package tools pins the Go programs that building and the local network use.
package tools

import (
	_ "github.com/cosmos/gogoproto/protoc-gen-gocosmos"
	_ "github.com/distribution/distribution/v3/cmd/registry"
	_ "github.com/grpc-ecosystem/grpc-gateway/protoc-gen-grpc-gateway"
)
