// Package secrets opens what the TypeScript client sealed with another implementation of age, and seals for it.
package secrets

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"filippo.io/age"
)

const vectorFile = "../vectors/sealed.json"

// sealed is a secret with the grant of its key to a device, as both stand on the chain.
type sealed struct {
	// By says which implementation sealed it.
	By             string `json:"by"`
	ChainID        string `json:"chainId"`
	GroupID        string `json:"groupId"`
	Scope          string `json:"scope"`
	Generation     string `json:"generation"`
	Name           string `json:"name"`
	Version        string `json:"version"`
	Value          []byte `json:"valueBase64"`
	DeviceIdentity string `json:"deviceIdentity"`
	KeyRecipient   string `json:"keyRecipient"`
	Grant          []byte `json:"grantBase64"`
	Ciphertext     []byte `json:"ciphertextBase64"`
}

func (s sealed) keyHead() string {
	return fmt.Sprintf("daonetes/secret-key/v1\n%s\n%s\n%s\n%s\n", s.ChainID, s.GroupID, s.Scope, s.Generation)
}

func (s sealed) valueHead() string {
	return fmt.Sprintf("daonetes/secret/v1\n%s\n%s\n%s\n%s\n", s.ChainID, s.GroupID, s.Name, s.Version)
}

func open(t *testing.T, text []byte, identity string) []byte {
	t.Helper()
	parsed, err := age.ParseHybridIdentity(identity)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := age.Decrypt(bytes.NewReader(text), parsed)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

func seal(t *testing.T, plain, recipient string) []byte {
	t.Helper()
	parsed, err := age.ParseHybridRecipient(recipient)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	writer, err := age.Encrypt(&out, parsed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(writer, plain); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func vectors(t *testing.T) []sealed {
	t.Helper()
	raw, err := os.ReadFile(vectorFile)
	if err != nil {
		t.Fatal(err)
	}
	var list []sealed
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// check opens a secret as its device does, and compares what comes out.
func check(t *testing.T, one sealed) {
	t.Helper()
	key, found := strings.CutPrefix(string(open(t, one.Grant, one.DeviceIdentity)), one.keyHead())
	if !found {
		t.Fatalf("%s: the grant says something else than %q", one.By, one.keyHead())
	}
	identity, err := age.ParseHybridIdentity(key)
	if err != nil {
		t.Fatalf("%s: %v", one.By, err)
	}
	if got := identity.Recipient().String(); got != one.KeyRecipient {
		t.Fatalf("%s: the key has the recipient %s", one.By, got)
	}
	value, found := bytes.CutPrefix(open(t, one.Ciphertext, key), []byte(one.valueHead()))
	if !found || !bytes.Equal(value, one.Value) {
		t.Fatalf("%s: the value is another one", one.By)
	}
}

// Whoever sealed it: the device's identity opens the grant, the key in it opens the value, and both say what they belong to.
func TestSealedSecretsOpen(t *testing.T) {
	list := vectors(t)
	if len(list) < 2 {
		t.Fatalf("got %d vectors, want those of both implementations", len(list))
	}
	for _, one := range list {
		check(t, one)
	}
}

// What this implementation seals it opens too; UPDATE_GOLDEN=1 go test ./... writes it, for the client to open.
func TestSealsAnew(t *testing.T) {
	device, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	key, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	one := sealed{
		By: "filippo.io/age", ChainID: "daonetes-test-1", GroupID: "18446744073709551615", Scope: "shop", Generation: "3", Name: "shop/web/DB_PASSWORD", Version: "12",
		Value: []byte("für alle\x00\n"), DeviceIdentity: device.String(), KeyRecipient: key.Recipient().String(),
	}
	one.Grant = seal(t, one.keyHead()+key.String(), device.Recipient().String())
	one.Ciphertext = seal(t, one.valueHead()+string(one.Value), one.KeyRecipient)
	check(t, one)
	if os.Getenv("UPDATE_GOLDEN") == "" {
		return
	}
	list := []sealed{one}
	if raw, err := os.ReadFile(vectorFile); err == nil {
		var before []sealed
		if err := json.Unmarshal(raw, &before); err != nil {
			t.Fatal(err)
		}
		for _, other := range before {
			if other.By != one.By {
				list = append(list, other)
			}
		}
	}
	raw, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(vectorFile, append(raw, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}
