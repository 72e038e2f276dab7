// Command testapp is a sequencer for the cluster tests: ev-node's own consensus, raft, p2p and DA code around a
// key-value store.
package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"github.com/evstack/ev-node/pkg/config"
	"github.com/spf13/cobra"
)

func main() {
	root := &cobra.Command{Use: "testapp", SilenceUsage: true, SilenceErrors: true}
	config.AddGlobalFlags(root, "testapp")
	root.AddCommand(startCommand(), initCommand(), versionCommand())
	if err := root.Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of ev-node inside",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			info, _ := debug.ReadBuildInfo()
			for _, module := range info.Deps {
				if module.Path == "github.com/evstack/ev-node" {
					_, err := fmt.Fprintln(command.OutOrStdout(), "ev-node", module.Version)
					return err
				}
			}
			return fmt.Errorf("no ev-node in the build information: build with modules")
		},
	}
}
