# SPDX-License-Identifier: GPL-2.0
"""Two threads add to one variable: how many of their additions are lost.

gil_lock.py plus|call|locked EACH
"""
import sys
import threading

x = 0
lock = threading.Lock()


def one():
    return 1


def plus(each):
    global x
    for _ in range(each):
        x += 1


def call(each):
    global x
    for _ in range(each):
        x = x + one()  # x is loaded before the call, and stored after it


def locked(each):
    global x
    for _ in range(each):
        with lock:
            x = x + one()


def adder(add, each, begin):
    with open("/proc/thread-self/comm", "w") as comm:
        comm.write("adder")
    begin.wait()
    add(each)


def main(how, each):
    add = {"plus": plus, "call": call, "locked": locked}[how]
    begin = threading.Barrier(2)
    threads = [threading.Thread(target=adder, args=(add, each, begin)) for _ in range(2)]
    # The lock of the interpreter changes hands more often, so that few additions are enough.
    sys.setswitchinterval(0.00005)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("lost", 2 * each - x)
    print("gil", int(getattr(sys, "_is_gil_enabled", lambda: True)()))
    print("version", 100 * sys.version_info[0] + sys.version_info[1])


main(sys.argv[1], int(sys.argv[2]))
