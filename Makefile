# Recipes for caitui. Nothing but Go is needed; what else a recipe wants it
# installs itself, into .tools, at the versions named here.

GO      ?= go
BIN     := bin/caitui
TOOLS   := $(CURDIR)/.tools/bin
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
COMMIT  ?= $(shell git rev-parse HEAD 2>/dev/null)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)

GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOVULNCHECK   := golang.org/x/vuln/cmd/govulncheck@v1.9.0

# Foreign clients and registries that the tests are run against: they prove that
# the simulator is a registry and that the service does not only fit it.
CRANE    := github.com/google/go-containerregistry/cmd/crane@v0.22.1
ORAS     := oras.land/oras/cmd/oras@v1.3.6
REGCTL   := github.com/regclient/regclient/cmd/regctl@v0.11.7
REGISTRY := github.com/distribution/distribution/v3/cmd/registry@v3.1.2
# Says of caitui's evidence whether it holds.
COSIGN   := github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3

.PHONY: all build install demo test check check-long format vet lint race tools bench faults golden cover fuzz vuln contract-live clean help

all: build

help: ## list the recipes
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

# Without cgo the program is the same with and without a C compiler, and needs no
# libc.
build: ## build bin/caitui
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/caitui

install: ## install caitui to GOBIN
	CGO_ENABLED=0 $(GO) install -trimpath -ldflags '$(LDFLAGS)' ./cmd/caitui

demo: build ## open the console on the embedded simulator
	$(BIN) --demo

test: tools ## all tests, with the foreign clients and registries
	$(GO) test ./...

check: format vet lint race ## what every commit must pass

check-long: check fuzz ## check, and every fuzz target for FUZZTIME

format: ## gofmt finds nothing to do
	@bad=$$(gofmt -l cmd internal); [ -z "$$bad" ] || { echo "not formatted: $$bad"; exit 1; }

vet:
	$(GO) vet ./...

lint: ## golangci-lint
	$(GO) run $(GOLANGCI_LINT) run ./...

# The race detector needs cgo and so a C compiler; where there is none this is
# said and not passed over. The longest sweeps do over and over what other tests
# do once: they run without it, in make test.
race: tools
	@if command -v $${CC:-cc} >/dev/null 2>&1; then \
		CGO_ENABLED=1 $(GO) test -race -short ./...; \
	else \
		echo '=================================================================='; \
		echo 'NO C COMPILER: the tests run WITHOUT the race detector.'; \
		echo 'Install gcc or clang (or set CC) and run make check again.'; \
		echo '=================================================================='; \
		$(GO) test ./...; \
	fi

tools: $(TOOLS)/.crane $(TOOLS)/.oras $(TOOLS)/.regctl $(TOOLS)/.registry $(TOOLS)/.cosign ## install the foreign clients and registries

define tool
$(TOOLS)/.$(1): Makefile
	@mkdir -p $(TOOLS)
	GOBIN=$(TOOLS) GOFLAGS= $(GO) install $(2)
	@touch $$@
endef
$(eval $(call tool,crane,$(CRANE)))
$(eval $(call tool,oras,$(ORAS)))
$(eval $(call tool,regctl,$(REGCTL)))
$(eval $(call tool,registry,$(REGISTRY)))
$(eval $(call tool,cosign,$(COSIGN)))

bench: ## figure, budget and peer side by side
	.ci/bench

# Kills the program at every event of its journal, in stories of every kind of
# change, and breaks every request of a rollback in every way: about an hour on
# two cores, most of which is waiting for deadlines, so many run side by side. A
# TMPDIR in memory spares the disk some hundred thousand syncs. The tests sample
# both.
faults: ## the whole sweeps of faults and of kills over changes of every kind
	CAITUI_FAULTS=whole $(GO) test -count=1 -timeout 4h -parallel 14 -v -run 'TestKilledAnywhere|TestFaultSweep' ./cmd/caitui

# Only packages that have goldens know the flag; go test fails over all others.
GOLDENS = $$(grep -rlE --include='*_test.go' 'uitest\.(Golden|GoldenColour|States)\(' internal | xargs -n 1 dirname | sort -u | sed 's|^|./|')

golden: ## write the golden files and the README's tables anew; read the diff before committing
	$(GO) test $(GOLDENS) -update
	$(GO) test ./cmd/caitui -run '^TestReadmeIsCurrent$$' -update

cover: ## coverage by package, and as coverage.html
	$(GO) test -coverpkg=./... -coverprofile=coverage.out ./...
	$(GO) tool cover -func=coverage.out | tail -1
	$(GO) tool cover -html=coverage.out -o coverage.html

# Making what was found smaller may take a minute each, in which nothing else is
# tried.
FUZZTIME ?= 1m
fuzz: ## every fuzz target for FUZZTIME, a minute each if not told otherwise
	@for pkg in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg 2>/dev/null | grep '^Fuzz'); do \
			echo "== $$pkg $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$pkg || exit 1; \
		done; \
	done

vuln: ## known vulnerabilities (asks vuln.go.dev)
	$(GO) run $(GOVULNCHECK) ./...

# The reading half of the contract against GHCR itself, for whoever has a token:
#   GITHUB_TOKEN=… make contract-live OWNER=novotnyllc
contract-live: ## what GHCR really answers, rule by rule; reads only
	CAITUI_LIVE_OWNER=$(OWNER) $(GO) test -count=1 -v -tags live -run '^TestLive' ./internal/ghcr/...

clean:
	rm -rf bin dist coverage.out coverage.html
