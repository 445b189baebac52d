package wire

import "github.com/novotnyllc/caitui/internal/model"

// Channels is the "channels" document.
type Channels struct {
	Schema   string    `json:"schema"`
	Registry Text      `json:"registry"`
	Owner    Text      `json:"owner"`
	ReadAt   Time      `json:"read_at"`
	Channels []Channel `json:"channels"`
}

// Channel is where one channel stands. Complete and Drift are null where a
// package could not be asked and the others do not decide it.
type Channel struct {
	Name          string          `json:"name"`
	Release       Text            `json:"release"`
	Since         Time            `json:"since"`
	SinceEvidence Text            `json:"since_evidence"`
	Previous      *Previous       `json:"previous"`
	Complete      *bool           `json:"complete"`
	Drift         *bool           `json:"drift"`
	Attested      Attested        `json:"attested"`
	Incoherent    []Incoherence   `json:"incoherent"`
	Packages      []ChannelMember `json:"packages"`
}

// Previous is what the channel pointed to before.
type Previous struct {
	Release  Text `json:"release"`
	From     Time `json:"from"`
	To       Time `json:"to"`
	Evidence Text `json:"evidence"`
}

// Attested counts signed statements; null: not known from tags alone.
type Attested struct {
	Found    Count `json:"found"`
	Expected Count `json:"expected"`
}

// Incoherence is one way in which the channel is not one set.
type Incoherence struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// ChannelMember is one package of the channel.
type ChannelMember struct {
	Name    string `json:"name"`
	Digest  Digest `json:"digest"`
	Via     Text   `json:"via"`
	Release Text   `json:"release"`
	Commit  Text   `json:"commit"`
	State   string `json:"state"`
	Error   Text   `json:"error"`
}

// ChannelsDoc is the document of all channels, in the order of the layout.
func ChannelsDoc(s model.Survey) Channels {
	inv := s.Inventory
	doc := Channels{Schema: schema("channels"), Registry: remote(inv.Registry), Owner: remote(inv.Owner),
		ReadAt: Time(inv.ReadAt), Channels: make([]Channel, len(s.Channels))}
	for i, c := range s.Channels {
		doc.Channels[i] = channelDoc(c)
	}
	return doc
}

func channelDoc(c model.ChannelState) Channel {
	doc := Channel{
		Name: c.Name, Since: Time(c.Since), SinceEvidence: Text(c.SinceEvidence),
		Attested:   Attested{Found: Count(c.Attested.Found), Expected: Count(c.Attested.Expected)},
		Incoherent: make([]Incoherence, len(c.Incoherent)), Packages: make([]ChannelMember, len(c.Members)),
	}
	if c.Release != nil {
		doc.Release = remote(c.Release.Name)
	}
	if p := c.Previous; p != nil {
		doc.Previous = &Previous{Release: remote(p.Release.Name), From: Time(p.From), To: Time(p.To), Evidence: Text(p.Evidence)}
	}
	for i, n := range c.Incoherent {
		doc.Incoherent[i] = Incoherence{Code: n.Code, Message: model.Sanitize(n.Message)}
	}
	for i, m := range c.Members {
		doc.Packages[i] = ChannelMember{
			Name: model.Sanitize(m.Package), Digest: Digest(m.Digest), Via: Text(m.Via), Release: remote(m.Release),
			Commit: remote(m.Commit), State: string(m.State), Error: failure(m.Err),
		}
	}
	doc.Complete, doc.Drift = judge(c)
	return doc
}

// judge says complete and drift, nil where members that could not be asked
// leave them open. One missing or drifting package decides all the same.
func judge(c model.ChannelState) (complete, drift *bool) {
	asked, missing := len(c.Members) > 0, false
	for _, m := range c.Members {
		switch m.State {
		case model.MemberUnknown, model.MemberError:
			asked = asked && m.Digest != ""
		case model.MemberMissing:
			missing = true
		}
	}
	if asked || missing {
		v := c.Complete()
		complete = &v
	}
	if asked || c.Drift() {
		v := c.Drift()
		drift = &v
	}
	return complete, drift
}
