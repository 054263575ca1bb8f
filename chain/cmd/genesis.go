package cmd

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/cometbft/cometbft/crypto/ed25519"
	"github.com/cometbft/cometbft/privval"
	"github.com/cosmos/gogoproto/proto"
	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	genutilcli "github.com/cosmos/cosmos-sdk/x/genutil/client/cli"
	genutiltypes "github.com/cosmos/cosmos-sdk/x/genutil/types"

	"github.com/daonetes/daonetes/chain/app"
	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	workgroupv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workgroup/v1"
	valsettypes "github.com/daonetes/daonetes/chain/x/valset/types"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
)

const (
	flagMoniker  = "moniker"
	flagOperator = "operator"
	flagPower    = "power"
	flagPubKey   = "pubkey"
	defaultPower = 1_000
)

func genesisCommand(shape *app.App) *cobra.Command {
	genesis := &cobra.Command{Use: "genesis", Short: "Change and check the genesis file", RunE: client.ValidateCmd}
	genesis.AddCommand(
		addAccountCommand(),
		setAuthorityCommand(),
		addCreatorCommand(),
		addValidatorCommand(),
		writeSeatCommand(),
		collectCommand(),
		admitNodesCommand(),
		validateGenesisCommand(shape),
	)
	return genesis
}

func addAccountCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "add-account ADDRESS [COINS]",
		Short: "Create an account, on a network with fees with coins: 1000000udaonet",
		Args:  cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			address, err := workgrouptypes.ParseAddress(args[0])
			if err != nil {
				return err
			}
			coins := sdk.NewCoins()
			if len(args) == 2 {
				if coins, err = sdk.ParseCoinsNormalized(args[1]); err != nil {
					return err
				}
			}
			if err := addAccount(cmd, address); err != nil || coins.Empty() {
				return err
			}
			return changeModule(cmd, banktypes.ModuleName, &banktypes.GenesisState{}, func(_ codec.Codec, state *banktypes.GenesisState) error {
				state.Balances = append(state.Balances, banktypes.Balance{Address: args[0], Coins: coins})
				// Left empty, it is counted at the start.
				state.Supply = nil
				return state.Validate()
			})
		},
	}
}

func addAccount(cmd *cobra.Command, address sdk.AccAddress) error {
	return changeModule(cmd, authtypes.ModuleName, &authtypes.GenesisState{}, func(cdc codec.Codec, state *authtypes.GenesisState) error {
		accounts, err := authtypes.UnpackAccounts(state.Accounts)
		if err != nil {
			return err
		}
		if accounts.Contains(address) {
			return fmt.Errorf("the account of %s is there", address)
		}
		accounts = authtypes.SanitizeGenesisAccounts(append(accounts, authtypes.NewBaseAccountWithAddress(address)))
		state.Accounts, err = authtypes.PackAccounts(accounts)
		return err
	})
}

func setAuthorityCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "set-authority ADDRESS",
		Short: "Set the network's authority: it edits creators, validators and parameters",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := workgrouptypes.ParseAddress(args[0]); err != nil {
				return err
			}
			return changeGenesis(cmd, func(genesis *genutiltypes.AppGenesis) error {
				if genesis.Consensus == nil || genesis.Consensus.Params == nil {
					return errors.New("the genesis file has no consensus parameters: run init again")
				}
				genesis.Consensus.Params.Authority.Authority = args[0]
				return nil
			})
		},
	}
}

func addCreatorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "add-creator ADDRESS",
		Short: "Let an address create groups",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := workgrouptypes.ParseAddress(args[0]); err != nil {
				return err
			}
			return changeModule(cmd, workgrouptypes.ModuleName, &workgroupv1.GenesisState{}, func(_ codec.Codec, state *workgroupv1.GenesisState) error {
				if slices.Contains(state.Creators, workgroupv1.Creator{Address: args[0]}) {
					return fmt.Errorf("%s is a creator", args[0])
				}
				state.Creators = append(state.Creators, workgroupv1.Creator{Address: args[0]})
				return workgrouptypes.ValidateGenesis(state)
			})
		},
	}
}

func addValidatorCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "add-validator",
		Short: "Add a seat to the validator set, by default with this node's own key",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			seat, err := seatFromFlags(cmd)
			if err != nil {
				return err
			}
			return changeModule(cmd, valsettypes.ModuleName, &valsetv1.GenesisState{}, func(_ codec.Codec, state *valsetv1.GenesisState) error {
				seat.Id = max(state.NextValidatorId, 1)
				state.NextValidatorId = seat.Id + 1
				state.Validators = append(state.Validators, seat)
				return valsettypes.ValidateGenesis(state)
			})
		},
	}
	addSeatFlags(command)
	return command
}

