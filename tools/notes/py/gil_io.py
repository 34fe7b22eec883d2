# SPDX-License-Identifier: GPL-2.0
"""What a thread that waits for I/O does to one that computes, and the other way round.

gil_io.py sleep|recv MS             one thread waits so long in the kernel, another computes
gil_io.py alone|beside ROUNDS       round trips to another process, alone or beside one that computes
"""
import os
import socket
import struct
import sys
import threading
import time


def name(what):
    with open("/proc/thread-self/comm", "w") as comm:
        comm.write(what)


def asleep(tid):
    """By the kernel; whoever has ended is not."""
    try:
        with open(f"/proc/self/task/{tid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "S"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait(how, ms, waits, waited):
    """In a thread: one system call that blocks until its time is over."""
    name("waiting")
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO,
                    struct.pack("ll", ms // 1000, ms % 1000 * 1000))
    start = time.monotonic_ns()
    waits.append(True)
    if how == "sleep":
        time.sleep(ms / 1000)
    else:
        try:
            ours.recv(1)
        except BlockingIOError:  # the kernel's own limit of time
            pass
    waited.append(time.monotonic_ns() - start)
    theirs.close()


def beside_a_wait(how, ms):
    """How many steps are computed between two looks at a waiter that sleeps in the kernel."""
    waits, waited = [], []
    waiter = threading.Thread(target=wait, args=(how, ms, waits, waited))
    waiter.start()
    beside = 0
    while not waited:
        steps, was_asleep = 0, bool(waits) and asleep(waiter.native_id)
        for _ in range(1000):
            steps += 1
        if was_asleep and not waited and asleep(waiter.native_id):
            beside += steps
    waiter.join()
    print("value_ns", waited[0])
    print("steps_beside", beside)


def spin(spins, end):
    name("computing")
    x = 1
    while not end.is_set():
        spins.set()
        for _ in range(1000):
            x = (x * 1103515245 + 12345) & 0x7FFFFFFF


def trips(ours, rounds, took):
    name("waiting")
    for _ in range(rounds):
        start = time.monotonic_ns()
        ours.send(b".")
        ours.recv(1)
        took.append(time.monotonic_ns() - start)


def round_trips(how, rounds):
    """To a process that has an interpreter of its own."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        while theirs.recv(1):
            theirs.send(b".")
        os._exit(0)
    theirs.close()
    spins, end, took = threading.Event(), threading.Event(), []
    spinner = threading.Thread(target=spin, args=(spins, end))
    if how == "beside":
        spinner.start()
        spins.wait()
    asker = threading.Thread(target=trips, args=(ours, rounds, took))
    asker.start()
    asker.join()
    end.set()
    if how == "beside":
        spinner.join()
    ours.close()
    if os.waitpid(pid, 0)[1]:
        sys.exit("the other process failed")
    print("value_ns", sum(took) // rounds)
    print("steps_beside", 0)


def main(how, many):
    if how in ("sleep", "recv"):
        beside_a_wait(how, many)
    else:
        round_trips(how, many)
    print("version", 100 * sys.version_info[0] + sys.version_info[1])


main(sys.argv[1], int(sys.argv[2]))
