# SPDX-License-Identifier: GPL-2.0
# Starts the virtual machine of one job and tells how it ended.
# shellcheck shell=bash

# One record of the job file: key=value, ended by a NUL.
job_add() {
	printf '%s=%s\0' "$1" "$2" >> "$RUN/job/job"
}

# The arguments that share a host folder with the guest: tag, folder, "on" for read-only.
share_args() {
	local opts="local,id=$1,path=$2,mount_tag=$1,security_model=none,multidevs=remap"
	echo -virtfs "$opts${3:+,readonly=$3}"
}

# What accelerates: kvm if a stock kernel boots under it, else tcg. Tried once, then remembered.
accel_probe() {
	local answer=$VM_DIR/accel dir
	if [[ ! -s $answer ]]; then
		dir=$(mktemp -d "$VM_DIR/probe.XXXXXX")
		echo tcg > "$answer.new"
		if [[ -w /dev/kvm ]] && timeout 10 qemu-system-x86_64 -accel kvm -cpu host -m 512 \
			-no-reboot -nographic -nodefaults -serial "file:$dir/log" -kernel "$K_BZIMAGE" \
			-initrd "$INITRAMFS" -append 'console=ttyS0 panic=-1 oscope_vm.probe' \
			> /dev/null 2>&1 && grep -q 'oscope-vm: init is up' "$dir/log"; then
			echo kvm > "$answer.new"
		fi
		rm -rf -- "$dir"
		mv -- "$answer.new" "$answer"
	fi
	cat -- "$answer"
}

# Sets ACCEL_ARGS and ACCEL. The emulator takes turns with the CPUs: with a thread each, QEMU before 8.1
# may keep code that it translated while another CPU patched it. The guest then runs into the int3 of a
# patch that is long done; at a kprobe on ftrace that ends at address 0. Page tables have four levels: a fifth
# is one more look-up in memory for each page that the emulator has forgotten, which it does at each switch of
# the address space. Nor is there ERMS: with it the kernel and libraries clear and copy a byte at a time, which the
# emulator does as it is said: a page took 4096 steps, now 512.
#
# What it has translated it finds again by its address, too. So programs and libraries lie where they lay before, or
# each start is translated anew (/bin/true: 37 ms, now 15). And it does not speculate, so the guest's measures against
# that only cost (a third of the kernel's part in such a start). With -icount all is as elsewhere: the module's
# instructions are counted. How long a CPU may be stuck is longer: that of a busy host stops for seconds.
EMULATED="norandmaps mitigations=off rcupdate.rcu_cpu_stall_timeout=60 watchdog_thresh=30"
accel_select() {
	ACCEL=$OPT_ACCEL
	[[ $ACCEL != auto ]] || ACCEL=$(accel_probe)
	if [[ $OPT_ICOUNT ]]; then
		ACCEL=tcg
		ACCEL_ARGS=(-accel tcg -icount "shift=0,sleep=off" -cpu max -smp 1)
	elif [[ $ACCEL == kvm ]]; then
		ACCEL_ARGS=(-accel kvm -cpu host -smp "$OPT_CPUS")
	else
		ACCEL_ARGS=(-accel "tcg,thread=single" -cpu "max,la57=off,erms=off" -smp "$OPT_CPUS")
	fi
}

job_write() {
	local word dir n=0
	: > "$RUN/job/job"
	for word; do
		job_add arg "$word"
	done
	job_add cwd "$PWD"
	job_add env "PATH=$PATH"
	job_add env "HOME=/root"
	job_add env "OSCOPE_VM_ACCEL=$ACCEL"
	for word in "${OPT_ENV[@]}"; do
		job_add env "$word"
	done
	for word in "${OPT_MODULES[@]}"; do
		job_add insmod "$word"
	done
	[[ ! $K_MODDIR ]] || job_add moddir "$K_MODDIR"
	[[ ! $OPT_TTY ]] || job_add tty 1
	[[ ! $OPT_MOTD ]] || job_add motd "$OPT_MOTD"
	for dir in "${OPT_SHARES[@]}"; do
		job_add share "share$n:$dir"
		QEMU_SHARES+=("$(share_args "share$((n++))" "$dir")")
	done
}

