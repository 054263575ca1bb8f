package app_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/cosmos/gogoproto/proto"
	"github.com/stretchr/testify/require"
	protov2 "google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/cosmos/cosmos-sdk/x/tx/signing/aminojson"

	"github.com/daonetes/daonetes/chain/app/ante"
	admissiontypes "github.com/daonetes/daonetes/chain/x/admission/types"
	counciltypes "github.com/daonetes/daonetes/chain/x/council/types"
	valsettypes "github.com/daonetes/daonetes/chain/x/valset/types"
	workgrouptypes "github.com/daonetes/daonetes/chain/x/workgroup/types"
	workloadtypes "github.com/daonetes/daonetes/chain/x/workload/types"
)

// ourMessages calls visit with every message type of our contract, nested ones too.
func ourMessages(t *testing.T, visit func(protoreflect.MessageDescriptor)) {
	t.Helper()
	files, err := proto.MergedRegistry()
	require.NoError(t, err)
	count := 0
	files.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(file.Package()), "daonetes.") {
			return true
		}
		for i := range file.Messages().Len() {
			count++
			visit(file.Messages().Get(i))
		}
		return true
	})
	require.Greater(t, count, 100)
}

// A file that imports one that sorts after it would have placeholder fields, and amino sign bytes would silently
// leave nested content out of the signature.
func TestNoFieldIsAPlaceholder(t *testing.T) {
	ourMessages(t, func(message protoreflect.MessageDescriptor) {
		for i := range message.Fields().Len() {
			field := message.Fields().Get(i)
			if field.Message() != nil {
				require.False(t, field.Message().IsPlaceholder(), field.FullName())
			}
			if field.Enum() != nil {
				require.False(t, field.Enum().IsPlaceholder(), field.FullName())
			}
		}
	})
}

// A oneof in a message that is signed breaks amino signing of the whole message.
func TestNoMessageThatIsSignedHasAOneof(t *testing.T) {
	ourMessages(t, func(message protoreflect.MessageDescriptor) {
		if strings.HasPrefix(string(message.Name()), "Msg") {
			require.Zero(t, message.Oneofs().Len(), message.FullName())
		}
	})
}

// Every message has amino JSON under a name below 40 characters, with its nested content in it.
func TestEveryMessageHasAminoJSON(t *testing.T) {
	s := newStage(t, "key")
	encoder := aminojson.NewEncoder(aminojson.EncoderOptions{FileResolver: s.app.InterfaceRegistry()})
	for _, name := range s.messages() {
		msg := matrix[name].build(s, s.alice.String())
		raw, err := proto.Marshal(msg.(proto.Message))
		require.NoError(t, err)
		descriptor, err := s.app.InterfaceRegistry().FindDescriptorByName(protoreflect.FullName("daonetes." + name))
		require.NoError(t, err)
		dynamic := dynamicpb.NewMessage(descriptor.(protoreflect.MessageDescriptor))
		require.NoError(t, protov2.Unmarshal(raw, dynamic))
		encoded, err := encoder.Marshal(dynamic)
		require.NoError(t, err, name)
		var text struct {
			Type  string         `json:"type"`
			Value map[string]any `json:"value"`
		}
		require.NoError(t, json.Unmarshal(encoded, &text))
		require.Regexp(t, regexp.MustCompile(`^daonetes/([a-z]+/)?Msg[A-Za-z]+$`), text.Type)
		require.Less(t, len(text.Type), 40)
		require.Contains(t, string(encoded), s.alice.String(), name)
	}
}

