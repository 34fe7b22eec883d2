#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Calls that communicate, one by one: what fails, what waits, what moves nothing; and how they are added up.
. ../lib.sh
n=2000
plan 18
export TMPDIR=$TMP
if emulated; then	# which takes seconds for each start of the probes, and the calls are the same on any kernel
	skip_rest_of_plan "natively"
	exit
fi

report() { jq -e "$@" "$TMP/report"; }
# Signals have a test of their own.
only=(-m "pipe,fifo,unix-stream,unix-dgram,unix-seqpacket,tcp,eventfd")
trace() { # OPTION... -- PROGRAM...
	"$OSCOPE" ipc "${only[@]}" --json -o "$TMP/report" "$@"
}

# The same bytes by two ways.
cat > "$TMP/spliced" <<- "END"
	import os
	r, w = os.pipe()
	f = os.open("/proc/self/exe", os.O_RDONLY)
	if not os.fork():
	    os.close(r)
	    for i in range(3):
	        os.splice(f, w, 100)
	    os.write(w, b"x" * 100)
	    os._exit(0)
	os.close(w)
	os.wait()
	while os.read(r, 50):
	    pass
	END
if /usr/bin/python3 -c 'import os; os.splice' 2> /dev/null; then
	trace --by pair -- /usr/bin/python3 "$TMP/spliced"
	check "what came by splice, and by write after it, read in halves" report '[.rows[] | select(.bytes > 0)] | length == 1 and
		(.[0] | .messages == 4 and .bytes == 400 and .certainty == "exact")'
else
	skip "what came by splice, and by write after it, read in halves" "this python3 has no os.splice"
fi
trace --by op -- /usr/bin/python3 -c '
import os
r, w = os.pipe()
os.set_blocking(r, False)
os.set_blocking(w, False)
for i in range(7):
	try: os.read(r, 1)
	except BlockingIOError: pass
try:
	while True: os.write(w, b"x" * 4096)
except BlockingIOError: pass
os.close(r)
try: os.write(w, b"x")
except BrokenPipeError: pass'
check "what would have had to wait is counted apart from what failed" report '[.rows[] | select(.op == "read")][0] as $r |
	[.rows[] | select(.op == "write")][0] as $w | $r.eagain == 7 and $r.errors == 0 and $w.eagain == 1 and $w.errors == 1 and
	$w.bytes == 65536 and $w.messages == 16'
trace --by op -- /usr/bin/python3 -c '
import os, socket
a, b = socket.socketpair()
a.send(b"x" * 10)
for i in range(5): b.recv(10, socket.MSG_PEEK)
b.recv(10)
if not os.fork():
	b.recv(10)
	os._exit(0)
a.send(b"y" * 10)
os.wait()'
check "a look at what is there moves nothing" report '[.rows[] | select(.mechanism == "unix-stream" and .op == "receive")] |
	length == 1 and (.[0] | .count == 7 and .messages == 2 and .bytes == 20 and .unpaired == 0)'
trace --by op -- /usr/bin/python3 -c '
import os, time
r, w = os.pipe()
reader = os.fork()
if not reader:
	os.close(w)
	os.read(r, 1)
	os._exit(0)
while open(f"/proc/{reader}/syscall").read().split()[0] != "0": pass
time.sleep(0.3)
os.write(w, b"x")
os.wait()'
check "asleep in a call: as long as nobody sent" report '[.rows[] | select(.op == "read" and .blocked_ns > 250e6 and
	.blocked_ns <= .latency_ns.max * 1.04 and .switches >= 1)] | length == 1'
check "... woken by who sent" report '[.rows[] | select(.op == "write").wakeups] | add >= 1'
"$OSCOPE" ipc -m pipe --by pair --json -i 50ms -o "$TMP/report" -- bash -c 'for i in {1..20}; do ./ipc pipe oneway 50 10; done'
check "intervals add up" report -s '[.[].rows[] | select(.from.comm == "a")] | [map(.messages), map(.bytes)] | map(add) == [1000, 10000]'
trace -- ./ipc pipe fanin $n 64
check "by mechanism: what was sent was received" report '.rows | length == 1 and (.[0] | .mechanism == "pipe" and
	.messages == 8 * '$n' and .bytes == .received_bytes and .bytes == 8 * 64 * '$n')'
check "... and nothing more than was called for" report '.totals.calls == .rows[0].count and .rows[0].count == .rows[0].messages +
	.rows[0].received + 1 and .rows[0].count == .rows[0].latency_ns.count'
"$OSCOPE" ipc -m fifo --by op --json -o "$TMP/report" -- bash -c './ipc pipe oneway 10 1 && ./ipc fifo oneway 10 1'
check "only one mechanism: of no other, in rows or totals" report '([.rows[].mechanism] | unique) == ["fifo"] and
	.totals.sent == 10 and .totals.calls == ([.rows[].count] | add)'
