package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/novotnyllc/caitui/internal/model"
)

// Plan is the "plan" document, as verbs print it and as plan files keep it.
type Plan struct {
	Schema    string     `json:"schema"`
	Registry  string     `json:"registry"`
	Owner     Text       `json:"owner"`
	ID        string     `json:"id"`
	Title     string     `json:"title"`
	Reason    Text       `json:"reason"`
	Incident  Text       `json:"incident"`
	Actor     Text       `json:"actor"`
	Created   Time       `json:"created"`
	ReadAt    Time       `json:"read_at"`
	Aim       *Aim       `json:"aim"`
	Changes   []Change   `json:"changes"`
	Effects   []Effect   `json:"effects"`
	Unmoved   []Unmoved  `json:"unmoved"`
	Verdicts  []Verdict  `json:"verdicts"`
	Consumers []Consumer `json:"consumers"`
	Approvals []Approval `json:"approvals"`
	Warnings  []Remark   `json:"warnings"`
	Blockers  []Remark   `json:"blockers"`
	Blocked   bool       `json:"blocked"`
}

// Change is one intended act of a plan.
type Change struct {
	Kind      string `json:"kind"`
	Stage     int    `json:"stage"`
	Package   string `json:"package"`
	Tag       Text   `json:"tag"`
	From      Digest `json:"from"`
	To        Digest `json:"to"`
	VersionID ID     `json:"version_id"`
	// Artifact is what a PutArtifact writes, null for the other kinds.
	Artifact *Artifact `json:"artifact"`
}

// Artifact is a small document that a plan writes. Content is text.
type Artifact struct {
	Type        Text              `json:"artifact_type"`
	MediaType   string            `json:"media_type"`
	Title       Text              `json:"title"`
	Content     string            `json:"content"`
	Annotations map[string]string `json:"annotations"`
}

// Aim is what a plan is about.
type Aim struct {
	Act     string `json:"act"`
	Channel Text   `json:"channel"`
	From    Text   `json:"from"`
	To      Text   `json:"to"`
	As      Text   `json:"as"`
	Undoes  Text   `json:"undoes"`
}

// Unmoved is a tag, or with tag null a package, that stays, and why.
type Unmoved struct {
	Package string `json:"package"`
	Tag     Text   `json:"tag"`
	Digest  Digest `json:"digest"`
	Why     string `json:"why"`
	// Excluded is true where somebody left it out.
	Excluded bool `json:"excluded"`
}

// Effect is what a plan does to one tag, or with tag null to one version.
type Effect struct {
	Package   string `json:"package"`
	Tag       Text   `json:"tag"`
	VersionID ID     `json:"version_id"`
	Before    Digest `json:"before"`
	After     Digest `json:"after"`
	Effect    string `json:"effect"`
	Undo      string `json:"undo"`
	UndoUntil Time   `json:"undo_until"`
}

// Verdict is the verdict on one target of a plan; null: not checked.
type Verdict struct {
	Package string `json:"package"`
	Digest  Digest `json:"digest"`
	Verdict Text   `json:"verdict"`
	// Platforms and Resolved are null where nobody looked.
	Platforms *int `json:"platforms"`
	Resolved  *int `json:"resolved"`
}

// Consumer is who gets what once the plan is done.
type Consumer struct {
	Who  string `json:"who"`
	Gets string `json:"gets"`
}

// Approval is a second person's consent.
type Approval struct {
	Login string `json:"login"`
	At    Time   `json:"at"`
	Note  Text   `json:"note"`
	Plan  Text   `json:"plan"`
}

// Remark is a warning or a blocker; package null: about the whole plan.
type Remark struct {
	Code     string `json:"code"`
	Package  Text   `json:"package"`
	Message  string `json:"message"`
	Override bool   `json:"override"`
}

// PlanDoc is the document of a plan.
func PlanDoc(p model.Plan) Plan {
	doc := Plan{
		Schema: schema("plan"), Registry: p.Registry, Owner: Text(p.Owner), ID: p.ID, Title: p.Title,
		Reason: Text(p.Reason), Incident: Text(p.Incident), Actor: Text(p.Actor),
		Created: Time(p.Created), ReadAt: Time(p.ReadAt), Blocked: p.Blocked(),
		Changes: make([]Change, len(p.Changes)), Effects: make([]Effect, len(p.Effects)),
		Verdicts: make([]Verdict, len(p.Verdicts)), Consumers: make([]Consumer, len(p.Consumers)),
		Approvals: make([]Approval, len(p.Approvals)),
		Warnings:  remarks(p.Warnings), Blockers: remarks(p.Blockers),
		Aim: aim(p.Aim), Unmoved: make([]Unmoved, len(p.Unmoved)),
	}
	for i, u := range p.Unmoved {
		doc.Unmoved[i] = Unmoved{Package: u.Package, Tag: Text(u.Tag), Digest: Digest(u.Digest), Why: u.Why, Excluded: u.Excluded}
	}
	for i, c := range p.Changes {
		doc.Changes[i] = Change{Kind: string(c.Kind), Stage: c.Stage, Package: c.Package, Tag: Text(c.Tag),
			From: Digest(c.From), To: Digest(c.To), VersionID: ID(c.VersionID), Artifact: artifact(c.Artifact)}
	}
	for i, e := range p.Effects {
		doc.Effects[i] = Effect{Package: e.Package, Tag: Text(e.Tag), VersionID: ID(e.VersionID),
			Before: Digest(e.Before), After: Digest(e.After), Effect: string(e.Kind),
			Undo: string(e.Undo), UndoUntil: Time(e.UndoUntil)}
	}
	for i, v := range p.Verdicts {
		doc.Verdicts[i] = Verdict{Package: v.Package, Digest: Digest(v.Digest), Verdict: Text(v.Verdict),
			Platforms: counted(v.Platforms), Resolved: counted(v.Resolved)}
	}
	for i, c := range p.Consumers {
		doc.Consumers[i] = Consumer(c)
	}
	for i, a := range p.Approvals {
		doc.Approvals[i] = Approval{Login: a.Login, At: Time(a.At), Note: Text(a.Note), Plan: Text(a.Plan)}
	}
	return doc
}

