package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"github.com/novotnyllc/caitui/internal/model"
)

const (
	journalName = "journal.jsonl"
	headName    = "HEAD"
	lockName    = "lock"

	// lockTimeout is how long an append waits for other processes. One holds
	// the lock for a few milliseconds; longer means that it is stopped.
	lockTimeout = 10 * time.Second
	lockRetry   = time.Millisecond
)

// Journal is one journal folder. It is safe for concurrent use, and any
// number of processes may use the same folder.
type Journal struct {
	dir   string
	clock func() time.Time

	mu      sync.Mutex
	queue   []*request
	serving bool // a goroutine is writing the queue
}

// request is an event on its way into the file.
type request struct {
	event model.JournalEvent
	err   error
	done  chan struct{}
}

// Open opens the journal in dir, which is created by the first append. clock
// gives the time of events that carry none.
func Open(dir string, clock func() time.Time) (*Journal, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("finding the journal: %w", err)
	}
	if info, err := os.Stat(absolute); err == nil && !info.IsDir() {
		return nil, &model.Error{Kind: model.ErrInvalid, Message: fmt.Sprintf("the journal's folder %s is a file", absolute),
			Cure: "move it away, or choose another folder with --data-dir"}
	}
	return &Journal{dir: absolute, clock: clock}, nil
}

func (j *Journal) path(name string) string { return filepath.Join(j.dir, name) }

// Append writes one event and returns it as written: with Seq, Prev and Hash,
// with At where it had none, and with its text sanitised and secrets masked.
// When it has returned without error, the event is on the disk.
//
// Events that several goroutines append at once share one sync, so a stage of
// ten intents costs little more than one.
func (j *Journal) Append(ctx context.Context, e model.JournalEvent) (model.JournalEvent, error) {
	for _, d := range []model.Digest{e.Before, e.After} {
		if d == "" {
			continue
		}
		if _, err := model.ParseDigest(string(d)); err != nil {
			return model.JournalEvent{}, fmt.Errorf("writing the journal: %w", err)
		}
	}
	r := &request{event: clean(e), done: make(chan struct{})}
	j.mu.Lock()
	j.queue = append(j.queue, r)
	if !j.serving {
		j.serving = true
		go j.serve() //nolint:contextcheck // it writes for many callers; the end of one must not end it
	}
	j.mu.Unlock()
	select {
	case <-r.done:
	case <-ctx.Done():
		if j.withdraw(r) {
			return model.JournalEvent{}, fmt.Errorf("writing the journal: %w", ctx.Err())
		}
		<-r.done // it is being written: its fate is known in a moment
	}
	if r.err != nil {
		return model.JournalEvent{}, r.err
	}
	return r.event, nil
}

// withdraw takes a request out of the queue and reports whether it was still
// there.
func (j *Journal) withdraw(r *request) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	i := slices.Index(j.queue, r)
	if i < 0 {
		return false
	}
	j.queue = slices.Delete(j.queue, i, i+1)
	return true
}

// serve writes the queue until it is empty. The queue is taken under the file
// lock, so that what comes in while others hold it goes in one batch.
func (j *Journal) serve() {
	for j.pending() {
		unlock, err := j.lock()
		j.mu.Lock()
		batch := j.queue
		j.queue = nil
		j.mu.Unlock()
		if err == nil && len(batch) > 0 {
			err = j.write(batch)
		}
		unlock()
		for _, r := range batch {
			if err != nil {
				r.err = fmt.Errorf("writing the journal: %w", err)
			}
			close(r.done)
		}
	}
}

// pending reports whether there is something to write, and ends the service
// where there is not.
func (j *Journal) pending() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.serving = len(j.queue) > 0
	return j.serving
}

func (j *Journal) lock() (unlock func(), err error) {
	if err := MakeDir(j.dir); err != nil {
		return func() {}, err
	}
	l := flock.New(j.path(lockName), flock.SetPermissions(0o600))
	ctx, cancel := context.WithTimeout(context.Background(), lockTimeout)
	defer cancel()
	if _, err := l.TryLockContext(ctx, lockRetry); err != nil {
		_ = l.Close()
		if errors.Is(err, context.DeadlineExceeded) {
			err = &model.Error{Kind: model.ErrUnreachable, Cause: err,
				Message: fmt.Sprintf("another caitui has held the lock %s for %s", j.path(lockName), lockTimeout),
				Cure:    "look for a stopped caitui process and let it go on or end it"}
		}
		return func() {}, err
	}
	return func() { _ = l.Close() }, nil
}

