//go:build tools

// Package tools pins the BuildKit that builds images on the throw-away node; ../build.sh builds the programs.
package tools

import (
	_ "github.com/moby/buildkit/cmd/buildctl"
	_ "github.com/moby/buildkit/cmd/buildkitd"
	_ "github.com/rootless-containers/rootlesskit/v2/cmd/rootlesskit"
)
