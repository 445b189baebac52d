package archive

import (
	"archive/tar"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func hard(to string) func(*tar.Header) {
	return func(h *tar.Header) { h.Typeflag, h.Linkname = tar.TypeLink, to }
}

// A hard link is the file that it leads to: what differs there differs here,
// and which name is the link does not count.
func TestHardLinks(t *testing.T) {
	layer := func(members ...member) *Listing { return layerOf(t, tarOf(t, members...)) }
	one, two := member{name: "x", body: "1"}, member{name: "x", body: "2"}
	link := member{name: "y", header: hard("x")}
	for name, tc := range map[string]struct {
		a, b  []*Listing
		want  []string // over unread lower layers
		full  []string // where there are none
		equal int      // of full
	}{
		"another content":             {[]*Listing{layer(one, link)}, []*Listing{layer(two, link)}, []string{"~x", "~y"}, []string{"~x", "~y"}, 0},
		"another name is the link":    {[]*Listing{layer(one, link)}, []*Listing{layer(member{name: "y", body: "1"}, member{name: "x", header: hard("./y")})}, []string{}, []string{}, 2},
		"a file of its own":           {[]*Listing{layer(one, link)}, []*Listing{layer(one, member{name: "y", body: "1"})}, []string{}, []string{}, 2},
		"a link to a link":            {[]*Listing{layer(one, link, member{name: "z", header: hard("y")})}, []*Listing{layer(two, link, member{name: "z", header: hard("y")})}, nil, []string{"~x", "~y", "~z"}, 0},
		"the name replaced later":     {[]*Listing{layer(one, link), layer(two)}, []*Listing{layer(two, member{name: "y", body: "1"})}, []string{}, []string{}, 2},
		"to a lower layer":            {[]*Listing{layer(one), layer(link)}, []*Listing{layer(two), layer(link)}, []string{"~x", "~y"}, []string{"~x", "~y"}, 0},
		"to what nobody read":         {[]*Listing{layer(link)}, []*Listing{layer(one, link)}, []string{"?x", "~y"}, []string{"+x", "~y"}, 0},
		"both to what nobody read":    {[]*Listing{layer(link)}, []*Listing{layer(link)}, []string{}, []string{}, 1},
		"to what a layer hides":       {[]*Listing{layer(member{name: ".wh.x"}, link)}, []*Listing{layer(link)}, []string{"?x", "~y"}, []string{}, 1},
		"to a directory":              {[]*Listing{layer(member{name: "x/"}, link)}, []*Listing{layer(one, link)}, nil, []string{"~x", "~y"}, 0},
		"out of the root":             {[]*Listing{layer(member{name: "y", header: hard("../../etc/shadow")})}, []*Listing{layer(one, link)}, []string{"?x", "~y"}, []string{"+x", "~y"}, 0},
		"by way of a link":            {[]*Listing{layer(one, member{name: "s", header: symlink("x")}, member{name: "y", header: hard("s/x")})}, []*Listing{layer(one, member{name: "s", header: symlink("x")}, member{name: "y", header: hard("s/x")})}, []string{"~y"}, []string{"~y"}, 2},
		"to a link, which it is then": {[]*Listing{layer(member{name: "s", header: symlink("x")}, member{name: "y", header: hard("s")})}, []*Listing{layer(member{name: "s", header: symlink("x")}, member{name: "y", header: symlink("x")})}, []string{}, []string{}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.want != nil {
				deltas, _ := Compare(treeOf(false, tc.a...), treeOf(false, tc.b...))
				if d := cmp.Diff(tc.want, changes(deltas)); d != "" {
					t.Errorf("over unread layers (-want +got):\n%s", d)
				}
				for _, d := range deltas {
					if (d.Before.Open() || d.After.Open()) && !Unsettled(deltas) {
						t.Error("an open link settles nothing, and yet all is settled")
					}
				}
			}
			deltas, equal := Compare(treeOf(true, tc.a...), treeOf(true, tc.b...))
			if d := cmp.Diff(tc.full, changes(deltas)); d != "" || equal != tc.equal {
				t.Errorf("alone: %d equal (-want +got):\n%s", equal, d)
			}
		})
	}
}

func TestHardLinksSayWhereTheyLead(t *testing.T) {
	l := layerOf(t, tarOf(t, member{name: "x", body: "1"}, member{name: "y", header: hard("x")}, member{name: "out", header: hard("../x")}, member{name: "gone", header: hard("nowhere")}))
	tree := treeOf(true, l)
	for path, want := range map[string]string{
		"y":    "file 0644 0:0 1 bytes sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b (hard link to /x)",
		"out":  "hard link to ../x, which leaves the root",
		"gone": "hard link to /nowhere, where nothing is",
	} {
		if e, _, _ := tree.find(path); e.String() != want {
			t.Errorf("%s: %s", path, e)
		}
	}
	if e, _, _ := treeOf(false, l).find("gone"); e.String() != "hard link to /nowhere, which was not read" || !e.Open() {
		t.Errorf("over unread layers: %s", e)
	}
	if l.Entries[1].Kind != Hardlink {
		t.Error("following a link changed the listing")
	}
}
