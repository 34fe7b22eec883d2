# SPDX-License-Identifier: GPL-2.0
"""One function that gives way again and again, written with yield, with await, and for asyncio.

await.py yield|yield_from|await|asyncio TIMES
"""
import sys
import time


def way():
    yield


class Way:
    """What can be awaited gives way by a generator in the end."""

    def __await__(self):
        yield


def with_yield(times):
    for _ in range(times):
        yield


def with_yield_from(times):
    for _ in range(times):
        yield from way()


async def with_await(times):
    for _ in range(times):
        await Way()


def resumed(it):
    """How often it gave way until it was done."""
    resumes = 0
    while True:
        try:
            it.send(None)
        except StopIteration:
            return resumes
        resumes += 1


def asyncio_ns(times):
    """By asyncio's loop, which asks the kernel for events at each of its rounds."""
    import asyncio

    async def sleeps():
        start = time.monotonic_ns()
        for _ in range(times):
            await asyncio.sleep(0)
        return time.monotonic_ns() - start

    return asyncio.run(sleeps()), times


def own_ns(how, times):
    it = {"yield": with_yield, "yield_from": with_yield_from, "await": with_await}[how](times)
    start = time.monotonic_ns()
    resumes = resumed(it)
    return time.monotonic_ns() - start, resumes


def main(how, times):
    own_ns("await" if how == "asyncio" else how, times // 10)  # warm
    wall, resumes = asyncio_ns(times) if how == "asyncio" else own_ns(how, times)
    print("wall_ns", wall)
    print("resumes", resumes)
    print("version", 100 * sys.version_info[0] + sys.version_info[1])


main(sys.argv[1], int(sys.argv[2]))
