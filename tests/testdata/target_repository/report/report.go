// Package report counts results.
package report

// Passed counts those that are true.
func Passed(results []bool) int {
	count := 0
	for _, result := range results {
		if result {
			count++
		}
	}
	return count
}

// Failed counts those that are false.
func Failed(results []bool) int {
	return len(results) - Passed(results)
}
