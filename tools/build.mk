# SPDX-License-Identifier: GPL-2.0
# The command line tool. Commands, sources and notes are found by their place: no list to edit.

TOOL_SRC := $(wildcard tools/*.c tools/notes/*.c tools/notes/*/*.c)
# Made of tools/*.proto.
TOOL_PROTO := $(patsubst tools/%.proto,$(O)/proto/%.pb-c.c,$(wildcard tools/*.proto))
TOOL_OBJ := $(TOOL_SRC:%.c=$(O)/%.o) $(TOOL_PROTO:%.c=%.o)
TOOL_LIB := $(O)/tools/oscope.a

CFLAGS	?= -O2 -g
TOOL_CFLAGS := -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Wstrict-prototypes \
	-Wmissing-prototypes -Wshadow -pthread
TOOL_CPPFLAGS := -D_GNU_SOURCE -DOSCOPE_VERSION='"$(VERSION)"' -Itools -I. -I$(O)/bpf -I$(O)/proto -idirafter /usr/include/tirpc
TOOL_LIBS := -lsmartcols -ljansson -lcap -lprotobuf-c -lbpf -lelf -lz -lzstd -lm -pthread

# Names of system calls by their numbers here.
SYSCALL_NAMES := $(O)/bpf/syscall_names.h
$(SYSCALL_NAMES): tools/build.mk | $(O)/.need-build
	$(say) GEN $(call short,$@)
	$(Q)mkdir -p $(@D)
	$(Q)echo '#include <asm/unistd.h>' | $(CC) -E -dM - | \
		sed -nE '/__NR_syscalls/d; s/^#define __NR_([a-z0-9_]+) .*/{ __NR_\1, "\1" },/p' > $@

# Scripts of claims in other languages, each as a string by its name below tools/notes.
NOTE_SCRIPT := $(wildcard $(addprefix tools/notes/*/*.,py js java cs))
NOTE_SCRIPTS := $(O)/bpf/note_scripts.h
$(NOTE_SCRIPTS): $(NOTE_SCRIPT) tools/build.mk $(O)/tools/sources | $(O)/.need-build
	$(say) GEN $(call short,$@)
	$(Q)mkdir -p $(@D)
	$(Q){ echo 'static const struct { const char *name, *text; } note_scripts[] = {'; \
		for script in $(NOTE_SCRIPT); do \
			echo "{ \"$${script#tools/notes/}\","; \
			sed 's/[\\"]/\\&/g; s/.*/"&\\n"/' $$script; \
			echo '},'; \
		done; echo '};'; } > $@

$(O)/proto/%.pb-c.c $(O)/proto/%.pb-c.h &: tools/%.proto | $(O)/.need-build
	$(say) PROTO $<
	$(Q)mkdir -p $(@D)
	$(Q)protoc-c --proto_path=tools --c_out=$(O)/proto $<

# It is written by nobody: no warnings of ours.
$(O)/proto/%.o: $(O)/proto/%.c
	$(say) CC $(call short,$<)
	$(Q)$(CC) $(CPPFLAGS) -std=gnu11 $(CFLAGS) -c -o $@ $<

# What lint compiles the tools with.
probes: $(SYSCALL_NAMES) $(NOTE_SCRIPTS) $(TOOL_PROTO)

$(O)/tools/%.o: tools/%.c Makefile tools/build.mk | $(O)/.need-build $(BPF_SKEL) $(SYSCALL_NAMES) \
		$(NOTE_SCRIPTS) $(TOOL_PROTO)
	$(say) CC $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(TOOL_CPPFLAGS) $(CPPFLAGS) $(TOOL_CFLAGS) $(CFLAGS) $(WERROR) -MMD -MP -c -o $@ $<

$(O)/tools/sources: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(TOOL_SRC) $(NOTE_SCRIPT)' | cmp -s - $@ || echo '$(TOOL_SRC) $(NOTE_SCRIPT)' > $@

$(O)/oscope: $(TOOL_OBJ) $(O)/tools/sources
	$(say) LD $(call short,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(TOOL_OBJ) $(TOOL_LIBS)

# Everything but main(), for the unit tests.
$(TOOL_LIB): $(filter-out $(O)/tools/oscope.o,$(TOOL_OBJ)) $(O)/tools/sources
	$(say) AR $(call short,$@)
	$(Q)rm -f $@
	$(Q)$(AR) rcs $@ $(filter %.o,$^)

$(O)/oscope.bash: $(O)/oscope
	$(say) GEN $(call short,$@)
	$(Q)$(O)/oscope --completion bash > $@

.PHONY: tools
tools: $(O)/oscope $(O)/oscope.bash $(TOOL_LIB)	## the tool with its probes

-include $(TOOL_OBJ:.o=.d)
