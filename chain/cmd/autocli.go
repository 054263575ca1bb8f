package cmd

import (
	"github.com/cosmos/gogoproto/proto"
	"github.com/spf13/cobra"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/dynamicpb"

	"cosmossdk.io/client/v2/autocli"
	"cosmossdk.io/client/v2/autocli/flag"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/client/flags"
)

// addAutoCLI adds the commands of the modules. It is what AppOptions.EnhanceRootCommand does, with one difference: a
// message inside a message, as a proposal of a council holds them, may be any message of the chain.
func addAutoCLI(root *cobra.Command, options autocli.AppOptions) error {
	files, err := proto.MergedRegistry()
	if err != nil {
		return err
	}
	return options.EnhanceRootCommandWithBuilder(root, &autocli.Builder{
		Builder: flag.Builder{
			TypeResolver:          anyType{protoregistry.GlobalTypes, dynamicpb.NewTypes(files)},
			FileResolver:          files,
			AddressCodec:          options.AddressCodec,
			ValidatorAddressCodec: options.ValidatorAddressCodec,
			ConsensusAddressCodec: options.ConsensusAddressCodec,
		},
		GetClientConn: func(cmd *cobra.Command) (grpc.ClientConnInterface, error) {
			return client.GetClientQueryContext(cmd)
		},
		AddQueryConnFlags: func(cmd *cobra.Command) {
			flags.AddQueryFlagsToCmd(cmd)
			flags.AddKeyringFlags(cmd.Flags())
		},
		AddTxConnFlags: flags.AddTxFlagsToCmd,
	})
}

// anyType finds types as the Go code has them, and those that only gogoproto knows by their description.
type anyType struct {
	*protoregistry.Types
	described *dynamicpb.Types
}

// FindMessageByName finds the type of a full name.
func (t anyType) FindMessageByName(name protoreflect.FullName) (protoreflect.MessageType, error) {
	if found, err := t.Types.FindMessageByName(name); err == nil {
		return found, nil
	}
	return t.described.FindMessageByName(name)
}

// FindMessageByURL finds the type of a type URL.
func (t anyType) FindMessageByURL(url string) (protoreflect.MessageType, error) {
	if found, err := t.Types.FindMessageByURL(url); err == nil {
		return found, nil
	}
	return t.described.FindMessageByURL(url)
}