// Codes are at least 2, used once, and each says what to do.
func TestErrorCodesAreUnique(t *testing.T) {
	for space, errors := range map[string][]coded{
		workgrouptypes.ModuleName: {
			workgrouptypes.ErrUnauthorized, workgrouptypes.ErrInvalidAddress, workgrouptypes.ErrInvalidName, workgrouptypes.ErrInvalidTags,
			workgrouptypes.ErrInvalidPolicy, workgrouptypes.ErrInvalidMetadata, workgrouptypes.ErrInvalidHelpers, workgrouptypes.ErrInvalidKey,
			workgrouptypes.ErrInvalidProof, workgrouptypes.ErrInvalidTicket, workgrouptypes.ErrInvalidDeviceInfo, workgrouptypes.ErrInvalidParams,
			workgrouptypes.ErrInvalidRecipient, workgrouptypes.ErrInvalidChoice, workgrouptypes.ErrGroupNotFound, workgrouptypes.ErrGroupNameTaken,
			workgrouptypes.ErrGroupClosed, workgrouptypes.ErrGroupNotEmpty, workgrouptypes.ErrNoPendingAuthority, workgrouptypes.ErrTicketNotFound,
			workgrouptypes.ErrTicketRevoked, workgrouptypes.ErrTicketSpent, workgrouptypes.ErrTicketExpired, workgrouptypes.ErrDeviceNotFound,
			workgrouptypes.ErrDevicePending, workgrouptypes.ErrDeviceRevoked, workgrouptypes.ErrDeviceStatus, workgrouptypes.ErrKeyInUse,
			workgrouptypes.ErrDeviceNameTaken, workgrouptypes.ErrCapReached, workgrouptypes.ErrNotCreator, workgrouptypes.ErrAddressHasRole,
			workgrouptypes.ErrNothingChanges,
		},
		workloadtypes.ModuleName: {
			workloadtypes.ErrUnauthorized, workloadtypes.ErrInvalidParams, workloadtypes.ErrInvalidHash, workloadtypes.ErrInvalidContent,
			workloadtypes.ErrInvalidDeclaration, workloadtypes.ErrInvalidPlacement, workloadtypes.ErrInvalidRollout, workloadtypes.ErrInvalidSecrets,
			workloadtypes.ErrInvalidReport, workloadtypes.ErrInvalidInstance, workloadtypes.ErrSpecNotFound, workloadtypes.ErrSpecRetired,
			workloadtypes.ErrSpecInUse, workloadtypes.ErrBlobNotFound, workloadtypes.ErrDeploymentNotFound, workloadtypes.ErrNameTaken,
			workloadtypes.ErrStaleRevision, workloadtypes.ErrRevisionNotKept, workloadtypes.ErrDeploymentRemoving, workloadtypes.ErrDeploymentPhase,
			workloadtypes.ErrNothingChanges, workloadtypes.ErrDeviceUnfit, workloadtypes.ErrManifestFull, workloadtypes.ErrManifestNotFound,
			workloadtypes.ErrNotAssigned, workloadtypes.ErrReportRevision, workloadtypes.ErrStaleEpoch, workloadtypes.ErrStaleSequence,
			workloadtypes.ErrEpochNotNext, workloadtypes.ErrCapReached, workloadtypes.ErrLeaseNotFound, workloadtypes.ErrGroupInUse,
		},
		counciltypes.ModuleName: {
			counciltypes.ErrUnauthorized, counciltypes.ErrInvalidAddress, counciltypes.ErrInvalidName, counciltypes.ErrInvalidMetadata,
			counciltypes.ErrInvalidParams, counciltypes.ErrMemberCount, counciltypes.ErrInvalidWeight, counciltypes.ErrDuplicateMember,
			counciltypes.ErrOwnMember, counciltypes.ErrZeroThreshold, counciltypes.ErrThresholdAboveTotal, counciltypes.ErrInvalidRules,
			counciltypes.ErrUnknownMessageType, counciltypes.ErrInvalidVotingPeriod, counciltypes.ErrCouncilNotFound, counciltypes.ErrCouncilNameTaken,
			counciltypes.ErrProposalNotFound, counciltypes.ErrNotMember, counciltypes.ErrInvalidMessages, counciltypes.ErrMessageNotAllowed,
			counciltypes.ErrWrongSigner, counciltypes.ErrInvalidTitle, counciltypes.ErrTooManyOpen, counciltypes.ErrProposalExpired,
			counciltypes.ErrProposalSuperseded, counciltypes.ErrProposalExecuted, counciltypes.ErrProposalClosed, counciltypes.ErrAlreadyVoted,
			counciltypes.ErrMessageFailed, counciltypes.ErrNestedTooDeeply, counciltypes.ErrContentMismatch,
		},
		valsettypes.ModuleName: {
			valsettypes.ErrUnauthorized, valsettypes.ErrInvalidParams, valsettypes.ErrInvalidValidator, valsettypes.ErrValidatorNotFound,
			valsettypes.ErrTooFewValidators, valsettypes.ErrTooManyValidators,
		},
		admissiontypes.ModuleName: {
			admissiontypes.ErrUnauthorized, admissiontypes.ErrInvalidParams, admissiontypes.ErrInvalidTypes, admissiontypes.ErrNeverPaused,
			admissiontypes.ErrPaused, admissiontypes.ErrRate, admissiontypes.ErrNonces,
		},
		ante.Codespace: {
			ante.ErrOneSigner, ante.ErrTooManyMessages, ante.ErrGasLimit, ante.ErrTooLarge, ante.ErrFees, ante.ErrUnorderedTimeout,
			ante.ErrUnorderedType, ante.ErrJoinForm, ante.ErrTicketOnlyJoins, ante.ErrDeviceOnlyReports, ante.ErrNoRole, ante.ErrMessageType,
			ante.ErrNesting, ante.ErrKeyType, ante.ErrFeeTooLow,
		},
	} {
		for i, err := range errors {
			require.Equal(t, uint32(i+2), err.ABCICode(), "%s: %v", space, err)
			require.Equal(t, space, err.Codespace())
			require.Greater(t, len(err.Error()), 20, "%s/%d says too little", space, err.ABCICode())
		}
	}
}
