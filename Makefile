# SPDX-License-Identifier: GPL-2.0
# Builds, checks and installs all of oscope; `make help` lists what it can do.

VERSION	:= 0.1.0

O	?= build
# However it was given, everything below sees the absolute path.
override O := $(abspath $(O))

PREFIX	?= /usr/local
DESTDIR	?=
KREL	?= $(shell uname -r)
KDIR	?= /lib/modules/$(KREL)/build
CC	?= gcc
CLANG	?= clang
BPFTOOL	?= $(firstword $(shell command -v bpftool) $(wildcard /usr/sbin/bpftool) bpftool)

ifeq ($(V),1)
Q	:=
say	= @:
else
Q	:= @
say	= @printf '  %-8s%s\n'
MAKEFLAGS += --no-print-directory
endif

# The path of a file as messages show it.
short	= $(patsubst $(CURDIR)/%,%,$(1))

.DELETE_ON_ERROR:
.SUFFIXES:

.PHONY: all
all: tools module-if-headers		## tools and probes, and the module where headers are

include bpf/build.mk
include tools/build.mk

$(O)/.need-build: tests/deps tests/need
	$(Q)mkdir -p $(@D)
	$(Q)CC='$(CC)' BPFTOOL='$(BPFTOOL)' tests/need build
	$(Q)touch $@

.PHONY: kmod module-if-headers
kmod:					## the module, for the kernel of KDIR
	$(Q)test -e $(KDIR)/Makefile || { \
		echo "no kernel headers at $(KDIR): install linux-headers-$(KREL) or give KDIR=" >&2; \
		exit 1; }
	$(Q)$(MAKE) -C kmod KDIR=$(KDIR) O=$(O)

module-if-headers:
ifneq ($(wildcard $(KDIR)/Makefile),)
	$(Q)$(MAKE) -C kmod KDIR=$(KDIR) O=$(O)
else
	@echo "module: not built, no kernel headers at $(KDIR) (give KDIR= for another kernel)"
endif

.PHONY: deps report check check-full torture bench lab docs lint
deps:					## install what build and check need (Debian, Ubuntu; as root)
	$(Q)tests/need --install build check

# What the scripts of the targets below find in their environment.
export OSCOPE	 := $(O)/oscope
export OSCOPE_O	 := $(O)
export OSCOPE_KO ?= $(O)/kmod/$(KREL)/oscope.ko

report:					## what a switch costs here, and which claims hold (as root)
	$(Q)tests/need --auto build
	$(Q)$(MAKE) tools
	$(Q)tools/report.sh

# Whoever gives no -j has all CPUs build.
check:					## the tests (as root)
check-full:				## the same on every machine, which takes twice as long (as root)
check check-full:
	$(Q)tests/need --auto build check
	$(Q)$(MAKE) $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc)) all
	$(Q)tests/run $(if $(filter check-full,$@),full,quick)

torture:				## the tests of trust in full, hours (as root); TESTS="T3 T5" only these
	$(Q)tests/need --auto build check
	$(Q)$(MAKE) all
	$(Q)$(MAKE) -s -C tests O=$(O) install
	$(Q)tests/torture full $(TESTS)

bench: all				## what the tracers add to a context switch (as root)
	$(Q)tests/bench/run

lab: tools				## a shell in a virtual machine with the module loaded
	$(Q)tests/vm/lab

docs: tools				## the manual pages, with their options generated
	$(Q)$(MAKE) -C Documentation O=$(O)

lint:					## compilers' and checkers' warnings, as errors
	$(Q)CC='$(CC)' CLANG='$(CLANG)' O='$(O)' tests/lint

.PHONY: install uninstall clean help
install: tools				## into DESTDIR/PREFIX: the tool, completion, manual pages
	$(Q)tests/need build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/bash-completion/completions
	install -m 755 $(O)/oscope $(DESTDIR)$(PREFIX)/bin/oscope
	install -m 644 $(O)/oscope.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/oscope
	$(Q)for page in $(wildcard $(O)/Documentation/*.[1-9]); do \
		section=$(DESTDIR)$(PREFIX)/share/man/man$${page##*.}; \
		install -D -m 644 -t $$section $$page || exit; done
	$(Q)if test -e $(OSCOPE_KO); then \
		install -D -m 644 $(OSCOPE_KO) $(DESTDIR)/lib/modules/$(KREL)/updates/oscope.ko && \
		{ test -n "$(DESTDIR)" || depmod $(KREL); }; fi

uninstall:				## takes away what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/oscope
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/oscope
	rm -f $(DESTDIR)$(PREFIX)/share/man/man[1-9]/oscope.[1-9]
	rm -f $(DESTDIR)$(PREFIX)/share/man/man[1-9]/oscope-*.[1-9]
	$(Q)ko=$(DESTDIR)/lib/modules/$(KREL)/updates/oscope.ko; if test -e $$ko; then \
		rm -f $$ko && { test -n "$(DESTDIR)" || depmod $(KREL); }; fi

# Only what a build made: O may be a directory that holds other things too.
clean:					## removes what was built
	rm -rf $(addprefix $(O)/,oscope oscope.bash bpf proto tools kmod tests Documentation lint .need-build report.html report.json)
	$(Q)rmdir $(O) 2>/dev/null || true

help:					## this list
	@echo 'Targets:'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1	\2/p' $(MAKEFILE_LIST) | expand -t 14
	@echo 'Variables:'
	@echo '  O=DIR       where to build (now $(call short,$(O)))'
	@echo '  KDIR=DIR    headers of the kernel that the module is for'
	@echo '  PREFIX=DIR  DESTDIR=DIR  where to install'
	@echo '  V=1         show the commands      CC= CLANG= BPFTOOL= CFLAGS=  the tools'
