# SPDX-License-Identifier: GPL-2.0
"""Numbered messages from a child to its parent, or the two ends of a bounded queue.

queue_pipe.py pipe|duplex|queue|simple|threads HOW_MANY
queue_pipe.py ends
"""
import array
import fcntl
import multiprocessing
import os
import queue
import stat
import sys
import termios
import threading
import time

FORK = multiprocessing.get_context("fork")
ROOM = 4
BODY = "x" * 40
PATIENCE_S = 3.0
BLOCKED_S = 0.02


def name(what):
    with open("/proc/self/comm", "w") as comm:
        comm.write(what)


class Pipe:
    """A pair of connections, as if it were a queue."""

    def __init__(self, duplex):
        self.reader, self.writer = FORK.Pipe(duplex)
        self.get, self.put = self.reader.recv, self.writer.send


def channel(how):
    """What to put into and to get from, and the connection below it."""
    if how in ("pipe", "duplex"):
        c = Pipe(how == "duplex")
        return c, c.reader
    c = FORK.Queue() if how == "queue" else FORK.SimpleQueue()
    return c, c._reader


def waiting_bytes(fd):
    """How many bytes one could read now."""
    many = array.array("i", [0])
    fcntl.ioctl(fd, termios.FIONREAD, many)
    return many[0]


def one_message(how):
    """Bytes that one of them is, below."""
    c, reader = channel(how)
    c.put((0, BODY))
    if not reader.poll(PATIENCE_S):
        sys.exit("a message did not come")
    many = waiting_bytes(reader.fileno())
    c.get()
    return many


def calls(which):
    """Read or write calls of this process until now, as the kernel counts them."""
    with open("/proc/self/io") as io:
        return next(int(line.split()[1]) for line in io if line.startswith(which))


def write_all(c, go, tell, many):
    name("writer")
    go.recv()
    before = calls("syscw")
    for i in range(many):
        c.put((i, BODY))
    if hasattr(c, "join_thread"):
        c.close()
        c.join_thread()
    tell.send(calls("syscw") - before)


def messages(how, many):
    bytes_each = one_message(how)
    c, reader = channel(how)
    (go, tell_go), (told, tell) = FORK.Pipe(False), FORK.Pipe(False)
    child = FORK.Process(target=write_all, args=(c, go, tell, many))
    child.start()
    name("reader")
    before = calls("syscr")
    start = time.monotonic_ns()
    tell_go.send(1)
    came = [c.get() for _ in range(many)]
    ns = time.monotonic_ns() - start
    reads = calls("syscr") - before
    writes = told.recv()
    child.join()
    is_socket = stat.S_ISSOCK(os.fstat(reader.fileno()).st_mode)
    say(many, len(came), ns, in_order=came == [(i, BODY) for i in range(many)],
        socket_if_duplex=is_socket == (how == "duplex"), bytes=bytes_each, reads=reads,
        writes=writes)


def between_threads(many):
    q, go = queue.Queue(), threading.Event()

    def write():
        go.wait()
        for i in range(many):
            q.put((i, BODY))

    writer = threading.Thread(target=write)
    writer.start()
    start = time.monotonic_ns()
    go.set()
    came = [q.get() for _ in range(many)]
    ns = time.monotonic_ns() - start
    writer.join()
    say(many, len(came), ns, in_order=came == [(i, BODY) for i in range(many)])


def asleep(pid):
    with open("/proc/%d/stat" % pid) as state:
        return state.read().rpartition(")")[2].split()[0] == "S"


def does_not_return(child, returned):
    """Whether it comes to sleep in its call, and for so long does not return from it."""
    until = time.monotonic() + PATIENCE_S
    while not asleep(child.pid) and not returned.is_set() and time.monotonic() < until:
        time.sleep(0.001)
    return not returned.wait(BLOCKED_S) and asleep(child.pid)


def call(fn, args, about_to, returned):
    about_to.set()
    fn(*args)
    returned.set()


def blocked(prepare, fn, args, then):
    """(it waited in the call, it went on after then())."""
    about_to, returned = FORK.Event(), FORK.Event()
    prepare()
    child = FORK.Process(target=call, args=(fn, args, about_to, returned))
    child.start()
    about_to.wait()
    waited = does_not_return(child, returned)
    then()
    went_on = returned.wait(PATIENCE_S)
    child.join()
    return waited, went_on


def fill(q):
    for i in range(ROOM):
        q.put(i)


def ends():
    start = time.monotonic_ns()
    full, empty = FORK.Queue(ROOM), FORK.Queue(ROOM)
    full_waited, full_went_on = blocked(lambda: fill(full), full.put, (ROOM,), full.get)
    empty_waited, empty_went_on = blocked(lambda: None, empty.get, (), lambda: empty.put(0))
    in_order = [full.get() for _ in range(ROOM)] == list(range(1, ROOM + 1))
    say(1, 1, time.monotonic_ns() - start, in_order=in_order, full_waited=full_waited,
        full_went_on=full_went_on, empty_waited=empty_waited, empty_went_on=empty_went_on)


def say(ops, turns, ns, **seen):
    print("ops", ops)
    print("turns", turns)
    print("ns", ns)
    for what in ("in_order", "socket_if_duplex", "bytes", "reads", "writes", "full_waited",
                 "full_went_on", "empty_waited", "empty_went_on"):
        print(what, int(seen.get(what, -1)))


if sys.argv[1] == "ends":
    ends()
elif sys.argv[1] == "threads":
    between_threads(int(sys.argv[2]))
else:
    messages(sys.argv[1], int(sys.argv[2]))