// aim is nil, and so null, for a plan that tells nothing of it.
func aim(a model.Aim) *Aim {
	if a == (model.Aim{}) {
		return nil
	}
	return &Aim{Act: string(a.Act), Channel: Text(a.Channel), From: Text(a.From), To: Text(a.To), As: Text(a.As), Undoes: Text(a.Undoes)}
}

func (a *Aim) model() model.Aim {
	if a == nil {
		return model.Aim{}
	}
	return model.Aim{Act: model.Act(a.Act), Channel: string(a.Channel), From: string(a.From), To: string(a.To), As: string(a.As), Undoes: string(a.Undoes)}
}

func artifact(a *model.Artifact) *Artifact {
	if a == nil {
		return nil
	}
	return &Artifact{Type: Text(a.Type), MediaType: a.MediaType, Title: Text(a.Title), Content: string(a.Content), Annotations: a.Annotations}
}

func (a *Artifact) model() *model.Artifact {
	if a == nil {
		return nil
	}
	return &model.Artifact{Type: string(a.Type), MediaType: a.MediaType, Title: string(a.Title), Content: []byte(a.Content), Annotations: a.Annotations}
}

// counted is nil, and so null, for a number that nobody counted.
func counted(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}

func uncounted(n *int) int {
	if n == nil {
		return -1
	}
	return *n
}

func remarks(list []model.Remark) []Remark {
	out := make([]Remark, len(list))
	for i, r := range list {
		out[i] = Remark{Code: r.Code, Package: Text(r.Package), Message: r.Message, Override: r.Override}
	}
	return out
}

// EncodePlan writes a plan file: the plan document, indented, with a final
// newline.
func EncodePlan(p model.Plan) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(PlanDoc(p)); err != nil {
		return nil, fmt.Errorf("encoding plan %s: %w", p.ID, err)
	}
	return b.Bytes(), nil
}

// planCure is what helps against every plan file that cannot be read.
const planCure = "make the plan again and save it with --save"