// write appends a batch. It is called with the file lock held.
func (j *Journal) write(batch []*request) (err error) {
	f, err := os.OpenFile(j.path(journalName), os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	t, err := readTail(f)
	if err != nil {
		return err
	}
	h, err := readHead(j.path(headName))
	if err != nil {
		return err
	}
	if t.size == 0 && !h.there {
		// From now on a missing HEAD means that somebody took it away.
		if err := ReplaceFile(j.path(headName), []byte(formatHead(model.JournalHead{}))); err != nil {
			return err
		}
		h.there = true
	}
	data, written, err := j.compose(f, t, h, batch)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		// Nobody else writes now, so what came of this write can be taken
		// back. Where not even that works, it is a torn line.
		_ = f.Truncate(t.size)
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	last := written[len(written)-1]
	if err := ReplaceFile(j.path(headName), []byte(formatHead(model.JournalHead{Seq: last.Seq, Hash: last.Hash}))); err != nil {
		return err
	}
	for i, r := range batch {
		r.event = written[len(written)-len(batch)+i]
	}
	return nil
}

// compose makes the bytes to be appended: the notes about what was found at
// the end of the file, then the batch.
func (j *Journal) compose(f *os.File, t tail, h headState, batch []*request) ([]byte, []model.JournalEvent, error) {
	end, err := continueFrom(f, t, h)
	if err != nil {
		return nil, nil, err
	}
	var events []model.JournalEvent
	note := func(reason string) {
		first := batch[0].event
		events = append(events, model.JournalEvent{Kind: model.EventNote, Actor: first.Actor, Host: first.Host, Reason: reason})
	}
	if t.looseFrom >= 0 {
		reason, err := closing(f, t.looseFrom, t.looseTo)
		if err != nil {
			return nil, nil, err
		}
		note(reason)
	}
	if t.size > 0 && !h.there {
		note(headLost)
	}
	for _, r := range batch {
		events = append(events, r.event)
	}
	var data bytes.Buffer
	if !t.ended {
		data.WriteByte('\n')
	}
	for i := range events {
		e := &events[i]
		if e.At.IsZero() {
			e.At = j.clock()
		}
		e.At = e.At.UTC().Truncate(time.Millisecond)
		e.Seq, e.Prev = end.Seq+1, end.Hash
		line, hash, err := encodeLine(*e)
		if err != nil {
			return nil, nil, err
		}
		e.Hash = hash
		end = model.JournalHead{Seq: e.Seq, Hash: hash}
		data.Write(line)
		data.WriteByte('\n')
	}
	return data.Bytes(), events, nil
}

// Events returns all readable events, oldest first. Lines that are not
// readable are passed over: Verify tells of them. It needs no lock: a line
// that is being written is not ended yet.
func (j *Journal) Events(ctx context.Context) ([]model.JournalEvent, error) {
	var list []model.JournalEvent
	err := j.scan(ctx, func(r row) error {
		if r.err == nil {
			list = append(list, r.event)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Head returns number and hash of the last readable line; Seq 0: none.
func (j *Journal) Head(ctx context.Context) (model.JournalHead, error) {
	if err := ctx.Err(); err != nil {
		return model.JournalHead{}, fmt.Errorf("reading the journal: %w", err)
	}
	f, err := os.Open(j.path(journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return model.JournalHead{}, nil
	}
	if err != nil {
		return model.JournalHead{}, fmt.Errorf("reading the journal: %w", err)
	}
	defer func() { _ = f.Close() }()
	t, err := readTail(f)
	if err != nil {
		return model.JournalHead{}, err
	}
	return model.JournalHead{Seq: t.last.Seq, Hash: t.last.Hash}, nil
}

// scan reads the file line by line; one that is not there has none.
func (j *Journal) scan(ctx context.Context, f func(row) error) error {
	file, err := os.Open(j.path(journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the journal: %w", err)
	}
	defer func() { _ = file.Close() }()
	return scan(file, func(r row) error {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("reading the journal: %w", err)
		}
		return f(r)
	})
}
