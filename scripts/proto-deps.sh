#!/bin/sh
# Copies the imported .proto files from the Go module cache to third_party/proto, so that generation needs no registry.
# Run it after a change of versions in chain/go.mod and commit the result.
set -eu
cd "$(dirname "$0")/.."
module_dir() {
  (cd chain && go mod download -json "$1@$(go list -m -f '{{.Version}}' "$1")" | sed -n 's/.*"Dir": "\(.*\)",*/\1/p')
}
sdk=$(module_dir github.com/cosmos/cosmos-sdk)
cosmos_proto=$(module_dir github.com/cosmos/cosmos-proto)
gogoproto=$(module_dir github.com/cosmos/gogoproto)
grpc_gateway=$(module_dir github.com/grpc-ecosystem/grpc-gateway)
rm -rf third_party/proto
mkdir -p third_party/proto/gogoproto third_party/proto/google
cp -r "$sdk/proto/cosmos" "$sdk/proto/amino" "$sdk/proto/tendermint" third_party/proto/
cp -r "$cosmos_proto/proto/cosmos_proto" third_party/proto/
cp "$gogoproto/gogoproto/gogo.proto" third_party/proto/gogoproto/
cp -r "$grpc_gateway/third_party/googleapis/google/api" third_party/proto/google/
chmod -R u+w third_party
find third_party -type f ! -name '*.proto' -delete
