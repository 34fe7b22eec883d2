# SPDX-License-Identifier: GPL-2.0
"""Two threads compute: how long each has the interpreter's lock, in time and in bytecodes.

gil_ticks.py INTERVAL_US MS        0: the interval that the interpreter begins with
"""
import dis
import sys
import threading
import time

holder = None


def computing(me, until, counts):
    """Steps, and tenures: it had not been this thread that made the step before."""
    global holder
    steps = tenures = 0
    while time.monotonic_ns() < until:
        steps += 1
        if holder is not me:
            holder = me
            tenures += 1
    counts.append((steps, tenures))


def bytecodes(function):
    """Of one step, nearly: instructions from the last jump back's target to that jump."""
    all_of_it = list(dis.get_instructions(function))
    back = [i for i in all_of_it if "JUMP" in i.opname and isinstance(i.argval, int) and
            i.argval < i.offset][-1]
    return sum(back.argval <= i.offset <= back.offset for i in all_of_it)


def thread(begin, end, counts):
    with open("/proc/thread-self/comm", "w") as comm:
        comm.write("computing")
    begin.wait()
    computing(threading.get_ident(), end[0], counts)


def main(interval_us, ms):
    if interval_us:
        sys.setswitchinterval(interval_us / 1e6)
    begin, end, counts = threading.Barrier(3), [0], []
    threads = [threading.Thread(target=thread, args=(begin, end, counts)) for _ in range(2)]
    for one in threads:
        one.start()
    start = time.monotonic_ns()
    end[0] = start + ms * 1000000
    begin.wait()
    for one in threads:
        one.join()
    print("wall_ns", time.monotonic_ns() - start)
    print("steps", sum(steps for steps, _ in counts))
    print("tenures", sum(tenures for _, tenures in counts))
    print("bytecodes_a_step", bytecodes(computing))
    print("interval_us", round(sys.getswitchinterval() * 1e6))
    print("version", 100 * sys.version_info[0] + sys.version_info[1])


main(int(sys.argv[1]), int(sys.argv[2]))
