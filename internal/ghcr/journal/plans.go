package journal

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/novotnyllc/caitui/internal/model"
	"github.com/novotnyllc/caitui/internal/model/wire"
)

// planPath is where a plan is kept. Only a digest is an id, so that no id can
// lead out of the folder.
func (j *Journal) planPath(id string) (string, error) {
	d, err := model.ParseDigest(id)
	if err != nil {
		return "", &model.Error{Kind: model.ErrInvalid, Message: fmt.Sprintf("%q is not the id of a plan", model.Sanitize(id)),
			Cure: "a plan's id is sha256: and 64 characters 0-9 a-f, as the journal shows it"}
	}
	return filepath.Join(filepath.Dir(j.dir), "plans", d.Hex()+".json"), nil
}

// SavePlan keeps a plan whole, with secrets in its prose masked. When it has
// returned without error, the plan is on the disk. A plan of the same id, the
// same intention on the same state, is replaced.
func (j *Journal) SavePlan(ctx context.Context, p model.Plan) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("saving plan %s: %w", p.ID, err)
	}
	path, err := j.planPath(p.ID)
	if err != nil {
		return err
	}
	raw, err := wire.EncodePlan(cleanPlan(p))
	if err != nil {
		return err
	}
	// What cannot be read back is of no use after a crash.
	if _, err := wire.DecodePlan(raw); err != nil {
		return fmt.Errorf("saving plan %s: %w", p.ID, err)
	}
	if err := MakeDir(filepath.Dir(path)); err != nil {
		return fmt.Errorf("saving plan %s: %w", p.ID, err)
	}
	if err := ReplaceFile(path, raw); err != nil {
		return fmt.Errorf("saving plan %s: %w", p.ID, err)
	}
	return nil
}

// maxPlan bounds a plan file that is read, in bytes.
const maxPlan = 64 << 20

// LoadPlan reads a plan that SavePlan kept. One that is not there is
// ErrNotFound; one whose content does not belong to its id is refused.
func (j *Journal) LoadPlan(ctx context.Context, id string) (model.Plan, error) {
	if err := ctx.Err(); err != nil {
		return model.Plan{}, fmt.Errorf("reading a plan: %w", err)
	}
	path, err := j.planPath(id)
	if err != nil {
		return model.Plan{}, err
	}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return model.Plan{}, &model.Error{Kind: model.ErrNotFound, Message: fmt.Sprintf("there is no plan %s here", id),
			Cure: "caitui journal lists the plans of this data directory; --data-dir chooses another", Cause: err}
	}
	if err != nil {
		return model.Plan{}, fmt.Errorf("reading plan %s: %w", id, err)
	}
	if info.Size() > maxPlan {
		return model.Plan{}, &model.Error{Kind: model.ErrTooLarge, Message: fmt.Sprintf("the file of plan %s has %d bytes", id, info.Size())}
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return model.Plan{}, fmt.Errorf("reading plan %s: %w", id, err)
	}
	p, err := wire.DecodePlan(raw)
	if err != nil {
		return model.Plan{}, fmt.Errorf("reading plan %s: %w", id, err)
	}
	if p.ID != id {
		return model.Plan{}, &model.Error{Kind: model.ErrInvalid, Message: fmt.Sprintf("the file of plan %s holds plan %s", id, p.ID),
			Cure: "somebody has exchanged plan files; make the plan again"}
	}
	return p, nil
}
