# Vigie: `make run` and `make test` are the two commands; `make help` lists the others.

# ---------------------------------------------------------------- what the machine must have
# Debian 12 packages: to build and run, then what only the tests need.  Declared here and nowhere else.
RUN_PACKAGES  = gcc libc6-dev pkg-config libcivetweb-dev libpq-dev libjansson-dev liblua5.4-dev \
                libseccomp-dev libsodium-dev libxlsxwriter-dev libzip-dev zlib1g-dev libcurl4-openssl-dev \
                postgresql-15 nodejs npm
TEST_PACKAGES = clang libclang-rt-14-dev libcmocka-dev valgrind chromium-headless-shell nginx-light openssl curl wrk glpk-utils poppler-utils

# ---------------------------------------------------------------- build
# One build folder a configuration, so that switching compiler or sanitizer rebuilds nothing twice.
ifeq ($(origin CC),default)
CC       = gcc
endif
SAN     ?=
CONFIG   = $(CC)$(if $(SAN),-$(subst $(comma),-,$(SAN)))
comma    = ,
B        = build/$(CONFIG)
LIBS     = libpq jansson lua5.4 libsodium libseccomp zlib libcurl libzip xlsxwriter
CPPFLAGS = -D_GNU_SOURCE -Iinclude -I$(B) $(shell pkg-config --cflags-only-I $(LIBS) 2>/dev/null)
WARN     = -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
           -Wcast-qual -Wwrite-strings -Wformat=2 -Wvla -Wundef -Wframe-larger-than=8192 -Werror
CFLAGS   = -std=c17 -O2 -g $(WARN) -fno-common -fstack-protector-strong -fPIE -ffp-contract=off \
           $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all $(if $(findstring gcc,$(CC)),-Wno-format-truncation -Wno-format-overflow) -fno-omit-frame-pointer -DVIGIE_SANITIZED,-D_FORTIFY_SOURCE=2)
LDFLAGS  = -pie -Wl,-z,relro,-z,now $(if $(SAN),-fsanitize=$(SAN))
LDLIBS   = -lcivetweb $(shell pkg-config --libs $(LIBS) 2>/dev/null) -lpthread -lm

SOURCES  = $(wildcard server/*.c server/*/*.c)
OBJECTS  = $(SOURCES:%.c=$(B)/%.o)
MODULES  = $(filter-out $(B)/server/main.o,$(OBJECTS))
GENERATED = $(B)/gen/queries.inc $(B)/gen/migrations.inc $(B)/gen/schemas.inc \
           $(B)/gen/plugin_api.inc $(B)/gen/plugin_options.inc $(B)/gen/departments.inc $(B)/gen/recipes.inc \
           $(B)/gen/catalogue.inc $(B)/gen/published.inc $(B)/gen/series.inc
HEADERS  = $(wildcard include/*.h)
# Every test_*.c is a program of its own beside the modules.
TESTS    = $(patsubst %.c,$(B)/%,$(wildcard tests/*/test_*.c))
UNIT     = $(filter $(B)/tests/unit/%,$(TESTS))
# Those of plugins that are quick; the hostile ones, which measure time, wait for make test.
PLUGIN_TESTS = $(addprefix $(B)/tests/plugin/test_, plugins run call remembering)

