package types

import (
	"regexp"
	"strings"
)

const (
	maxSecretNameBytes = 128
	maxSecretNameParts = 3
	// registryPart begins the names of credentials of image registries; each of them has a key of its own.
	registryPart = "registry"

	// MaxCiphertextBytes is how large a sealed value gets: 32 KiB and what sealing adds.
	MaxCiphertextBytes = 36_864
	// MaxGrantBytes is how large the sealed identity of a key gets.
	MaxGrantBytes = 4_096
	// MaxGrants is how many grants one message makes.
	MaxGrants = 50
	// MaxRemovals is how many versions of a secret one message removes, and how many grants one entry of the due-queue.
	MaxRemovals = 100

	maxKeyRecipientBytes = 2_048
)

var secretPart = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,62}$`)

// IsSecretName tells whether a text names a secret: 1 to 3 parts joined by "/".
func IsSecretName(name string) bool {
	if len(name) > maxSecretNameBytes {
		return false
	}
	parts := strings.Split(name, "/")
	if len(parts) > maxSecretNameParts {
		return false
	}
	for _, part := range parts {
		if !secretPart.MatchString(part) {
			return false
		}
	}
	return true
}

// SecretScope is what shares one key with a secret: the deployment of "<deployment>/..", and the whole name of one that
// stands alone or is "registry/<host>".
func SecretScope(name string) string {
	first, _, found := strings.Cut(name, "/")
	if !found || first == registryPart {
		return name
	}
	return first
}

// IsRegistryScope tells whether a scope is that of the credentials of an image registry.
func IsRegistryScope(scope string) bool {
	return strings.HasPrefix(scope, registryPart+"/")
}
