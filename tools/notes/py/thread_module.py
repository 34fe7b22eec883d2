# SPDX-License-Identifier: GPL-2.0
"""Threads by the module below and by the one above it: what they cost, and what makes them.

thread_module.py below|above HOW_MANY
"""
import _thread
import importlib.util
import sys
import threading
import time


def by_below(many):
    """A thread of this module has nobody to wait for it: a lock tells."""
    done = _thread.allocate_lock()
    for _ in range(many):
        done.acquire()
        _thread.start_new_thread(done.release, ())
        done.acquire()
        done.release()


def by_above(many):
    for _ in range(many):
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()


def calls_below(make):
    """How often one thread made calls C functions that start one, of module _thread."""
    calls = []

    def profile(_frame, event, function):
        if event == "c_call" and function.__module__ == "_thread" and "start" in function.__name__:
            calls.append(function)

    sys.setprofile(profile)
    make(1)
    sys.setprofile(None)
    return len(calls)


def main(how, many):
    make = {"below": by_below, "above": by_above}[how]
    start = time.monotonic_ns()
    make(many)
    print("wall_ns", time.monotonic_ns() - start)
    print("starts_below", calls_below(make))
    print("old_name", int(importlib.util.find_spec("thread") is not None))
    print("version", 100 * sys.version_info[0] + sys.version_info[1])


main(sys.argv[1], int(sys.argv[2]))