# Programs that only make bench runs.
BENCHES  = $(patsubst %.c,$(B)/%,$(wildcard tests/bench/*.c))

.DEFAULT_GOAL = build
.DELETE_ON_ERROR:
.SECONDARY: $(GENERATED)

.PHONY: build
build: $(if $(wildcard server/main.c),$(B)/vigie,$(OBJECTS)) ## compile build/vigie (CC=clang, SAN=address,undefined)
	@ln -sfn $(CONFIG)/vigie build/vigie

$(B)/vigie: $(OBJECTS)
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/gen/queries.inc: sql/embed.awk $(wildcard sql/queries/*.sql) | $(B)/gen
	@awk -v kind=QUERY -f sql/embed.awk $(sort $(filter %.sql,$^)) > $@.new && mv $@.new $@
$(B)/gen/migrations.inc: sql/embed.awk $(wildcard sql/migrations/*.sql) | $(B)/gen
	@awk -v kind=MIGRATION -f sql/embed.awk $(sort $(filter %.sql,$^)) > $@.new && mv $@.new $@
$(B)/gen/schemas.inc: server/http/schemas.awk $(wildcard server/*/*.schema.json) | $(B)/gen
	@awk -f server/http/schemas.awk $(sort $(filter %.json,$^)) > $@.new && mv $@.new $@
$(B)/gen/catalogue.inc: server/http/schemas.awk plugins/series.json | $(B)/gen
	@awk -v kind=FILE_TEXT -f $^ > $@.new && mv $@.new $@
$(B)/gen/published.inc: server/http/schemas.awk sql/seed/published-series.json | $(B)/gen
	@awk -v kind=FILE_TEXT -f $^ > $@.new && mv $@.new $@
$(B)/gen/plugin_api.inc: server/plugin/api.awk include/plugin_api.def | $(B)/gen
	@awk -v out=c -f $^ > $@.new && mv $@.new $@
$(B)/gen/plugin_options.inc: server/plugin/options.awk server/plugin/classes.lua | $(B)/gen
	@awk -f $^ > $@.new && mv $@.new $@
$(B)/gen/series.inc: server/plugin/series.awk plugins/series.json | $(B)/gen
	@awk -f $^ > $@.new && mv $@.new $@
$(B)/gen/departments.inc: server/plugin/departments.awk sql/seed/departements.json | $(B)/gen
	@awk -f $^ > $@.new && mv $@.new $@
$(B)/gen/recipes.inc: server/plugin/recipes.awk $(wildcard plugins/recipes/*.lua) | $(B)/gen
	@awk -f $< $(sort $(filter %.lua,$^)) > $@.new && mv $@.new $@
$(B)/gen:
	@mkdir -p $@

# What editors know of plugins comes from the same description as what Lua sees.
.PHONY: plugin-types
plugin-types: ## write plugins/types/vigie.d.lua and plugins/REFERENCE.md again from include/plugin_api.def
	@awk -v out=lua -v classes=server/plugin/classes.lua -f server/plugin/api.awk include/plugin_api.def > plugins/types/vigie.d.lua
	@awk -v tables=server/plugin/classes.lua -f server/plugin/reference.awk include/plugin_api.def > plugins/REFERENCE.md

$(TESTS): $(B)/%: %.c $(MODULES)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -I. -Itests/unit $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(MODULES) -lcmocka $(LDLIBS)

$(BENCHES): $(B)/%: %.c $(MODULES)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -I. $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(MODULES) $(LDLIBS)

# Whole-array loops, of which gcc 12 leaves most alone at -O2.
$(B)/server/cube/%.o: CFLAGS += -O3

-include $(OBJECTS:.o=.d) $(TESTS:=.d) $(BENCHES:=.d)

# ---------------------------------------------------------------- pages
# THEME=dsfr dresses them in the French State's design system, for its own services alone: its terms are accepted by
# whoever downloads it, so that nothing here does without DSFR_ACCEPT_LICENSE=1.
THEME ?= neutre
WEB = $(shell find web -path '*/node_modules' -prune -o -path web/dist -prune -o -type f -print)
ifneq ($(THEME),$(shell cat build/theme 2>/dev/null))
WEB += other-theme
endif

.PHONY: web other-theme
web: web/dist/LEGAL.txt ## build the pages into web/dist, when one of their files changed (THEME=dsfr)
	@:
web/dist/LEGAL.txt: web/node_modules/.package-lock.json $(WEB) \
		include/plugin_api.def server/plugin/classes.lua plugins/series.json $(wildcard plugins/recipes/*.lua) \
		$(if $(wildcard web/themes/$(THEME)/package.json),web/themes/$(THEME)/node_modules/.package-lock.json)
	@THEME=$(THEME) node web/build.mjs
	@mkdir -p build && echo $(THEME) > build/theme && touch $@
web/themes/dsfr/node_modules/.package-lock.json: web/themes/dsfr/package-lock.json
	@[ "$(DSFR_ACCEPT_LICENSE)" = 1 ] || { echo "The design system of the French State may only be used by its services, on .gouv.fr: read" \
		"its terms of use, then say DSFR_ACCEPT_LICENSE=1 to accept them. Without it: make web"; exit 1; } >&2
	@cd web/themes/dsfr && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# npm runs no script of a package; the lock file says what each must hash to.
%/node_modules/.package-lock.json: %/package-lock.json
	@cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# ---------------------------------------------------------------- run
# Packages come first and the rest is asked of a second make, since what they bring is looked for when it starts.
AGAIN = +@$(MAKE) --no-print-directory -j$(shell nproc)

.PHONY: deps run reset
deps: ## install the Debian packages that are missing, those of the tests included
	@server/deploy/packages.sh $(RUN_PACKAGES) $(TEST_PACKAGES)
run: ## build and start everything on 127.0.0.1:8080 (PORT=, DATABASE_URL=, DATABASE_OWNER_URL=, DEMO=1)
	@server/deploy/packages.sh $(RUN_PACKAGES)
	$(AGAIN) build web
	@server/deploy/run.sh
reset: ## delete the database that make run keeps; asks first
	@server/deploy/run.sh reset

# ---------------------------------------------------------------- tests
.PHONY: check headers lint unit programs test bench screens soak
check: headers lint programs unit plugins ## headers, lint and unit tests, in less than a minute
headers: $(HEADERS:%.h=$(B)/%.alone)
$(B)/include/%.alone: include/%.h $(HEADERS) | $(GENERATED)
	@mkdir -p $(@D)
	@echo '#include "$(<F)"' | $(CC) $(CPPFLAGS) $(CFLAGS) -fsyntax-only -x c - && touch $@
lint:
	@for i in $(wildcard tests/lint/*.sh); do $$i || exit 1; done
unit: $(UNIT)
	@for i in $^; do $$i || exit 1; done
.PHONY: plugins
plugins: $(PLUGIN_TESTS)
	@for i in $^; do $$i || exit 1; done
programs: build $(TESTS) $(BENCHES)

test: ## everything: both compilers, sanitizers, valgrind, HTTP, browser, faults (STAGES="…" for some)
	@server/deploy/packages.sh $(RUN_PACKAGES) $(TEST_PACKAGES)
	+@tests/run.sh $(STAGES)
bench: ## the speed goals side by side, kept in tests/bench/RESULTS.md (WORKS="P5 P6" for some, not kept)
	@server/deploy/packages.sh $(RUN_PACKAGES) $(TEST_PACKAGES)
	+@tests/run.sh bench
soak: ## the faults for longer: the database away for a minute, twenty kills of each kind, every statement
	@server/deploy/packages.sh $(RUN_PACKAGES) $(TEST_PACKAGES)
	+@tests/run.sh soak
screens: ## take pictures of all pages into build/screens, and the README's again
	@server/deploy/packages.sh $(RUN_PACKAGES) $(TEST_PACKAGES)
	+@tests/run.sh screens

# ---------------------------------------------------------------- the rest
.PHONY: clean help
clean: ## remove all that was built, npm's folders included; the database stays
	rm -rf build web/dist web/node_modules web/themes/*/node_modules tests/node_modules
help: ## this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 15
