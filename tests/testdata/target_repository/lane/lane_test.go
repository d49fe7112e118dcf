package lane

import "testing"

func TestNameLeavesOutWhatIsEmpty(t *testing.T) {
	if got := Name("k8s", "", "sig"); got != "k8s-sig" {
		t.Errorf("got %q", got)
	}
}
