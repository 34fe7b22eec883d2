# SPDX-License-Identifier: GPL-2.0
"""Pass numbers to a generator and back, or to a thread and back: what the kernel has to do with it.

generator.py send|threads TIMES
"""
import resource
import sys
import threading
import time


def adds():
    """Gives back the sum of all it was sent: it goes on where it was, with its locals."""
    total = 0
    while True:
        total += yield total


def by_generator(times):
    it, total = adds(), 0
    next(it)
    for i in range(times):
        total = it.send(i)
    return total


def by_thread(times):
    """The same, to another thread, by two locks that are taken in turns."""
    there, back, box = threading.Semaphore(0), threading.Semaphore(0), [0, 0]

    def other():
        for _ in range(times):
            there.acquire()
            box[1] += box[0]
            back.release()

    thread = threading.Thread(target=other)
    thread.start()
    for i in range(times):
        box[0] = i
        there.release()
        back.acquire()
    thread.join()
    return box[1]


def measured(how, times, seen):
    """In a thread of its own, whose switches are all of this."""
    with open("/proc/thread-self/comm", "w") as comm:
        comm.write("resuming")
    before = resource.getrusage(resource.RUSAGE_THREAD)
    start = time.monotonic_ns()
    total = {"send": by_generator, "threads": by_thread}[how](times)
    seen["wall_ns"] = time.monotonic_ns() - start
    after = resource.getrusage(resource.RUSAGE_THREAD)
    seen["sleeps"] = after.ru_nvcsw - before.ru_nvcsw
    seen["right"] = int(total == times * (times - 1) // 2)


def main(how, times):
    seen = {}
    thread = threading.Thread(target=measured, args=(how, times, seen))
    thread.start()
    thread.join()
    for name, value in seen.items():
        print(name, value)
    print("version", 100 * sys.version_info[0] + sys.version_info[1])


main(sys.argv[1], int(sys.argv[2]))