func addSeatFlags(command *cobra.Command) {
	command.Flags().String(flagMoniker, "", "name for people; default: the node's moniker")
	command.Flags().String(flagOperator, "", "address of the person who runs it; the account is created")
	command.Flags().Int64(flagPower, defaultPower, "voting power, 100 to 1000000000")
	command.Flags().String(flagPubKey, "", "ed25519 consensus key in base64; default: that of priv_validator_key.json")
}

func seatFromFlags(cmd *cobra.Command) (valsetv1.Validator, error) {
	seat := valsetv1.Validator{Status: valsetv1.ValidatorStatus_VALIDATOR_STATUS_ACTIVE}
	config := nodeConfig(cmd)
	var err error
	if seat.Moniker, err = cmd.Flags().GetString(flagMoniker); err != nil {
		return seat, err
	}
	if seat.Moniker == "" {
		seat.Moniker = config.Moniker
	}
	if seat.Operator, err = cmd.Flags().GetString(flagOperator); err != nil {
		return seat, err
	}
	if seat.TargetPower, err = cmd.Flags().GetInt64(flagPower); err != nil {
		return seat, err
	}
	text, err := cmd.Flags().GetString(flagPubKey)
	if err != nil {
		return seat, err
	}
	if text != "" {
		if seat.ConsPubKey, err = base64.StdEncoding.DecodeString(text); err != nil {
			return seat, fmt.Errorf("--%s is not base64: %w", flagPubKey, err)
		}
		return seat, nil
	}
	key, ok := privval.LoadFilePVEmptyState(config.PrivValidatorKeyFile(), config.PrivValidatorStateFile()).Key.PubKey.(ed25519.PubKey)
	if !ok {
		return seat, fmt.Errorf("the key in %s is not ed25519", config.PrivValidatorKeyFile())
	}
	seat.ConsPubKey = key
	return seat, nil
}

func validateGenesisCommand(shape *app.App) *cobra.Command {
	command := genutilcli.ValidateGenesisCmd(shape.Basics())
	validate := command.RunE
	command.RunE = func(cmd *cobra.Command, args []string) error {
		if err := validate(cmd, args); err != nil {
			return err
		}
		file := nodeConfig(cmd).GenesisFile()
		if len(args) > 0 {
			file = args[0]
		}
		genesis, state, err := readGenesis(file)
		if err != nil {
			return err
		}
		if genesis.Consensus.Params.Authority.Authority == "" {
			return errors.New("the network has no authority: run genesis set-authority ADDRESS")
		}
		var seats valsetv1.GenesisState
		if err := shape.Codec().UnmarshalJSON(state[valsettypes.ModuleName], &seats); err != nil {
			return err
		}
		active := uint32(0)
		for _, seat := range seats.Validators {
			if seat.TargetPower > 0 {
				active++
			}
		}
		if err := valsettypes.CheckSeats(active, seats.Params); err != nil {
			return fmt.Errorf("run genesis add-validator: %w", err)
		}
		return nil
	}
	return command
}

func readGenesis(file string) (*genutiltypes.AppGenesis, map[string]json.RawMessage, error) {
	genesis, err := genutiltypes.AppGenesisFromFile(file)
	if err != nil {
		return nil, nil, err
	}
	var state map[string]json.RawMessage
	if err := json.Unmarshal(genesis.AppState, &state); err != nil {
		return nil, nil, fmt.Errorf("app_state of %s: %w", file, err)
	}
	return genesis, state, nil
}

// changeGenesis reads the node's genesis file, changes it and writes it back.
func changeGenesis(cmd *cobra.Command, change func(*genutiltypes.AppGenesis) error) error {
	file := nodeConfig(cmd).GenesisFile()
	genesis, err := genutiltypes.AppGenesisFromFile(file)
	if err != nil {
		return err
	}
	if err := change(genesis); err != nil {
		return err
	}
	return genesis.SaveAs(file)
}

// changeModule changes the state of one module in the node's genesis file.
func changeModule[S proto.Message](cmd *cobra.Command, module string, state S, change func(codec.Codec, S) error) error {
	cdc := client.GetClientContextFromCmd(cmd).Codec
	return changeGenesis(cmd, func(genesis *genutiltypes.AppGenesis) error {
		var all map[string]json.RawMessage
		if err := json.Unmarshal(genesis.AppState, &all); err != nil {
			return err
		}
		if err := cdc.UnmarshalJSON(all[module], state); err != nil {
			return err
		}
		if err := change(cdc, state); err != nil {
			return err
		}
		raw, err := cdc.MarshalJSON(state)
		if err != nil {
			return err
		}
		all[module] = raw
		genesis.AppState, err = json.MarshalIndent(all, "", "  ")
		return err
	})
}
