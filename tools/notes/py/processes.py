# SPDX-License-Identifier: GPL-2.0
"""Pieces of work, one after the other or by multiprocessing, and what it costs to begin.

processes.py serial|processes HOW_MANY STEPS
"""
import multiprocessing
import sys
import time


def name(what):
    with open("/proc/thread-self/comm", "w") as comm:
        comm.write(what)


def work(steps):
    x = 1
    for _ in range(steps):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
    return x


def child(steps):
    name("computing")
    if work(steps) != right:
        raise ValueError("wrong")


def all_of(context, many, steps):
    """By so many processes: made, and waited for."""
    start = time.monotonic_ns()
    children = [context.Process(target=child, args=(steps,)) for _ in range(many)]
    for one in children:
        one.start()
    for one in children:
        one.join()
    took = time.monotonic_ns() - start
    return took, sum(one.exitcode == 0 for one in children)


def one_by_one(many, steps):
    """By this process alone."""
    start = time.monotonic_ns()
    turns = sum(work(steps) == right for _ in range(many))
    return time.monotonic_ns() - start, turns


if __name__ == "__main__":
    kind, many, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    context = multiprocessing.get_context("fork")
    right = work(steps)
    if kind == "serial":
        wall, turns = one_by_one(many, steps)
        begin = 0
    else:
        wall, turns = all_of(context, many, steps)
        right = work(1)
        begin, _ = all_of(context, many, 1)
    print("wall_ns", wall)
    print("begin_ns", begin)
    print("turns", turns)
    print("version", 100 * sys.version_info[0] + sys.version_info[1])
