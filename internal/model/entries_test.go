package model

import "testing"

func TestSideBySideTakesEachPlaceOnce(t *testing.T) {
	for _, n := range []int{0, 1, 4095, 4096, 8191, 8192, 100_001} {
		times := make([]int, n)
		sideBySide(n, func(i int) { times[i]++ })
		for i, k := range times {
			if k != 1 {
				t.Fatalf("of %d the place %d was taken %d times", n, i, k)
			}
		}
	}
}
