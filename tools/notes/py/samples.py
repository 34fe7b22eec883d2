# SPDX-License-Identifier: GPL-2.0
"""Programs of the shapes that notes show: as they are shown, or with what is left out written anew.

samples.py given|anew
"""
import subprocess
import sys
import time

# Where the notes have a comment in the place of a body, so has this.
LEFT_OUT = "# what it does"

SHAPES = {
    "thread": """
import threading

def work(name):
    BODY

threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
""",
    "process": """
import multiprocessing

def work(name):
    BODY

processes = [multiprocessing.Process(target=work, args=(i,)) for i in range(2)]
for p in processes:
    p.start()
for p in processes:
    p.join()
""",
    "coroutine": """
import asyncio

async def work(name):
    BODY

async def main():
    await asyncio.gather(work(0), work(1))

asyncio.run(main())
""",
    # This one is shown whole.
    "generator": """
def work():
    for name in range(2):
        yield name

for name in work():
    print("did", name, flush=True)
""",
}
BODY = 'print("did", name, flush=True)'


def run(program):
    """Returns whether it ended well and did both parts, and whether a body is what it lacks."""
    done = subprocess.run([sys.executable, "-I", "-S", "-B", "-c", program],
                          capture_output=True, text=True, check=False)
    did = sorted(done.stdout.splitlines()) == ["did 0", "did 1"]
    return done.returncode == 0 and did, "expected an indented block" in done.stderr


def main(how):
    body = BODY if how == "anew" else LEFT_OUT
    start = time.monotonic_ns()
    results = [run(shape.replace("BODY", body)) for shape in SHAPES.values()]
    ns = time.monotonic_ns() - start
    ran = sum(ok for ok, _ in results)
    lacking = sum(lacks for _, lacks in results)
    print("ops", len(SHAPES))
    print("turns", len(results))
    print("ns", ns)
    print("ran", ran)
    print("lack_body", lacking)
    print("all_ran", int(ran == len(SHAPES)))
    print("accounted", int(ran + lacking == len(SHAPES)))


main(sys.argv[1])
