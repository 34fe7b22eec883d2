# SPDX-License-Identifier: GPL-2.0
# The probes: every *.bpf.c compiled, all linked into one object, and its skeleton for the tool.

# shared.bpf.c, which defines the maps, is linked first: libbpf 1.1's linker does not resolve extern
# maps of an object that comes before their definition.
BPF_SRC	:= bpf/shared.bpf.c $(filter-out bpf/shared.bpf.c,$(wildcard bpf/*.bpf.c bpf/*/*.bpf.c))
BPF_OBJ	:= $(BPF_SRC:bpf/%.bpf.c=$(O)/bpf/obj/%.bpf.o)
BPF_SKEL := $(O)/bpf/oscope.skel.h

# asm/ headers lie in the multiarch directory, where clang does not look for target bpf.
BPF_ARCH := $(patsubst aarch64,arm64,$(patsubst x86_64,x86,$(shell uname -m)))
BPF_CFLAGS := -target bpf -mcpu=v3 -O2 -g -std=gnu11 -Wall -Wextra -Wno-unused-parameter \
	-D__TARGET_ARCH_$(BPF_ARCH) -I. -Ibpf -idirafter /usr/include/$(shell $(CC) -print-multiarch)

$(O)/bpf/obj/%.bpf.o: bpf/%.bpf.c bpf/build.mk | $(O)/.need-build
	$(say) BPF $<
	$(Q)mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MMD -MP -c -o $@ $<

# Which sources there are: a file that goes away must go from the linked object too.
$(O)/bpf/sources: FORCE
	$(Q)mkdir -p $(@D)
	$(Q)echo '$(BPF_SRC)' | cmp -s - $@ || echo '$(BPF_SRC)' > $@

$(O)/bpf/oscope.bpf.o: $(BPF_OBJ) $(O)/bpf/sources
	$(say) BPFLINK $(call short,$@)
	$(Q)$(BPFTOOL) gen object $@ $(BPF_OBJ)

$(BPF_SKEL): $(O)/bpf/oscope.bpf.o
	$(say) SKEL $(call short,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name oscope_bpf > $@

.PHONY: FORCE probes
probes: $(BPF_SKEL)			## the probes alone

-include $(BPF_OBJ:.o=.d)
