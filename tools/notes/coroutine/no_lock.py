# SPDX-License-Identifier: GPL-2.0
"""Two tasks of asyncio and two of its locks, each taken by both: in the same order or in opposite.

no_lock.py same|opposite
"""
import asyncio
import sys
import time

LIMIT_S = 0.02


async def take_both(first, second, has_one, other_has_one):
    """With both in the same order there is nobody to wait for before the first is taken."""
    await first.acquire()
    has_one.set()
    if other_has_one:
        await other_has_one.wait()
    await second.acquire()
    second.release()
    first.release()


def waits_for(task, lock):
    """Whether it stands in that lock's acquire()."""
    inner = task.get_coro().cr_await
    return (getattr(inner, "cr_code", None) is asyncio.Lock.acquire.__code__ and
            inner.cr_frame.f_locals["self"] is lock)


async def main(opposite):
    a, b = asyncio.Lock(), asyncio.Lock()
    has_a, has_b = asyncio.Event(), asyncio.Event()
    start = time.monotonic_ns()
    one = asyncio.create_task(take_both(a, b, has_a, has_b if opposite else None))
    if opposite:
        two = asyncio.create_task(take_both(b, a, has_b, has_a))
    else:
        two = asyncio.create_task(take_both(a, b, has_b, None))
    over, waiting = await asyncio.wait((one, two), timeout=LIMIT_S)
    ns = time.monotonic_ns() - start
    still = len(waiting) == 2 and waits_for(one, b) and waits_for(two, a)
    for task in waiting:
        task.cancel()
    await asyncio.gather(one, two, return_exceptions=True)
    print("ops", 1)
    print("turns", int(len(over) == 2 or still))
    print("ns", ns)
    print("right", -1)
    print("lost", -1)
    print("there", 1)
    print("stood_still", int(still))


with open("/proc/thread-self/comm", "w") as comm:
    comm.write("loop")
asyncio.run(main(sys.argv[1] == "opposite"))