trace --by object -- ./ipc fifo ring $n 10
check "by object: three FIFOs by their paths" report "[.rows[].object] | unique == [\"$TMP/fifo.0\", \"$TMP/fifo.1\", \"$TMP/fifo.2\"]"
check "... each with one who sends and one who receives" report '[.rows[] | select(.tasks != 1 or .messages != '$n')] == [] and
	(.rows | length) == 6'

# What has the name of something before it: what lay there is gone, and is not what comes out later.
mkfifo "$TMP/again"
trace --by pair -- bash -c 'exec 3<> "$0"; head -c 10 /dev/zero >&3; exec 3>&-; cat "$0" & dd if=/dev/zero of="$0" bs=10 count=1; wait' \
	"$TMP/again" > /dev/null 2>&1
check "what lay in a FIFO that was closed is nobody's" report '[.rows[] | select(.mechanism == "fifo") | [.from.comm, .to.comm, .messages, .bytes]] ==
	[["dd", "cat", 1, 10]]'
trace --by object -- bash -c 'exec 3<> "$0"; head -c 10 /dev/zero >&3; exec 3>&-; exec 3<> "$0"; head -c 5 /dev/zero >&3; head -c 5 <&3' \
	"$TMP/again" > /dev/null
check "... and all that came later has its sender" report '[.rows[] | select(.mechanism == "fifo" and .op == "read")] | length == 1 and
	(.[0] | .messages == 1 and .unpaired == 0)'
# The first connection ends by a reset, with what was sent unread, so that nothing waits for its ports.
cat > "$TMP/ports" <<- "END"
	import os, socket, sys
	def bound(port):
	    s = socket.socket()
	    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	    s.bind(("127.0.0.1", port))
	    return s
	listener = bound(0)
	listener.listen()
	client = bound(0)
	port = client.getsockname()[1]
	for first in (True, False):
	    pid = os.fork()
	    if not pid:
	        client.connect(listener.getsockname())
	        client.send(b"x" * 10)
	        try: client.recv(1)
	        except ConnectionResetError: pass
	        os._exit(0)
	    client.close()
	    s = listener.accept()[0]
	    s.recv(10, socket.MSG_PEEK)
	    if not first:
	        s.recv(10)
	    s.close()
	    os.wait()
	    if first:
	        client = bound(port)
	print(pid)
	END
second=$(trace --by pair -- /usr/bin/python3 "$TMP/ports")
check "a connection between the same ports: what it brings is of who has it now" report "[.rows[] | select(.mechanism == \"tcp\") |
	[.from.pid, .messages, .bytes]] == [[${second:-0}, 1, 10]]"
check "... for certain" report '[.rows[] | select(.mechanism == "tcp") | .certainty] == ["exact"] and .lost.total == 0'
# The address of an eventfd that is closed is given to the next one.
trace --by pair -- /usr/bin/python3 -c '
import os
def named(name): open("/proc/self/comm", "w").write(name)
def written(fd, name):
    if not os.fork():
        named(name)
        os.eventfd_write(fd, 1)
        os._exit(0)
    os.wait()
named("d")
for i in range(40):
    fd = os.eventfd(0)
    written(fd, "a")
    os.close(fd)
    fd = os.eventfd(0)
    written(fd, "c")
    os.eventfd_read(fd)
    os.close(fd)'
check "what an eventfd had when it was closed is not what the next one has" report '[.rows[] | select(.mechanism == "eventfd") |
	[.from.comm, .to.comm, .messages, .certainty]] | length == 40 and unique == [["c", "d", 1, "exact"]]'
# What is beside the order of a queue, or does not come out whole: the rest would be taken for others'.
trace --by pair -- ../kmod/foreign packet < /dev/null
check "a pipe of packets, of which a reader leaves the rest out: nothing is paired" report '[.rows[] |
	select(.from.comm | IN("a", "c", "e"))] == [] and .totals.unpaired_share > 0'
trace --by pair -- /usr/bin/python3 -c '
import os, socket
def named(name): open("/proc/self/comm", "w").write(name)
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
to = socket.create_connection(listener.getsockname())
at = listener.accept()[0]
def sends(name, *flags):
    if not os.fork():
        named(name)
        for flag in flags: to.send(b"x" * (1 if flag else 10), flag)
        os._exit(0)
    os.wait()
named("d")
sends("a", 0, socket.MSG_OOB)
sends("c", 0)
for i in range(2): assert len(at.recv(10)) == 10'
check "an urgent byte: no other's is taken for it" report '[.rows[] | select(.mechanism == "tcp")] == [] and .totals.unpaired_share > 0'
finish
