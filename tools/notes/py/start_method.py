# SPDX-License-Identifier: GPL-2.0
"""What a child of multiprocessing has of its parent: a global, and its interpreter.

start_method.py fork|spawn|forkserver|default
"""
import multiprocessing
import os
import sys

METHODS = ["fork", "spawn", "forkserver"]
changed = 1  # a child that runs this file anew has this


def child(pipe):
    pipe.send((changed, os.getppid()))


def main(method):
    global changed
    default = multiprocessing.get_context().get_start_method()
    context = multiprocessing.get_context(default if method == "default" else method)
    changed = 2
    ours, theirs = context.Pipe()
    one = context.Process(target=child, args=(theirs,))
    one.start()
    value, parent = ours.recv()
    one.join()
    print("ended_well", int(one.exitcode == 0))
    print("inherited", int(value == 2))
    print("anew", int(value == 1))
    print("is_child", int(parent == os.getpid()))
    print("default", METHODS.index(default))
    print("version", 100 * sys.version_info[0] + sys.version_info[1])


if __name__ == "__main__":
    main(sys.argv[1])
