// Package keeper holds the state of x/workload, the messages that change it and the work of block ends.
package keeper

import (
	"cosmossdk.io/collections"
	"cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"

	workloadv1 "github.com/daonetes/daonetes/chain/gen/daonetes/workload/v1"
	"github.com/daonetes/daonetes/chain/x/workload/types"
)

type (
	contentKey = collections.Pair[uint64, []byte]
	holderKey  = collections.Pair[uint64, sdk.AccAddress]
	nameKey    = collections.Pair[uint64, string]
	idPair     = collections.Pair[uint64, uint64]
	addressKey = sdk.AccAddress
	dueKey     = collections.Triple[uint64, uint64, []byte]
	// secretKey is group, name and version, or group, scope and generation.
	secretKey = collections.Triple[uint64, string, uint64]
	grantKey  = collections.Quad[uint64, string, uint64, sdk.AccAddress]
	givenKey  = collections.Quad[sdk.AccAddress, uint64, string, uint64]
)

// Keeper reads and writes specs, deployments, manifests, reports and leases.
type Keeper struct {
	workgroup types.WorkgroupKeeper
	councils  types.Councils
	network   types.NetworkAuthority

	schema collections.Schema
	// 0x01 -> Params
	params collections.Item[workloadv1.Params]
	// 0x02 -> id of the next deployment
	nextDeploymentID collections.Item[uint64]
	// 0x03 | device -> Manifest: the key that devices prove
	manifests collections.Map[sdk.AccAddress, workloadv1.Manifest]
	// 0x04 | group | hash -> Spec
	specs collections.Map[contentKey, workloadv1.Spec]
	// 0x05 | group | name 0x00 | version -> hash; derived
	specsByName collections.Map[collections.Triple[uint64, string, uint64], []byte]
	// 0x06 | group | name -> newest version
	specVersions collections.Map[nameKey, uint64]
	// 0x07 | group | hash -> Blob
	blobs collections.Map[contentKey, workloadv1.Blob]
	// 0x08 | group | hash -> bytes of a spec, a blob, or both
	contents collections.Map[contentKey, []byte]
	// 0x09 | deployment -> Deployment
	deployments collections.Map[uint64, workloadv1.Deployment]
	// 0x0a | group | name -> deployment; derived
	deploymentsByName collections.Map[nameKey, uint64]
	// 0x0b | group | deployment; derived
	deploymentsByGroup collections.KeySet[idPair]
	// 0x0c | deployment | revision -> DeploymentRevision
	revisions collections.Map[idPair, workloadv1.DeploymentRevision]
	// 0x0d | deployment | device -> Holder
	holders collections.Map[holderKey, workloadv1.Holder]
	// 0x0e | length | device | deployment; derived
	holdings collections.KeySet[collections.Pair[sdk.AccAddress, uint64]]
	// 0x0f | group | device -> number of holdings; every member has an entry; derived
	loads collections.Map[holderKey, uint64]
	// 0x10 | deployment | device -> Report
	reports collections.Map[holderKey, workloadv1.Report]
	// 0x11 | device -> Lease
	leases collections.Map[sdk.AccAddress, workloadv1.Lease]
	// 0x12 | group | device: members whose lease ran out; derived
	unreachable collections.KeySet[holderKey]
	// 0x13 | unix nanoseconds | kind | id
	dueQueue collections.KeySet[dueKey]
	// 0x14 | group | name -> newest revision of a removed deployment
	nameRevisions collections.Map[nameKey, uint64]
	// 0x15 | group | deployment: selector placements that want more devices; derived
	openPlacements collections.KeySet[idPair]
	// 0x16 | deployment | device: holders of the newest revision that have not passed its gate; derived
	unpassed collections.KeySet[holderKey]
	// 0x17 | deployment -> last holder whose manifest was brought in line; absent: from the first
	syncCursors collections.Map[uint64, []byte]
	// 0x18 | deployment -> last holder that the rollout looked at; absent: from the first
	rolloutCursors collections.Map[uint64, []byte]
	// 0x19 | group | kind of counter -> count; derived
	counters collections.Map[idPair, uint64]
	// 0x1a | group | name 0x00 | version -> Secret
	secrets collections.Map[secretKey, workloadv1.Secret]
	// 0x1b | group | name 0x00 | version -> SecretContent; proven by devices
	secretContents collections.Map[secretKey, workloadv1.SecretContent]
	// 0x1c | group | scope 0x00 | generation -> SecretKey; proven by devices
	secretKeys collections.Map[secretKey, workloadv1.SecretKey]
	// 0x1d | group | scope 0x00 | generation | recipient -> SecretGrant; proven by devices
	secretGrants collections.Map[grantKey, workloadv1.SecretGrant]
	// 0x1e | length | recipient | group | scope 0x00 | generation; derived
	recipientGrants collections.KeySet[givenKey]
	// 0x1f | group | name -> newest version ever
	secretVersions collections.Map[nameKey, uint64]
	// 0x20 | group | scope -> newest generation ever
	secretGenerations collections.Map[nameKey, uint64]
}

