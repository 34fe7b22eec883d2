# SPDX-License-Identifier: GPL-2.0
"""Waits of 5 ms: one after the other, or many at once, in each of the ways that Python has.

threads_io.py serial|threads|pool|asyncio|gevent|twisted HOW_MANY
"""
import sys
import time

WAIT_S = 0.005
POOL = 20


def name():
    """The calling thread, as the kernel is to know it."""
    with open("/proc/thread-self/comm", "w") as comm:
        comm.write("waiting")


def serial(many, over):
    for _ in range(many):
        time.sleep(WAIT_S)
        over.append(1)


def threads(many, over):
    import threading

    def wait():
        name()
        time.sleep(WAIT_S)
        over.append(1)

    workers = [threading.Thread(target=wait) for _ in range(many)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def pool(many, over):
    import concurrent.futures

    def wait(_):
        time.sleep(WAIT_S)
        over.append(1)

    with concurrent.futures.ThreadPoolExecutor(POOL, initializer=name) as workers:
        list(workers.map(wait, range(many)))


def by_asyncio(many, over):
    import asyncio

    async def wait():
        await asyncio.sleep(WAIT_S)
        over.append(1)

    async def all_of_them():
        await asyncio.gather(*(wait() for _ in range(many)))

    return lambda: asyncio.run(all_of_them())


def by_gevent(many, over):
    import gevent

    def wait():
        gevent.sleep(WAIT_S)
        over.append(1)

    return lambda: gevent.joinall([gevent.spawn(wait) for _ in range(many)])


def by_twisted(many, over):
    from twisted.internet import reactor

    def is_over():
        over.append(1)
        if len(over) == many:
            reactor.stop()

    def begin():
        for _ in range(many):
            reactor.callLater(WAIT_S, is_over)

    def loop():
        reactor.callWhenRunning(begin)
        reactor.run(installSignalHandlers=False)

    return loop


def main(how, many):
    over = []
    begin = {
        "serial": lambda *_: lambda: serial(many, over),
        "threads": lambda *_: lambda: threads(many, over),
        "pool": lambda *_: lambda: pool(many, over),
        "asyncio": by_asyncio,
        "gevent": by_gevent,
        "twisted": by_twisted,
    }[how](many, over)
    name()
    start = time.monotonic_ns()
    begin()
    print("ns", time.monotonic_ns() - start)
    print("ops", many)
    print("turns", len(over))
    print("module", 1)


main(sys.argv[1], int(sys.argv[2]))
