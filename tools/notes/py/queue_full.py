# SPDX-License-Identifier: GPL-2.0
"""What full() and empty() of a multiprocessing.Queue say, and a child that leaves items in one."""
import multiprocessing
import os
import time

FORK = multiprocessing.get_context("fork")
ROOM = 4
SMALL, LARGE = b"x", b"x" * 1000000  # a pipe has room for 64 KiB
PATIENCE_S = 3.0
HANGS_S = 0.02


def ends_said():
    """Room for four: what is said of it on the way to full, and back to empty."""
    queue, full = FORK.Queue(ROOM), []
    begin_empty = queue.empty()
    for item in range(ROOM):
        full.append(queue.full())
        queue.put(item)
    full.append(queue.full())
    for item in range(ROOM):
        queue.get()
    return {"full_told": full == [False] * ROOM + [True],
            "empty_told": begin_empty and queue.empty()}


def empty_after_put():
    """Whether empty() still says so right after a put."""
    queue = FORK.Queue()
    queue.put(0)
    empty = queue.empty()
    queue.get()
    return {"empty_after_put": empty}


def state(path):
    with open(path + "/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0]


def asleep(child, tasks):
    """Whether it has so many threads, of which all sleep."""
    path = "/proc/%d/task" % child.pid
    tids = os.listdir(path)
    try:
        return len(tids) == tasks and all(state("%s/%s" % (path, tid)) == "S" for tid in tids)
    except FileNotFoundError:  # a thread has ended meanwhile
        return False


def put_and_return(queue, item, returning):
    with open("/proc/self/comm", "w") as comm:
        comm.write("putter")
    queue.put(item)
    os.write(returning, b".")


def putter(item):
    queue, (returned, returning) = FORK.Queue(), os.pipe()
    child = FORK.Process(target=put_and_return, args=(queue, item, returning))
    child.start()
    os.read(returned, 1)
    return queue, child


def left_behind():
    """A child that has put more than the pipe has room for, and returned: does it end?"""
    queue, child = putter(LARGE)
    until = time.monotonic() + PATIENCE_S
    while child.is_alive() and not asleep(child, 2) and time.monotonic() < until:
        time.sleep(0.001)
    child.join(HANGS_S)
    hung = child.is_alive()
    queue.get()
    child.join(PATIENCE_S)
    return {"hung": hung, "ended_when_drained": child.exitcode == 0}


def small_left_behind():
    queue, child = putter(SMALL)
    child.join(PATIENCE_S)
    return {"small_ended": child.exitcode == 0, "small_was_there": queue.get() == SMALL}


def main():
    start = time.monotonic_ns()
    seen = {**ends_said(), **empty_after_put(), **left_behind(), **small_left_behind()}
    print("ns", time.monotonic_ns() - start)
    print("ops", 1)
    print("turns", 1)
    for what, value in seen.items():
        print(what, int(value))


main()
