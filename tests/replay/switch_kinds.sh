#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A recording with every kind of switch, wait and record: each number of the report against the one
# worked out by hand from mktrace's table.
. ./lib.sh
plan 27

recording kinds
check "a recording is reported without privilege" oscope_switch kinds --json
check "... and without a word on stderr" cmp /dev/null "$TMP/err"
check "head: what the recording says about itself" same \
	'{schema, command, source, cpus, start_ns, duration_ns}' \
	'{"schema": "oscope.switch/1", "command": "switch", "source": "file", "cpus": 2,
	  "start_ns": 1000000000, "duration_ns": 10000}'
check "head: of the machine that recorded, not of this one" same '[.kernel, .virt]' \
	'["6.12.0-made-up", "tcg"]'
check "head: nothing lost" same .lost.total 0

# 13 switches from the 14 of the table: the arrival from 300, outside the filter, is not counted.
check "events" same .totals.events 13
check "switches: without the three from idle" same .totals.switches 10
check "from_idle" same .totals.from_idle 3
check "voluntary" same .totals.voluntary 9
check "involuntary: 101 is preempted at 3000" same .totals.involuntary 1
check "migrations" same .totals.migrations 2
check "wakings: those of running tasks too" same .totals.wakings 7
check "unpaired: kernel thread 2 comes at 3500, never woken" same .totals.unpaired 1
check "rate: 10 in 10 us" same .totals.rate 1000000
check "own cost: as calibrated while recording" same \
	'[.totals.own_cost_ns_per_event, .totals.own_direct_ns, .own_cost_ns]' '[90, 40, 1170]'

# Percentiles are bucket midpoints, held between min and max: 100 lies in [100, 102), 390 in
# [384, 392).
hist='[.count, .min, .p50, .p90, .p99, .p999, .max, .mean]'
# 50, 100, 100, 100, 400, 500, 600
check "wake latency" same ".totals.wait_woken_ns | $hist | .[7] = (.[7] * 7 | round)" \
	'[7, 50, 101, 600, 600, 600, 600, 1850]'
check "preempt wait: 3000 to 3800" same ".totals.wait_preempted_ns | $hist" \
	'[1, 800, 800, 800, 800, 800, 800, 800]'
# 100, 200, 200, 200, 390, 500, 1000, 1000, 1000; none for 200's first leaving: it began before
check "slices" same ".totals.slice_ns | $hist" '[9, 100, 388, 1000, 1000, 1000, 1000, 510]'

check "kinds: all seven, and they add up to the events" same \
	'[.rows[] | {(.kind): .count}] | add | [., add]' \
	'[{"to_idle": 4, "from_idle": 3, "to_kthread": 1, "from_kthread": 1, "kthread_kthread": 1,
	   "same_mm": 1, "cross_mm": 2}, 13]'
check "kinds: shares and rates follow from the counts" same \
	'[.rows[] | (.share * 13 - .count | fabs < 1e-6) and (.rate / 1e5 - .count | fabs < 1e-6)]
	 | all' true

# What arrives with a switch belongs to the counted one before it on the same CPU.
direct() { # NAME KIND EXPECTED
	check "$1" same ".rows[] | select(.kind == \"$2\") | .direct_ns | $hist" "$3"
}
direct "direct cost of from_idle: 150, 151 and, on the other CPU, 152" from_idle \
	'[3, 150, 150, 152, 152, 152, 152, 151]'
direct "direct cost of same_mm" same_mm '[1, 123, 123, 123, 123, 123, 123, 123]'
direct "direct cost of cross_mm: the second comes with an arrival" cross_mm \
	'[2, 209, 210, 210, 210, 210, 211, 210]'
direct "direct cost of to_kthread" to_kthread '[1, 301, 301, 301, 301, 301, 301, 301]'
direct "direct cost of to_idle: of those before another switch" to_idle \
	'[2, 80, 81, 90, 90, 90, 90, 85]'
check "direct cost of from_kthread: the record after it says none" same \
	'.rows[] | select(.kind == "from_kthread") | .direct_ns.count // 0' 0
# Five values of six characters and their names take 60 columns of 80.
oscope_switch kinds
check "text: the widest values fit, too" is \
	"$(awk -F ': min ' 'NF > 1 { n += length($1) > 20 ? 100 : 1 } END { print n + 0 }' "$TMP/out") == 3"
finish
