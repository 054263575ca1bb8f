package types

import "cosmossdk.io/collections"

const (
	// ModuleName names the module in genesis, routes and logs.
	ModuleName = "workload"
	// StoreKey names the module's store; devices compute keys below it.
	StoreKey = ModuleName
)

// Prefixes of the store. They never change and are never used again for something else.
// ManifestsPrefix followed by a raw device address is the key of which a device expects a membership proof; the keys of
// contents, contents of secrets, keys of secrets and grants are proven as well.
var (
	ParamsPrefix             = collections.NewPrefix(1)
	NextDeploymentIDPrefix   = collections.NewPrefix(2)
	ManifestsPrefix          = collections.NewPrefix(3)
	SpecsPrefix              = collections.NewPrefix(4)
	SpecsByNamePrefix        = collections.NewPrefix(5)
	SpecVersionsPrefix       = collections.NewPrefix(6)
	BlobsPrefix              = collections.NewPrefix(7)
	ContentsPrefix           = collections.NewPrefix(8)
	DeploymentsPrefix        = collections.NewPrefix(9)
	DeploymentsByNamePrefix  = collections.NewPrefix(10)
	DeploymentsByGroupPrefix = collections.NewPrefix(11)
	RevisionsPrefix          = collections.NewPrefix(12)
	HoldersPrefix            = collections.NewPrefix(13)
	HoldingsPrefix           = collections.NewPrefix(14)
	LoadsPrefix              = collections.NewPrefix(15)
	ReportsPrefix            = collections.NewPrefix(16)
	LeasesPrefix             = collections.NewPrefix(17)
	UnreachablePrefix        = collections.NewPrefix(18)
	DueQueuePrefix           = collections.NewPrefix(19)
	NameRevisionsPrefix      = collections.NewPrefix(20)
	OpenPlacementsPrefix     = collections.NewPrefix(21)
	UnpassedPrefix           = collections.NewPrefix(22)
	SyncCursorsPrefix        = collections.NewPrefix(23)
	RolloutCursorsPrefix     = collections.NewPrefix(24)
	CountersPrefix           = collections.NewPrefix(25)
	SecretsPrefix            = collections.NewPrefix(26)
	SecretContentsPrefix     = collections.NewPrefix(27)
	SecretKeysPrefix         = collections.NewPrefix(28)
	SecretGrantsPrefix       = collections.NewPrefix(29)
	RecipientGrantsPrefix    = collections.NewPrefix(30)
	SecretVersionsPrefix     = collections.NewPrefix(31)
	SecretGenerationsPrefix  = collections.NewPrefix(32)
)

// What is counted per group; second part of a key of the counters. Stored, never renumbered.
const (
	CountSpecs        uint64 = 1
	CountDeployments  uint64 = 2
	CountContentBytes uint64 = 3
	CountSecrets      uint64 = 4
	CountSecretBytes  uint64 = 5
)

// Bounds of the work of one message or one entry of the due-queue.
const (
	// MaxManifestWrites is how many manifests one step writes.
	MaxManifestWrites = 50
	// MaxHolderVisits is how many holders one step looks at.
	MaxHolderVisits = 1_000
	// MaxAssignments is how many deployments a device holds.
	MaxAssignments = 64
	// MaxManifestBytes is how large a manifest gets.
	MaxManifestBytes = 16_384
	// MaxRevisions is how many revisions of a deployment are kept.
	MaxRevisions = 10
)
