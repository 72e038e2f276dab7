// What the tests of OP Stack sequencers need of the libraries that op-conductor and op-node are made of.
package main

import (
	"fmt"
	"os"
)

const usage = `usage:
  opstack-files found GENESIS OUT ID=ADDRESS…  write the files that found a raft on the genesis block
  opstack-files read FOLDER                    print what hashicorp/raft finds in a member's folder
`

func main() {
	err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) >= 4 && args[0] == "found":
		return found(args[1], args[2], args[3:])
	case len(args) == 2 && args[0] == "read":
		return read(args[1])
	}
	return fmt.Errorf("%s", usage)
}
