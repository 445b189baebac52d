package present

import (
	"strconv"
	"strings"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// None is what a cell shows where there is nothing to show.
const None = string(MarkDash)

// Age says how long ago t was as a person says it: "3 s", "26 min", "11 h",
// "7 d", "2 y" (two years and more; below that days, because 37 d against 44 d
// matters in an incident). A time ahead of now by more than a minute is
// "in 5 min"; a zero time is None.
func Age(t, now time.Time) string {
	if t.IsZero() || now.IsZero() {
		return None
	}
	d := now.Sub(t)
	if d < -time.Minute {
		return "in " + Duration(-d)
	}
	return Duration(max(d, 0))
}

// Duration says a length of time in its largest unit, rounded down: s, min, h,
// d up to two years, then y.
func Duration(d time.Duration) string {
	const day = 24 * time.Hour
	n := func(unit time.Duration, word string) string {
		return strconv.FormatInt(int64(d/unit), 10) + " " + word
	}
	switch {
	case d < 0:
		return Duration(0)
	case d < time.Minute:
		return n(time.Second, "s")
	case d < time.Hour:
		return n(time.Minute, "min")
	case d < day:
		return n(time.Hour, "h")
	case d < 2*365*day:
		return n(day, "d")
	}
	return n(365*day, "y")
}

// When is a UTC time for lists: "24 Jun 10:41" within the year before now,
// "24 Jun 2024" else. The zero time is None.
func When(t, now time.Time) string {
	if t.IsZero() {
		return None
	}
	t = t.UTC()
	if d := now.Sub(t); d > 300*24*time.Hour || d < -24*time.Hour {
		return t.Format("_2 Jan 2006")
	}
	return t.Format("_2 Jan 15:04")
}

// zulu is When in running text, where the zone has to be said.
func zulu(t, now time.Time) string {
	out := strings.TrimSpace(When(t, now))
	if strings.Contains(out, ":") {
		out += "Z"
	}
	return out
}

// Stamp is a UTC time that sorts and needs no now, for tables that are kept:
// "2025-06-24 10:41:07".
func Stamp(t time.Time) string {
	if t.IsZero() {
		return None
	}
	return t.UTC().Format(time.DateTime)
}

// Day is the UTC day of t for narrow lists: "24 Jun".
func Day(t time.Time) string {
	if t.IsZero() {
		return None
	}
	return t.UTC().Format("_2 Jan")
}

// Clock is the UTC time of day with its zone: "12:00:04Z".
func Clock(t time.Time) string {
	if t.IsZero() {
		return None
	}
	return t.UTC().Format("15:04:05Z")
}

// Full is a UTC time for details and tickets, RFC 3339 to the second.
func Full(t time.Time) string {
	if t.IsZero() {
		return None
	}
	return t.UTC().Format(time.RFC3339)
}

// Size says a number of bytes in decimal units, as GitHub's and Docker's pages
// do: "512 B", "2.1 GB", "340 MB". A negative size is one that was not read.
func Size(n int64) string {
	if n < 0 {
		return None
	}
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	units := []string{"kB", "MB", "GB", "TB", "PB", "EB"}
	f, i := float64(n)/1000, 0
	for f >= 999.5 && i < len(units)-1 {
		f /= 1000
		i++
	}
	if f < 9.95 {
		return strconv.FormatFloat(f, 'f', 1, 64) + " " + units[i]
	}
	return strconv.FormatFloat(f, 'f', 0, 64) + " " + units[i]
}

// Count says a number with thousands apart: "4,988". Negative is unknown.
func Count(n int) string {
	if n < 0 {
		return None
	}
	s := strconv.Itoa(n)
	if len(s) <= 3 {
		return s
	}
	var b strings.Builder
	head := len(s) % 3
	b.WriteString(s[:head])
	for i := head; i < len(s); i += 3 {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(s[i : i+3])
	}
	return b.String()
}

// Many says a count with its noun: "1 tag", "10 tags". For nouns with an
// ordinary plural.
func Many(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(n) + " " + noun + "s"
}

// Short is a digest for lists: 12 characters, or None.
func Short(d model.Digest) string {
	if d == "" {
		return None
	}
	return model.Sanitize(d.Short())
}

// ShortOrNone is a digest in a sentence: what is not there is none.
func ShortOrNone(d model.Digest) string {
	if d == "" {
		return "none"
	}
	return Short(d)
}

// Commit is a commit for lists: 7 characters, or None.
func Commit(c string) string {
	if c == "" {
		return None
	}
	return model.Sanitize(c[:min(7, len(c))])
}

// Tag is a tag for lists: a long run of hex in it (a commit, a digest) is cut
// to 7 characters and an ellipsis: "sha-6e19a5d…", "sha256-9a01d2c….sig".
func Tag(tag string) string {
	tag = model.Sanitize(tag)
	const long, keep = 16, 7
	start := -1
	for i := 0; i <= len(tag); i++ {
		if i < len(tag) && isHexByte(tag[i]) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 && i-start >= long {
			return tag[:start+keep] + string(MarkEllipsis) + tag[i:]
		}
		start = -1
	}
	return tag
}

func isHexByte(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }
