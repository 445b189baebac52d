package wire

import (
	"github.com/novotnyllc/caitui/internal/model"
)

// Report is the "report" document: what became of one plan.
type Report struct {
	Schema   string `json:"schema"`
	Registry Text   `json:"registry"`
	Owner    Text   `json:"owner"`
	Plan     Text   `json:"plan"`
	Title    Text   `json:"title"`
	// State is done, unfinished, undone, superseded, given-up, refused or
	// previewed.
	State    string       `json:"state"`
	Actor    Text         `json:"actor"`
	Host     Text         `json:"host"`
	Reason   Text         `json:"reason"`
	Incident Text         `json:"incident"`
	Began    Time         `json:"began"`
	Ended    Time         `json:"ended"`
	Aim      *Aim         `json:"aim"`
	Steps    []ReportStep `json:"steps"`
	// What follows is the plan's own; null where its file is not kept.
	Effects   []Effect   `json:"effects"`
	Unmoved   []Unmoved  `json:"unmoved"`
	Consumers []Consumer `json:"consumers"`
	Approvals []Approval `json:"approvals"`
	Warnings  []Remark   `json:"warnings"`
	Events    []Event    `json:"events"`
	Head      *Head      `json:"head"`
	Chat      string     `json:"chat"`
}

// ReportStep is one change of the plan and how far it came.
type ReportStep struct {
	Change
	State     string `json:"state"`
	Error     Text   `json:"error"`
	At        Time   `json:"at"`
	TakenBack bool   `json:"taken_back"`
}

// ReportDoc is the document of an execution. chat is the one line that tells it.
func ReportDoc(x model.Execution, h model.JournalHead, chat string) Report {
	plan := PlanDoc(x.Plan)
	doc := Report{
		Schema: schema("report"), Registry: remote(x.Plan.Registry), Owner: remote(x.Plan.Owner), Plan: Text(x.ID()), Title: remote(x.Plan.Title),
		State: string(x.Standing()), Actor: remote(x.Actor), Host: remote(x.Host), Reason: remote(x.Reason), Incident: remote(x.Incident),
		Began: Time(x.Began), Ended: Time(x.Ended), Aim: plan.Aim,
		Steps: make([]ReportStep, len(x.Steps)), Events: make([]Event, len(x.Events)), Head: head(h), Chat: chat,
	}
	if x.Kept {
		doc.Effects, doc.Unmoved, doc.Consumers, doc.Approvals, doc.Warnings = plan.Effects, plan.Unmoved, plan.Consumers, plan.Approvals, plan.Warnings
	}
	for i, s := range x.Steps {
		doc.Steps[i] = ReportStep{Change: plan.Changes[i], State: string(s.State), Error: remote(s.Error), At: Time(s.At), TakenBack: s.TakenBack}
	}
	for i, e := range x.Events {
		doc.Events[i] = FromEvent(e)
	}
	return doc
}
