// Daonetesd is the node of a DAOnetes network.
package main

import (
	"os"

	"github.com/daonetes/daonetes/chain/cmd"
)

func main() {
	os.Exit(cmd.Execute())
}