// DecodePlan reads a plan file. It is strict, because what it returns may be
// executed: another schema, an unknown field or word, anything after the
// document, or an id that does not belong to the content is refused.
func DecodePlan(raw []byte) (model.Plan, error) {
	var head struct {
		Schema *string `json:"schema"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return model.Plan{}, badPlan("the plan file is not readable JSON", err)
	}
	switch {
	case head.Schema == nil:
		return model.Plan{}, badPlan("the file names no schema, so it is not a plan file", nil)
	case *head.Schema != schema("plan"):
		return model.Plan{}, badPlan(fmt.Sprintf("the file's schema is %q, and only %q can be read here",
			model.Sanitize(*head.Schema), schema("plan")), nil)
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	var doc Plan
	if err := dec.Decode(&doc); err != nil {
		return model.Plan{}, badPlan("the plan file does not have the form of a plan", err)
	}
	if err := doc.check(); err != nil {
		return model.Plan{}, err
	}
	p := doc.model()
	if id := p.CanonicalID(); id != p.ID {
		return model.Plan{}, badPlan(fmt.Sprintf("the plan's id %q is not that of its content (%s): it was altered",
			model.Sanitize(p.ID), id), nil)
	}
	return p, nil
}

func badPlan(message string, cause error) error {
	return &model.Error{Kind: model.ErrInvalid, Message: message, Cure: planCure, Cause: cause}
}

// check refuses words that this version does not know and references that no
// registry could hold: they would be executed as something else.
func (doc Plan) check() error {
	for i, c := range doc.Changes {
		switch model.ChangeKind(c.Kind) {
		case model.MoveTag, model.CreateTag, model.RemoveTag, model.PutArtifact, model.DeleteVersion, model.RestoreVersion:
		default:
			return badPlan(fmt.Sprintf("change %d of the plan is of an unknown kind %q", i+1, model.Sanitize(c.Kind)), nil)
		}
		if err := checkTarget(c.Package, c.Tag, c.VersionID); err != nil {
			return badPlan(fmt.Sprintf("change %d of the plan cannot be executed", i+1), err)
		}
		if err := c.checkArtifact(); err != nil {
			return badPlan(fmt.Sprintf("change %d of the plan cannot be executed", i+1), err)
		}
	}
	for i, e := range doc.Effects {
		switch model.EffectKind(e.Effect) {
		case model.EffectMoved, model.EffectCreated, model.EffectRemoved, model.EffectDeleted,
			model.EffectRestored, model.EffectOrphaned, model.EffectUnchanged:
		default:
			return badPlan(fmt.Sprintf("effect %d of the plan is of an unknown kind %q", i+1, model.Sanitize(e.Effect)), nil)
		}
		switch model.Undo(e.Undo) {
		case model.UndoFull, model.UndoUntil, model.UndoNone:
		default:
			return badPlan(fmt.Sprintf("effect %d of the plan has an unknown undo %q", i+1, model.Sanitize(e.Undo)), nil)
		}
		if err := checkTarget(e.Package, e.Tag, e.VersionID); err != nil {
			return badPlan(fmt.Sprintf("effect %d of the plan is not possible", i+1), err)
		}
	}
	for _, v := range doc.Verdicts {
		switch model.VerdictKind(v.Verdict) {
		case model.VerdictUnchecked, model.VerdictVerified, model.VerdictFailed, model.VerdictUnverifiable, model.VerdictNone:
		default:
			return badPlan(fmt.Sprintf("the plan has an unknown verdict %q", model.Sanitize(string(v.Verdict))), nil)
		}
	}
	if doc.Blocked != (len(doc.Blockers) > 0) {
		return badPlan("the plan's \"blocked\" and its list of blockers contradict each other", nil)
	}
	return nil
}

// checkArtifact refuses a document whose digest is not the one that was shown
// and confirmed.
func (c Change) checkArtifact() error {
	isPut := model.ChangeKind(c.Kind) == model.PutArtifact
	switch {
	case isPut != (c.Artifact != nil):
		return model.Invalid("a "+c.Kind+" and the artifact beside it contradict each other", planCure)
	case isPut && c.Artifact.model().Digest() != model.Digest(c.To):
		return model.Invalid("the artifact does not have the digest that the plan says", planCure)
	}
	return nil
}

func checkTarget(pkg string, tag Text, id ID) error {
	if err := model.ValidPackage(pkg); err != nil {
		return err
	}
	if tag != "" {
		if err := model.ValidTag(string(tag)); err != nil {
			return err
		}
	}
	if id < 0 {
		return model.Invalid(fmt.Sprintf("%d is not a version id", id), "a version id is a positive number")
	}
	return nil
}

func (doc Plan) model() model.Plan {
	p := model.Plan{
		ID: doc.ID, Registry: doc.Registry, Owner: string(doc.Owner), Title: doc.Title,
		Reason: string(doc.Reason), Incident: string(doc.Incident), Actor: string(doc.Actor),
		Created: time.Time(doc.Created), ReadAt: time.Time(doc.ReadAt),
		Warnings: modelRemarks(doc.Warnings), Blockers: modelRemarks(doc.Blockers), Aim: doc.Aim.model(),
	}
	for _, u := range doc.Unmoved {
		p.Unmoved = append(p.Unmoved, model.Unmoved{Package: u.Package, Tag: string(u.Tag), Digest: model.Digest(u.Digest), Why: u.Why, Excluded: u.Excluded})
	}
	for _, c := range doc.Changes {
		p.Changes = append(p.Changes, model.Change{Kind: model.ChangeKind(c.Kind), Stage: c.Stage, Package: c.Package,
			Tag: string(c.Tag), From: model.Digest(c.From), To: model.Digest(c.To), VersionID: int64(c.VersionID), Artifact: c.Artifact.model()})
	}
	for _, e := range doc.Effects {
		p.Effects = append(p.Effects, model.Effect{Package: e.Package, Tag: string(e.Tag), VersionID: int64(e.VersionID),
			Before: model.Digest(e.Before), After: model.Digest(e.After), Kind: model.EffectKind(e.Effect),
			Undo: model.Undo(e.Undo), UndoUntil: time.Time(e.UndoUntil)})
	}
	for _, v := range doc.Verdicts {
		p.Verdicts = append(p.Verdicts, model.PlanVerdict{Package: v.Package, Digest: model.Digest(v.Digest), Verdict: model.VerdictKind(v.Verdict),
			Platforms: uncounted(v.Platforms), Resolved: uncounted(v.Resolved)})
	}
	for _, c := range doc.Consumers {
		p.Consumers = append(p.Consumers, model.Consumer(c))
	}
	for _, a := range doc.Approvals {
		p.Approvals = append(p.Approvals, model.Approval{Login: a.Login, At: time.Time(a.At), Note: string(a.Note), Plan: string(a.Plan)})
	}
	return p
}

func modelRemarks(list []Remark) []model.Remark {
	var out []model.Remark
	for _, r := range list {
		out = append(out, model.Remark{Code: r.Code, Package: string(r.Package), Message: r.Message, Override: r.Override})
	}
	return out
}
