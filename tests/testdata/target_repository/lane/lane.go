// Package lane names the lanes of a CI system.
package lane

import "strings"

// Name joins the parts of a lane's name; empty ones are left out.
func Name(parts ...string) string {
	var known []string
	for _, part := range parts {
		if part != "" {
			known = append(known, part)
		}
	}
	if len(known) == 0 {
		return "unnamed"
	}
	return strings.Join(known, "-")
}
