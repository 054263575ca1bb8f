package cmd

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cosmos/cosmos-sdk/codec"

	valsetv1 "github.com/daonetes/daonetes/chain/gen/daonetes/valset/v1"
	valsettypes "github.com/daonetes/daonetes/chain/x/valset/types"
)

// seatFile is what a company sends to those who make the genesis file.
type seatFile struct {
	Moniker    string `json:"moniker"`
	Operator   string `json:"operator"`
	Power      int64  `json:"power"`
	ConsPubKey []byte `json:"cons_pub_key"`
}

// seatSuffix ends the names of seat files; a folder may hold other files too.
const seatSuffix = ".seat.json"

func writeSeatCommand() *cobra.Command {
	command := &cobra.Command{
		Use:   "write-seat FILE",
		Short: "Write the public part of this node's seat into a file NAME" + seatSuffix + ", for genesis collect",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !strings.HasSuffix(args[0], seatSuffix) {
				return fmt.Errorf("the file is called %s, want a name that ends in %s", args[0], seatSuffix)
			}
			seat, err := seatFromFlags(cmd)
			if err != nil {
				return err
			}
			if err := valsettypes.ValidateValidator(seat); err != nil {
				return err
			}
			raw, err := json.MarshalIndent(seatFile{seat.Moniker, seat.Operator, seat.TargetPower, seat.ConsPubKey}, "", "  ")
			if err != nil {
				return err
			}
			return os.WriteFile(args[0], append(raw, '\n'), 0o644)
		},
	}
	addSeatFlags(command)
	return command
}

func collectCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "collect FILE|FOLDER...",
		Short: "Add the seats of files that genesis write-seat wrote, in the order of their keys, and print the hash of the genesis file",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := seatFiles(args)
			if err != nil {
				return err
			}
			var seats []valsetv1.Validator
			for _, file := range files {
				seat, err := readSeat(file)
				if err != nil {
					return fmt.Errorf("%s: %w", file, err)
				}
				seats = append(seats, seat)
			}
			// Whoever collects the same files, in whatever order, gets the same seats.
			slices.SortFunc(seats, func(a, b valsetv1.Validator) int { return slices.Compare(a.ConsPubKey, b.ConsPubKey) })
			err = changeModule(cmd, valsettypes.ModuleName, &valsetv1.GenesisState{}, func(_ codec.Codec, state *valsetv1.GenesisState) error {
				for _, seat := range seats {
					seat.Id = max(state.NextValidatorId, 1)
					state.NextValidatorId = seat.Id + 1
					state.Validators = append(state.Validators, seat)
				}
				return valsettypes.ValidateGenesis(state)
			})
			if err != nil {
				return err
			}
			raw, err := os.ReadFile(nodeConfig(cmd).GenesisFile())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d seats   sha256 %x\n", len(seats), sha256.Sum256(raw))
			return err
		},
	}
}

// seatFiles are the files that are named, and those in folders that are named, each once.
func seatFiles(args []string) ([]string, error) {
	var files []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			files = append(files, arg)
			continue
		}
		found, err := filepath.Glob(filepath.Join(arg, "*"+seatSuffix))
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("%s holds no file whose name ends in %s", arg, seatSuffix)
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

func readSeat(file string) (valsetv1.Validator, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return valsetv1.Validator{}, err
	}
	var content seatFile
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&content); err != nil {
		return valsetv1.Validator{}, err
	}
	if content.Power == 0 {
		return valsetv1.Validator{}, errors.New("power: got 0, want 100 to 1000000000")
	}
	seat := valsetv1.Validator{
		Moniker: content.Moniker, Operator: content.Operator, TargetPower: content.Power, ConsPubKey: content.ConsPubKey,
		Status: valsetv1.ValidatorStatus_VALIDATOR_STATUS_ACTIVE,
	}
	return seat, valsettypes.ValidateValidator(seat)
}
