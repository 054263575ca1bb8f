/** `@daonetes/client/secrets`: sealing and opening of secrets. Neither cosmjs nor gRPC; the age library loads on use. */
export { identityFromSeed, isRecipient, newIdentity, recipientOf } from "./age.ts";
export { type KeyPlace, MAX_GRANT_BYTES, openKey, sealKey } from "./sealed-key.ts";
export { MAX_CIPHERTEXT_BYTES, openValue, sealValue, type ValuePlace } from "./sealed-value.ts";
export { SecretError, type SecretFault } from "./secret-error.ts";
export { checkSecretName, isValidSecretName, registryHost, scopeOf } from "./secret-name.ts";
export { MAX_VALUE_BYTES, SecretValue } from "./secret-value.ts";
