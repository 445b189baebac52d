package journal

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/novotnyllc/caitui/internal/model"
)

func plan() model.Plan {
	p := model.Plan{
		Registry: "ghcr.io", Owner: "novotnyllc", Title: "move prod of containai", Reason: "broken", Incident: "INC-1", Actor: "me",
		Created: testNow, ReadAt: testNow,
		Changes:   []model.Change{{Kind: model.MoveTag, Stage: 1, Package: "containai", Tag: "prod", From: digest("a"), To: digest("b")}},
		Effects:   []model.Effect{{Package: "containai", Tag: "prod", Before: digest("a"), After: digest("b"), Kind: model.EffectMoved, Undo: model.UndoFull}},
		Consumers: []model.Consumer{{Who: "docker pull", Gets: "b"}},
		Approvals: []model.Approval{{Login: "you", At: testNow, Note: "fine", Plan: "x"}},
		Warnings:  []model.Remark{{Code: model.CodeOrphan, Message: "a loses its last tag"}},
	}
	p.ID = p.CanonicalID()
	return p
}

func TestPlansAreKeptWhole(t *testing.T) {
	j, dir := open(t)
	p := plan()
	if err := j.SavePlan(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	got, err := j.LoadPlan(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, got); diff != "" {
		t.Errorf("plan differs (-want +got):\n%s", diff)
	}
	plans := filepath.Join(filepath.Dir(dir), "plans")
	path := filepath.Join(plans, model.Digest(p.ID).Hex()+".json")
	for name, want := range map[string]os.FileMode{plans: 0o700, path: 0o600} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s has mode %o, want %o", name, info.Mode().Perm(), want)
		}
	}
	p.Reason = "another reason, the same intention"
	if err := j.SavePlan(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if got, err = j.LoadPlan(t.Context(), p.ID); err != nil || got.Reason != p.Reason {
		t.Errorf("reason = %q, %v", got.Reason, err)
	}
	if files, err := os.ReadDir(plans); err != nil || len(files) != 1 {
		t.Errorf("%d files in plans, %v; want one", len(files), err)
	}
}

func TestPlanKeepsNoSecret(t *testing.T) {
	j, dir := open(t)
	p := plan()
	const token = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"
	p.Reason, p.Incident, p.Actor = token, token, token
	p.Warnings[0].Message, p.Consumers[0].Gets, p.Approvals[0].Note = token, token, token
	if err := j.SavePlan(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	raw := read(t, filepath.Join(filepath.Dir(dir), "plans", model.Digest(p.ID).Hex()+".json"))
	if strings.Contains(string(raw), token) {
		t.Errorf("the token is in the plan file:\n%s", raw)
	}
	if p.Warnings[0].Message != token {
		t.Error("the caller's plan was changed")
	}
	if _, err := j.LoadPlan(t.Context(), p.ID); err != nil {
		t.Error(err)
	}
}

func TestPlansThatAreNot(t *testing.T) {
	j, dir := open(t)
	p := plan()
	if _, err := j.LoadPlan(t.Context(), p.ID); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("absent plan: %v", err)
	}
	for _, id := range []string{"", "../../etc/passwd", "sha256:../x", "sha256:" + strings.Repeat("A", 64)} {
		if _, err := j.LoadPlan(t.Context(), id); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("id %q: %v, want ErrInvalid", id, err)
		}
	}
	wrong := p
	wrong.Title = "something else under the same id"
	if err := j.SavePlan(t.Context(), wrong); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("a plan that is not its id's was kept: %v", err)
	}
	if err := j.SavePlan(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(filepath.Dir(dir), "plans", model.Digest(p.ID).Hex()+".json")
	other := p
	other.Title = "other"
	other.ID = other.CanonicalID()
	if err := j.SavePlan(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	write(t, path, read(t, filepath.Join(filepath.Dir(path), model.Digest(other.ID).Hex()+".json")))
	if _, err := j.LoadPlan(t.Context(), p.ID); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("exchanged plan files: %v, want ErrInvalid", err)
	}
	write(t, path, []byte("{"))
	if _, err := j.LoadPlan(t.Context(), p.ID); err == nil {
		t.Error("half a plan was read")
	}
}
