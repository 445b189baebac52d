//go:build unix

package journal

import (
	"bufio"
	"bytes"
	"fmt"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// limitFiles makes this process's files full at so many bytes.
func limitFiles(bytes string) error {
	if bytes == "" {
		return nil
	}
	n, err := strconv.ParseUint(bytes, 10, 64)
	if err != nil {
		return err
	}
	signal.Ignore(syscall.SIGXFSZ)
	return unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: n, Max: n})
}

// A disk that takes half of a line and no more: what was written of it is
// taken back, what was confirmed stays, and the journal goes on once there is
// room.
func TestFullDisk(t *testing.T) {
	j, dir := open(t)
	for _, limit := range []int{900, 2000} {
		cmd := start(t, dir, "filling", 0)
		cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", envLimit, limit))
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err == nil {
			t.Fatal("a full disk was no error")
		}
		if !strings.Contains(stderr.String(), "file too large") {
			t.Fatalf("the error is %q", stderr.String())
		}
		confirmed := int64(0)
		for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
			if confirmed, err = strconv.ParseInt(lines.Text(), 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		r := wantIntact(t, j)
		if confirmed == 0 || r.Head.Seq != confirmed || r.Torn {
			t.Errorf("confirmed up to %d; report %+v", confirmed, r)
		}
		add(t, j, "there is room again")
		wantIntact(t, j)
	}
}
