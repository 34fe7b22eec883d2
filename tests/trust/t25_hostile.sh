#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# T25: hostile recordings, to reports and exports: cut anywhere, any bit flipped, made worse by somebody who knows the format, or
# searched for with a fuzzer. Each ends with status 1 and one line, or is reported with a line that says
# what lacks, in less than 2 s and 64 MB. What is packed says how much it is, and is refused if it is too small for that.
#
# What the fuzzer finds goes to corpus/, and is tried first of all from then on.
. ../replay/lib.sh
: "${CUTS:=8192}" "${FLIPS:=8192}" "${MUTATIONS:=1000}" "${SEED:=$RANDOM}" "${FUZZ_SECONDS:=0}" "${FUZZ_RUNS:=0}"
: "${OSCOPE_SRC:?OSCOPE_SRC must name the sources}"

figure() { echo "# figure: $*"; }

cases=(magic abi header-bytes no-cpus many-cpus empty cut-header chunk-magic chunk-kind chunk-cpu
	chunk-odd chunk-none tid kind name-tid after-end)
plan $((${#cases[@]} + 20))

refused() { # STATUS FILE ARGS...
	local want=$1 got
	shift
	oscope_switch "$@" --json
	got=$?
	cat "$TMP/err"
	[ $got = "$want" ] && [ "$(wc -l < "$TMP/err")" = 1 ] && grep -qF "$TMP/$1" "$TMP/err" &&
		[ ! -s "$TMP/out" ]
}

# Each format and kind of rows has its turn; the last line tells what was seen.
hostile() { # WAY RECORDING FIRST COUNT [SEED]
	./t25_hostile_tool "$@" > "$TMP/said"
	local status=$?
	tail -n 1 "$TMP/said" > "$TMP/sum"
	cat "$TMP/said"
	return $status
}
summed() { grep -q "$1" "$TMP/sum" || { cat "$TMP/sum"; return 1; }; }

# The whole program, executed: it reports, in less than so many seconds of CPU and MB.
measured() { # SECONDS MB FILE ARGS...
	python3 - "$1" "$2" "$TMP/oscope" switch -r "${@:3}" -o /dev/null > "$TMP/measured" <<-'END'
		import resource, subprocess, sys
		p = subprocess.run(sys.argv[3:], stderr=subprocess.DEVNULL)
		u = resource.getrusage(resource.RUSAGE_CHILDREN)
		seconds, mb = u.ru_utime + u.ru_stime, u.ru_maxrss / 1024
		print("%.2f s, %.1f MB" % (seconds, mb))
		sys.exit(p.returncode or seconds >= float(sys.argv[1]) or mb >= float(sys.argv[2]))
	END
	local status=$?
	cat "$TMP/measured"
	return $status
}

# Who reads what anybody may have written, with the fuzzer and the sanitizers inside, in a build of their own.
targets=("$OSCOPE_SRC"/tests/trust/fuzz/*.c)
fuzzers() {
	local -a flags=(-O2 -g -fno-omit-frame-pointer -fno-sanitize-recover=all) wrapped=() none=()
	local with=-fsanitize=address,undefined target name
	for name in malloc calloc realloc free ZSTD_createDCtx ZSTD_freeDCtx __sanitizer_cov_trace_const_cmp8 \
		__sanitizer_cov_trace_cmp8; do
		wrapped+=("-Wl,--wrap=$name")
	done
	# What a target does not call is not linked: counters of all code are looked at after each input. So there are no
	# commands and no live sources, of which nobody asks.
	for name in commands sources; do
		none+=("-Wl,--defsym=__start_oscope_$name=0" "-Wl,--defsym=__stop_oscope_$name=0")
	done
	mkdir -p "$O/fuzz" && make -s -C "$OSCOPE_SRC" O="$O/fuzz" CC=clang \
		CFLAGS="${flags[*]} $with,fuzzer-no-link" tools > "$TMP/fuzz.make" || return
	for target in "${targets[@]}"; do
		clang "${flags[@]}" $with,fuzzer -D_GNU_SOURCE -I"$OSCOPE_SRC" -I"$OSCOPE_SRC/tools" \
			-o "$O/fuzz/$(basename "$target" .c)" "$target" "${wrapped[@]}" "${none[@]}" "$O/fuzz/tools/oscope.a" \
			-lsmartcols -ljansson -lcap -lprotobuf-c -lbpf -lelf -lz -lzstd -lm -pthread || return
	done
}
# They begin with recordings, and with reports of them: each target for its part of the time, or for so many inputs. What
# takes long to execute is tried less often, so that more is.
fuzz() { # SECONDS RUNS, 0: without that limit
	local case target
	mkdir -p "$TMP/made"
	for case in $(../replay/mktrace); do
		../replay/mktrace "$case" "$TMP/made/$case"
		../replay/repack "$TMP/made/$case" "$TMP/made/$case.packed" 1 2> /dev/null
		"$OSCOPE" switch -r "$TMP/made/$case" --by task --json > "$TMP/made/$case.json" 2> /dev/null
	done
	for target in "${targets[@]}"; do
		target=$(basename "$target" .c)
		mkdir "$TMP/found.$target"
		"$O/fuzz/$target" -max_total_time=$((($1 + ${#targets[@]} - 1) / ${#targets[@]})) -runs=$(($2 ? $2 : -1)) -max_len=4096 \
			-timeout=10 -rss_limit_mb=1024 -entropic_scale_per_exec_time=1 -close_fd_mask=2 \
			-print_final_stats=1 -artifact_prefix="$O/fuzz/$target." "$TMP/found.$target" "$TMP/made" \
			"$OSCOPE_SRC/tests/trust/corpus" > "$TMP/fuzz" 2>&1 || { tail -n 30 "$TMP/fuzz"; return 1; }
		awk -v t="$target" '/number_of_executed_units/ { print $2 " of " t }' "$TMP/fuzz" >> "$TMP/inputs"
	done
}

for case in "${cases[@]}"; do
	recording "$case"
	check "$case: refused" refused 1 "$case"
done

# A length beyond the end cannot be told from a recording that was cut there.
recording chunk-huge
check "chunk-huge: reported up to the last whole chunk" oscope_switch chunk-huge --json
check "... with one line that says so" test "$(grep -c 'cut short' "$TMP/err")" = 1
check "no such file: refused" refused 1 no-such-file
check "a directory: refused" refused 1 .

# The program itself, executed, on what a fuzzer once found worth keeping.
corpus() {
	local file status lines n=0
	for file in "$OSCOPE_SRC"/tests/trust/corpus/*; do
		n=$((n + 1))
		timeout 10 "$OSCOPE" switch -r "$file" -o /dev/null --by task --json 2> "$TMP/err"
		status=$?
		lines=$(wc -l < "$TMP/err")
		if [ $status -gt 1 ] || [ "$lines" -gt 1 ] || [ $status -gt "$lines" ]; then
			echo "$file: status $status"
			cat "$TMP/err"
			return 1
		fi
	done
	[ $n -gt 50 ]
}
check "the corpus, executed" corpus

recording kinds
recording long
bytes=$(stat -c %s "$TMP/kinds") long=$(stat -c %s "$TMP/long")
[ "$CUTS" -le "$long" ] || CUTS=$long
[ "$FLIPS" -le $((8 * bytes)) ] || FLIPS=$((8 * bytes))
header=152
check "cut at each of $bytes bytes: all but the header's are reported, with a warning" \
	hostile cut "$TMP/kinds" 0 "$bytes"
check "... as many as there are" summed ": $bytes cases, $((bytes - header)) reported .* $header refused, 0 wrong"
check "cut at $CUTS places of a longer one" hostile cut "$TMP/long" $((long - CUTS)) "$CUTS"
figure "$(< "$TMP/sum")"
check "each of $FLIPS bits flipped, the header's and others" hostile flip "$TMP/kinds" 0 "$FLIPS"
figure "$(< "$TMP/sum")"
check "$MUTATIONS recordings made worse, seed $SEED" hostile mutate "$TMP/kinds" 0 "$MUTATIONS" "$SEED"
figure "$(< "$TMP/sum")"
check "$((MUTATIONS / 10)) longer ones" hostile mutate "$TMP/long" 0 $((MUTATIONS / 10)) "$SEED"
figure "$(< "$TMP/sum")"

# Packed: what zstd makes of it is no secret either, so that the bytes in front of it get most of this.
../replay/repack "$TMP/kinds" "$TMP/packed" 1
../replay/repack "$TMP/long" "$TMP/long_packed" 1
bytes=$(stat -c %s "$TMP/packed")
check "packed, cut at each of $bytes bytes" hostile cut "$TMP/packed" 0 "$bytes"
check "... each of $((8 * bytes < FLIPS ? 8 * bytes : FLIPS)) bits flipped" hostile flip "$TMP/packed" 0 $((8 * bytes < FLIPS ? 8 * bytes : FLIPS))
figure "packed: $(< "$TMP/sum")"
check "... $((MUTATIONS / 4)) made worse" hostile mutate "$TMP/packed" 0 $((MUTATIONS / 4)) "$SEED"
check "... $((MUTATIONS / 10)) longer ones" hostile mutate "$TMP/long_packed" 0 $((MUTATIONS / 10)) "$SEED"

# Seconds and memory follow what is in the file, not what its header says, nor any square of it.
many() { # CPUS CHUNKS
	./t25_hostile_tool many "$TMP/kinds" "$TMP/many" "$@" && chmod 644 "$TMP/many"
}
many 1024 2048
check "8192 CPUs, 1024 with records: by CPU" measured 2 64 "$TMP/many" --by cpu --json
figure "8192 CPUs, 1024 with records, by CPU as JSON: $(< "$TMP/measured")"
many 8192 40000
check "8192 CPUs, each with records: by kind" measured 2 64 "$TMP/many"
many 4000 500000
check "500000 chunks of 4000 CPUs, 1000000 tasks, 500000 pairs" measured 8 1024 "$TMP/many" --by pair --csv
figure "500000 chunks of 4000 CPUs, 1000000 tasks, by pair as CSV: $(< "$TMP/measured")"

if [ "$FUZZ_SECONDS" = 0 ] && [ "$FUZZ_RUNS" = 0 ]; then
	skip "the fuzzer" "only in the full form"
	skip "... finds nothing" "only in the full form"
else
	check "readers with the fuzzer and the sanitizers build" fuzzers
	check "... $FUZZ_SECONDS s of them, or $FUZZ_RUNS inputs each, find nothing" fuzz "$FUZZ_SECONDS" "$FUZZ_RUNS"
	figure "$(paste -sd , "$TMP/inputs" | sed 's/,/, /g') as inputs of the fuzzer"
fi
finish
