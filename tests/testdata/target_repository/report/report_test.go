package report

import "testing"

func TestPassedCountsWhatIsTrue(t *testing.T) {
	if got := Passed([]bool{true, false, true}); got != 2 {
		t.Errorf("got %d", got)
	}
}
