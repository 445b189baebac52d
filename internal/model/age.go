package model

import (
	"fmt"
	"strconv"
	"time"
)

// ParseAge reads a number with a unit, as in 7d or 12h. A hundred years are enough.
func ParseAge(s string) (time.Duration, error) {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	n, err := strconv.Atoi(s[:i])
	unit := ageUnit(s[i:])
	if err != nil || unit == 0 || n > int(100*365*24*time.Hour/unit) {
		return 0, Invalid(fmt.Sprintf("%q is not an age", Sanitize(s)), "write a number and a unit, for example age>7d or age<12h")
	}
	return time.Duration(n) * unit, nil
}

func ageUnit(s string) time.Duration {
	const day = 24 * time.Hour
	switch s {
	case "s":
		return time.Second
	case "min", "m":
		return time.Minute
	case "h":
		return time.Hour
	case "d":
		return day
	case "w":
		return 7 * day
	case "y":
		return 365 * day
	}
	return 0
}
