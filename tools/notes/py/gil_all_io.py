# SPDX-License-Identifier: GPL-2.0
"""Calls that wait, each for 30 ms, beside a thread that beats each ms: how long it stands still.

A child ends each wait: if the interpreter's lock is held, nobody in this process can.
"""
import os
import select
import socket
import sys
import tempfile
import threading
import time

WAIT_NS = 30000000


def later(act):
    """A child that, so long after it is told, does this and ends: its number, and where to tell."""
    told, tell = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.read(told, 1)
        time.sleep(WAIT_NS / 1e9)
        act()
        os._exit(0)
    return pid, tell


class Wait:
    """What is waited for: to be prepared, and the call that waits."""

    def __init__(self, directory):
        self.directory = directory

    def path(self, what):
        return os.path.join(self.directory, what)

    def time_sleep(self):
        return lambda: time.sleep(WAIT_NS / 1e9), lambda: None

    def os_read(self):
        reading, writing = os.pipe()
        return lambda: os.read(reading, 1), lambda: os.write(writing, b".")

    def file_read(self):
        reading, writing = os.pipe()
        file = open(reading, "rb")
        return lambda: file.read(1), lambda: os.write(writing, b".")

    def socket_recv(self):
        ours, theirs = socket.socketpair()
        return lambda: ours.recv(1), lambda: theirs.send(b".")

    def select_select(self):
        reading, writing = os.pipe()
        return lambda: select.select([reading], [], []), lambda: os.write(writing, b".")

    def os_open(self):
        fifo = self.path("fifo")
        os.mkfifo(fifo)
        return lambda: os.open(fifo, os.O_RDONLY), lambda: os.open(fifo, os.O_WRONLY)

    def fcntl_flock(self):
        import fcntl
        file = open(self.path("locked"), "w")
        other = open(self.path("locked"), "w")
        fcntl.flock(other, fcntl.LOCK_EX)
        return (lambda: fcntl.flock(file, fcntl.LOCK_EX),
                lambda: fcntl.flock(other, fcntl.LOCK_UN))

    def os_waitpid(self):
        return lambda: os.waitpid(self.child, 0), lambda: None

    def readline_history(self):
        import readline
        history = self.path("history")
        os.mkfifo(history)

        def read():
            try:
                readline.read_history_file(history)
            except OSError:
                pass  # once it is open: no file of its kind

        return read, lambda: os.close(os.open(history, os.O_WRONLY))

    def ctypes_pydll(self):
        """Documented to keep the lock: that the beat tells is seen by it."""
        import ctypes
        usleep = ctypes.PyDLL(None).usleep
        return lambda: usleep(WAIT_NS // 1000), lambda: None


def gap_beside(wait, what):
    """(longest time between two beats, how long the call took), in ns."""
    call, act = getattr(wait, what)()
    beats, stop, begun = [], threading.Event(), threading.Event()

    def beat():
        while not stop.is_set():
            beats.append(time.monotonic_ns())
            if len(beats) == 3:
                begun.set()
            time.sleep(0.001)
        beats.append(time.monotonic_ns())

    wait.child, tell = later(act)
    beating = threading.Thread(target=beat, daemon=True)
    beating.start()
    begun.wait()
    start = time.monotonic_ns()
    os.write(tell, b".")
    call()
    took = time.monotonic_ns() - start
    stop.set()
    beating.join()
    if what != "os_waitpid":
        os.waitpid(wait.child, 0)
    return max(b - a for a, b in zip(beats, beats[1:])), took


CALLS = ("time_sleep", "os_read", "file_read", "socket_recv", "select_select", "os_open",
         "fcntl_flock", "os_waitpid", "readline_history", "ctypes_pydll")


def main():
    waited, longest = 0, 0
    with tempfile.TemporaryDirectory() as directory:
        wait = Wait(directory)
        for what in CALLS:
            gap, took = gap_beside(wait, what)
            waited += took >= 0.9 * WAIT_NS
            longest += gap
            print(what, gap)
    print("turns", waited)
    print("ops", len(CALLS))
    print("ns", longest)


main()
