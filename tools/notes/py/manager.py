# SPDX-License-Identifier: GPL-2.0
"""A dict or a list that another process changes and this one reads, many times.

manager.py dict|list|local HOW_MANY
"""
import multiprocessing
import multiprocessing.managers
import sys
import time

FORK = multiprocessing.get_context("fork")


def name(what):
    with open("/proc/thread-self/comm", "w") as comm:
        comm.write(what)


def writes():
    """Calls of write(2) by this process until now, as the kernel counts them."""
    with open("/proc/self/io") as io:
        return next(int(line.split()[1]) for line in io if line.startswith("syscw"))


def change(shared):
    shared[0] = "changed"


def main(how, many):
    shared = [None] if how == "list" else {0: None}
    if how != "local":
        manager = multiprocessing.managers.SyncManager(ctx=FORK)
        manager.start(name, ("server",))
        shared = manager.list(shared) if how == "list" else manager.dict(shared)
    child = FORK.Process(target=change, args=(shared,))
    child.start()
    child.join()
    name("client")
    before = writes()
    start = time.monotonic_ns()
    came = [shared[0] for _ in range(many)]
    ns = time.monotonic_ns() - start
    print("requests", writes() - before)
    print("ops", many)
    print("turns", len(came))
    print("ns", ns)
    print("changed", int(came == ["changed"] * many))
    print("unchanged", int(came == [None] * many))


main(sys.argv[1], int(sys.argv[2]))
