# SPDX-License-Identifier: GPL-2.0
"""A coroutine that beats each ms, beside one that waits or computes for 60 ms in some way.

asyncio_block.py awaits|sleeps|computes|thread
"""
import asyncio
import concurrent.futures
import sys
import time

JOB_S = 0.06
AROUND = 5


def compute():
    until = time.thread_time() + JOB_S
    while time.thread_time() < until:
        pass


def sleep_in_a_thread():
    with open("/proc/thread-self/comm", "w") as comm:
        comm.write("helper")
    time.sleep(JOB_S)


async def job(how):
    if how == "awaits":
        await asyncio.sleep(JOB_S)
    elif how == "sleeps":
        time.sleep(JOB_S)
    elif how == "computes":
        compute()
    else:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            await asyncio.get_running_loop().run_in_executor(pool, sleep_in_a_thread)


async def beat(beats):
    while True:
        await asyncio.sleep(0.001)
        beats.append(time.monotonic_ns())


async def some(beats, more):
    """Until there are so many more."""
    until = len(beats) + more
    while len(beats) < until:
        await asyncio.sleep(0.001)


async def main(how):
    with open("/proc/thread-self/comm", "w") as comm:
        comm.write("loop")
    beats = [time.monotonic_ns()]
    beating = asyncio.create_task(beat(beats))
    await some(beats, AROUND)
    before = len(beats)
    start = time.monotonic_ns()
    await job(how)
    took = time.monotonic_ns() - start
    beside = len(beats) - before
    await some(beats, AROUND)
    beating.cancel()
    print("ops", 1)
    print("turns", int(took >= 0.9 * JOB_S * 1e9))
    print("ns", max(b - a for a, b in zip(beats, beats[1:])))
    print("beats_beside", beside)


asyncio.run(main(sys.argv[1]))
