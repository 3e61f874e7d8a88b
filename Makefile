# Vigie: `make run` and `make test` are the two commands; `make help` lists the others.

# ---------------------------------------------------------------- what the machine must have
# Debian 12 packages: to build and run, then what only the tests need.  Declared here and nowhere else.
RUN_PACKAGES  = gcc libc6-dev pkg-config libcivetweb-dev libpq-dev libjansson-dev liblua5.4-dev \
                libseccomp-dev libsodium-dev zlib1g-dev postgresql-15 nodejs
TEST_PACKAGES = clang libclang-rt-14-dev libcmocka-dev valgrind chromium nginx-light curl wrk

# ---------------------------------------------------------------- build
# One build folder a configuration, so that switching compiler or sanitizer rebuilds nothing twice.
ifeq ($(origin CC),default)
CC       = gcc
endif
SAN     ?=
CONFIG   = $(CC)$(if $(SAN),-$(subst $(comma),-,$(SAN)))
comma    = ,
B        = build/$(CONFIG)
LIBS     = libpq jansson lua5.4 libsodium libseccomp zlib
CPPFLAGS = -D_GNU_SOURCE -Iinclude -I$(B) $(shell pkg-config --cflags-only-I $(LIBS) 2>/dev/null)
WARN     = -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
           -Wcast-qual -Wwrite-strings -Wformat=2 -Wvla -Wundef -Wframe-larger-than=8192 -Werror
CFLAGS   = -std=c17 -O2 -g $(WARN) -fno-common -fstack-protector-strong -fPIE -ffp-contract=off \
           $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -DVIGIE_SANITIZED,-D_FORTIFY_SOURCE=2)
LDFLAGS  = -pie -Wl,-z,relro,-z,now $(if $(SAN),-fsanitize=$(SAN))
LDLIBS   = -lcivetweb $(shell pkg-config --libs $(LIBS) 2>/dev/null) -lpthread -lm

SOURCES  = $(wildcard server/*.c server/*/*.c)
OBJECTS  = $(SOURCES:%.c=$(B)/%.o)
MODULES  = $(filter-out $(B)/server/main.o,$(OBJECTS))
GENERATED = $(B)/gen/queries.inc $(B)/gen/migrations.inc

.DEFAULT_GOAL = build
.PHONY: build check help clean
build: $(if $(wildcard server/main.c),build/vigie,$(OBJECTS))

build/vigie: $(B)/vigie
	@ln -sf $(CONFIG)/vigie $@

$(B)/vigie: $(OBJECTS)
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/%.o: %.c $(GENERATED)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/gen/queries.inc: sql/embed.awk $(wildcard sql/queries/*.sql) | $(B)/gen
	@awk -v kind=QUERY -f sql/embed.awk $(sort $(filter %.sql,$^)) > $@.new && mv $@.new $@
$(B)/gen/migrations.inc: sql/embed.awk $(wildcard sql/migrations/*.sql) | $(B)/gen
	@awk -v kind=MIGRATION -f sql/embed.awk $(sort $(filter %.sql,$^)) > $@.new && mv $@.new $@
$(B)/gen:
	@mkdir -p $@

-include $(OBJECTS:.o=.d)

# ---------------------------------------------------------------- tests
UNIT = $(patsubst %.c,$(B)/%,$(wildcard tests/unit/test_*.c))
INTEGRATION = $(patsubst %.c,$(B)/%,$(wildcard tests/integration/test_*.c))
$(UNIT) $(INTEGRATION): $(B)/%: %.c $(MODULES)
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) -I. -Itests/unit $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(MODULES) -lcmocka $(LDLIBS)
-include $(addsuffix .d,$(UNIT) $(INTEGRATION))

check: headers lint build $(INTEGRATION) unit
.PHONY: headers lint unit integration
# Every public header compiles alone.
headers: $(GENERATED)
	@for h in include/*.h; do $(CC) $(CPPFLAGS) $(CFLAGS) -fsyntax-only -x c $$h || exit 1; done
unit: $(UNIT)
	@for t in $^; do $$t || exit 1; done

lint:
	@tests/lint/test_layers.sh && tests/lint/layers.sh
# Need TEST_DATABASE_URL and TEST_DATABASE_OWNER_URL.
integration: $(INTEGRATION)
	@for t in $^; do $$t || exit 1; done

help:
	@echo "make run | test | check | bench | clean | reset"
clean:
	rm -rf build