// NewKeeper builds the keeper; a bad schema panics here, at start.
func NewKeeper(
	cdc codec.BinaryCodec, stores store.KVStoreService, workgroup types.WorkgroupKeeper, councils types.Councils, network types.NetworkAuthority,
) *Keeper {
	sb := collections.NewSchemaBuilder(stores)
	u64, text, addr, raw := collections.Uint64Key, collections.StringKey, sdk.AccAddressKey, collections.BytesKey
	ids := collections.PairKeyCodec(u64, u64)
	names := collections.PairKeyCodec(u64, text)
	hashes := collections.PairKeyCodec(u64, raw)
	devices := collections.PairKeyCodec(u64, addr)
	keeper := &Keeper{
		workgroup:          workgroup,
		councils:           councils,
		network:            network,
		params:             collections.NewItem(sb, types.ParamsPrefix, "params", codec.CollValue[workloadv1.Params](cdc)),
		nextDeploymentID:   collections.NewItem(sb, types.NextDeploymentIDPrefix, "next_deployment_id", collections.Uint64Value),
		manifests:          collections.NewMap(sb, types.ManifestsPrefix, "manifests", addr, codec.CollValue[workloadv1.Manifest](cdc)),
		specs:              collections.NewMap(sb, types.SpecsPrefix, "specs", hashes, codec.CollValue[workloadv1.Spec](cdc)),
		specsByName:        collections.NewMap(sb, types.SpecsByNamePrefix, "specs_by_name", collections.TripleKeyCodec(u64, text, u64), collections.BytesValue),
		specVersions:       collections.NewMap(sb, types.SpecVersionsPrefix, "spec_versions", names, collections.Uint64Value),
		blobs:              collections.NewMap(sb, types.BlobsPrefix, "blobs", hashes, codec.CollValue[workloadv1.Blob](cdc)),
		contents:           collections.NewMap(sb, types.ContentsPrefix, "contents", hashes, collections.BytesValue),
		deployments:        collections.NewMap(sb, types.DeploymentsPrefix, "deployments", u64, codec.CollValue[workloadv1.Deployment](cdc)),
		deploymentsByName:  collections.NewMap(sb, types.DeploymentsByNamePrefix, "deployments_by_name", names, collections.Uint64Value),
		deploymentsByGroup: collections.NewKeySet(sb, types.DeploymentsByGroupPrefix, "deployments_by_group", ids),
		revisions:          collections.NewMap(sb, types.RevisionsPrefix, "revisions", ids, codec.CollValue[workloadv1.DeploymentRevision](cdc)),
		holders:            collections.NewMap(sb, types.HoldersPrefix, "holders", devices, codec.CollValue[workloadv1.Holder](cdc)),
		holdings:           collections.NewKeySet(sb, types.HoldingsPrefix, "holdings", collections.PairKeyCodec(addr, u64)),
		loads:              collections.NewMap(sb, types.LoadsPrefix, "loads", devices, collections.Uint64Value),
		reports:            collections.NewMap(sb, types.ReportsPrefix, "reports", devices, codec.CollValue[workloadv1.Report](cdc)),
		leases:             collections.NewMap(sb, types.LeasesPrefix, "leases", addr, codec.CollValue[workloadv1.Lease](cdc)),
		unreachable:        collections.NewKeySet(sb, types.UnreachablePrefix, "unreachable", devices),
		dueQueue:           collections.NewKeySet(sb, types.DueQueuePrefix, "due_queue", collections.TripleKeyCodec(u64, u64, raw)),
		nameRevisions:      collections.NewMap(sb, types.NameRevisionsPrefix, "name_revisions", names, collections.Uint64Value),
		openPlacements:     collections.NewKeySet(sb, types.OpenPlacementsPrefix, "open_placements", ids),
		unpassed:           collections.NewKeySet(sb, types.UnpassedPrefix, "unpassed", devices),
		syncCursors:        collections.NewMap(sb, types.SyncCursorsPrefix, "sync_cursors", u64, collections.BytesValue),
		rolloutCursors:     collections.NewMap(sb, types.RolloutCursorsPrefix, "rollout_cursors", u64, collections.BytesValue),
		counters:           collections.NewMap(sb, types.CountersPrefix, "counters", ids, collections.Uint64Value),
	}
	versions := collections.TripleKeyCodec(u64, text, u64)
	keeper.secrets = collections.NewMap(sb, types.SecretsPrefix, "secrets", versions, codec.CollValue[workloadv1.Secret](cdc))
	keeper.secretContents = collections.NewMap(sb, types.SecretContentsPrefix, "secret_contents", versions, codec.CollValue[workloadv1.SecretContent](cdc))
	keeper.secretKeys = collections.NewMap(sb, types.SecretKeysPrefix, "secret_keys", versions, codec.CollValue[workloadv1.SecretKey](cdc))
	keeper.secretGrants = collections.NewMap(sb, types.SecretGrantsPrefix, "secret_grants", collections.QuadKeyCodec(u64, text, u64, addr), codec.CollValue[workloadv1.SecretGrant](cdc))
	keeper.recipientGrants = collections.NewKeySet(sb, types.RecipientGrantsPrefix, "recipient_grants", collections.QuadKeyCodec(addr, u64, text, u64))
	keeper.secretVersions = collections.NewMap(sb, types.SecretVersionsPrefix, "secret_versions", names, collections.Uint64Value)
	keeper.secretGenerations = collections.NewMap(sb, types.SecretGenerationsPrefix, "secret_generations", names, collections.Uint64Value)
	schema, err := sb.Build()
	if err != nil {
		panic(err)
	}
	keeper.schema = schema
	return keeper
}
