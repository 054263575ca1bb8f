package compose

import (
	"testing"

	_ "github.com/compose-spec/compose-go/v2/cli"
)

func TestNothing(t *testing.T) {}