# The kernel's look whether its timer ticks fails where the emulator gets no CPU for long: machines under a
# hypervisor leave it out, too.
command_line() {
	echo "console=ttyS0 no_timer_check oops=panic panic=-1 panic_on_warn=1 softlockup_panic=1 loglevel=7" \
		"sysrq_always_enabled printk.devkmsg=on" \
		"$([[ $ACCEL != tcg || $OPT_ICOUNT ]] || echo "$EMULATED")" "$K_APPEND ${OPT_STRICT:+$K_STRICT} $OPT_APPEND"
}

# A moment for the guest's kernel to say what it does before it is ended.
DUMP_SECONDS=30

# The console: an input to hold the magic key, and the log. In a pipe's path .in and .out are added.
console_args() {
	[[ ! $OPT_TTY ]] || { echo "-serial file:$LOG -monitor none"; return; }
	echo "-chardev pipe,id=console,path=$RUN/console,logfile=$LOG -serial chardev:console" \
		"-chardev pipe,id=monitor,path=$RUN/monitor -mon chardev=monitor,mode=readline"
}

# Runs QEMU until the guest powers off.
qemu_run() {
	local serial=(-chardev "stdio,id=out,signal=off" -serial chardev:out)
	local -a words

	[[ $OPT_TTY ]] || serial=(-chardev "file,id=out,path=$RUN/out" -serial chardev:out)
	read -ra words <<< "$(share_args root / on) $(share_args job "$RUN/job") ${QEMU_SHARES[*]}"
	# shellcheck disable=SC2046 # console_args gives words
	setpriv --pdeathsig KILL timeout --foreground -s KILL "$((OPT_SECONDS + DUMP_SECONDS))" \
		setpriv --pdeathsig KILL qemu-system-x86_64 "${ACCEL_ARGS[@]}" -m "$OPT_MEM" \
		-no-reboot -nographic -nodefaults $(console_args) "${serial[@]}" \
		-device virtio-rng-pci "${words[@]}" \
		-kernel "$K_BZIMAGE" -initrd "$INITRAMFS" -append "$(command_line)"
}

# No end in time: the kernel's blocked tasks and its CPUs' stacks into the log (a break on the serial
# console is the magic key), then the end. A kernel that takes no interrupts says nothing.
hang_dump() {
	local key size=-1

	for key in w l; do
		echo 'chardev-send-break console' 1<> "$RUN/monitor.in"
		printf %s "$key" 1<> "$RUN/console.in"
		while [[ $size != "$(stat -c %s -- "$LOG")" ]]; do
			size=$(stat -c %s -- "$LOG")
			sleep 2
		done
	done
	echo quit 1<> "$RUN/monitor.in"
}

# Runs QEMU without a terminal, its output to ours; 124 if the time was up.
qemu_watch() {
	local ended status=0 drains tail

	mkfifo -- "$RUN"/{console,monitor}.{in,out}
	exec {ended}< <(qemu_run < /dev/null)
	QEMU=$!
	setpriv --pdeathsig KILL cat -- "$RUN/console.out" > /dev/null & drains=$!
	setpriv --pdeathsig KILL cat -- "$RUN/monitor.out" > /dev/null & drains+=" $!"
	tail -n +1 -s 0.2 --pid="$QEMU" -f -- "$RUN/out" & tail=$!
	# QEMU writes nothing there: this is its end, or the time's.
	read -r -t "$OPT_SECONDS" -d '' -u "$ended" || status=$?
	[[ $status -le 128 ]] || hang_dump
	wait "$QEMU"
	exec {ended}<&-
	wait "$tail"
	# If QEMU never opened its end they wait for it still.
	# shellcheck disable=SC2086 # two words
	kill $drains 2> /dev/null
	[[ $status -le 128 ]] || return 124
}
