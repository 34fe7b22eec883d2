# SPDX-License-Identifier: GPL-2.0
"""The same two pieces of work, one after the other or by two threads at once.

gil_slower.py serial|threads cold|warm STEPS
"""
import sys
import threading
import time


def work(steps):
    x = 1
    for _ in range(steps):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
    return x


def named(results, steps, pieces):
    """The body of a thread that the kernel is to know by a name."""
    with open("/proc/thread-self/comm", "w") as comm:
        comm.write("computing")
    for _ in range(pieces):
        results.append(work(steps))


def both(kind, steps):
    """Both pieces; a thread is made in either case."""
    results, pieces = [], 2 if kind == "serial" else 1
    workers = [threading.Thread(target=named, args=(results, steps, pieces))
               for _ in range(2 // pieces)]
    start = time.monotonic_ns()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return time.monotonic_ns() - start, results


def main(kind, state, steps):
    if state == "warm":
        for _ in range(3):
            work(steps)
    wall, results = both(kind, steps)
    print("wall_ns", wall)
    print("right", int(results == [work(steps)] * 2))
    print("version", 100 * sys.version_info[0] + sys.version_info[1])


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
