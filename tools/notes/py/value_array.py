# SPDX-License-Identifier: GPL-2.0
"""Two processes that add 1 to the same number many times, wherever it lies.

value_array.py locked|plain|array|global HOW_MANY
"""
import multiprocessing
import os
import sys
import time

FORK = multiprocessing.get_context("fork")
WORKERS = 2
NUMBER = 0


def add_locked(many, value, _):
    for _ in range(many):
        with value.get_lock():
            value.value += 1


def add_plain(many, value, _):
    for _ in range(many):
        value.value += 1


def add_array(many, _, array):
    for _ in range(many):
        with array.get_lock():
            array[1] += 1


def add_global(many, _, __):
    global NUMBER
    for _ in range(many):
        NUMBER += 1


def work(add, ready, go, *args):
    with open("/proc/self/comm", "w") as comm:
        comm.write("adding")
    os.write(ready, b".")
    os.read(go, 1)
    add(*args)


def main(how, many):
    add = {"locked": add_locked, "plain": add_plain, "array": add_array,
           "global": add_global}[how]
    value, array = FORK.Value("i", 0), FORK.Array("i", 3)
    (ready, tell_ready), (go, tell_go) = os.pipe(), os.pipe()
    children = [FORK.Process(target=work, args=(add, tell_ready, go, many, value, array))
                for _ in range(WORKERS)]
    for child in children:
        child.start()
    for _ in children:
        os.read(ready, 1)
    start = time.monotonic_ns()
    os.write(tell_go, b"." * WORKERS)
    for child in children:
        child.join()
    print("ns", time.monotonic_ns() - start)
    print("ops", WORKERS * many)
    print("turns", many * sum(child.exitcode == 0 for child in children))
    counted = {"array": array[1], "global": NUMBER}.get(how, value.value)
    print("all_there", int(counted == WORKERS * many))
    print("none_there", int(counted == 0))
    print("lost", WORKERS * many - counted)


main(sys.argv[1], int(sys.argv[2]))
