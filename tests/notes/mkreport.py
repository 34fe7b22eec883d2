#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Reports of runs that never were, for what shows them.

    mkreport.py SHOW full       every claim that 'notes show all --json' has, with 120 samples of six arms each
    mkreport.py SHOW hostile    one, in which every string wants to be more than text
    mkreport.py SHOW foreign    one without a letter in what it says, so that all letters shown are fixed text
"""
import json
import random
import sys

HOSTILE = ("</title></style></script><script>alert(1)</script>\"><img src=x onerror=alert(1)>' onload='alert(1) "
           "&lt;b&gt; \u202eleft \u0007bell " + "w" * 300)
VERDICTS = ["HOLDS", "HOLDS IF", "OUTDATED", "FALSE", "UNDEFINED", "INCONCLUSIVE HERE", "VOID"]
CHECKS = ["hypervisor", "stolen time", "clock source", "vDSO", "CPUs", "CPU quota", "governor", "SMT", "other load",
          "mitigations", "huge pages", "limits", "placements", "interrupts sent", "bytes copied"]
PLACES = ["same CPU", "SMT sibling", "same cache", "other cache", "unpinned"]
PLACED = ["switch.thread-cheaper", "switch.wakeup", "state.blocking", "async.matrix"]
MEANS = "others use this CPU; intervals get wide, and gates may fail"
draw = random.Random(1)


def arm(word, i, samples):
    middle = 10 ** (2 + i)
    values = [middle * draw.lognormvariate(0, 0.1) for _ in range(samples)]
    values[0] *= 8
    by_size = sorted(values)
    median = by_size[samples // 2]
    return {"arm": word("arm%d" % i), "unit": word("ns"), "line": word("line %d" % (i // 3)), "at": i % 3,
            "median": median, "lo": median * 0.98, "hi": median * 1.02, "p25": by_size[samples // 4],
            "p75": by_size[3 * samples // 4], "p99": by_size[-2], "max": by_size[-1], "outliers": 1, "not_flat": 0,
            "negative": 0, "counted": median * 1.5, "counted_samples": 4, "slowdown": 1.5, "samples": values}


def placements(word, check):
    """As a claim with two things by placement has them, one of which the machine lacks."""
    rows = [{"placement": check(place), "what": word("threads"), "state": check(state), "cpu": 1, "median": 4321.5,
             "lo": 4300, "hi": 4400, "p99": 5000, "max": 6000, "samples": 10, "switches": 2.01, "idle_exits": 1.99,
             "migrations": 0.01, "ipis": 1.5, "ok": True, "gates": []}
            for _ in range(2) for place in PLACES for state in ("hot", "after idle")]
    for r in rows[::2]:
        r["parts"] = {"hand_over_ns": 2160, "calls_ns": 489, "wakeup_ns": 804, "idle_exit_ns": 300, "switch_ns": 492,
                      "work_ns": 13.7, "unexplained_share": 0.0531}
    for r in rows[::4]:
        r.update({"ok": False, "why": word("processes: idle exits/op: measured 0, expected 1")})
        for number in ("median", "lo", "hi", "p99", "max"):
            del r[number]
    return rows + [{"placement": check("other cache"), "samples": 0, "ok": False, "gates": [], "why": word("none")}]


def timeline(word, i):
    """As full as there is: 12 tasks on 4 CPUs, 72 times."""
    ends = sorted(draw.randrange(10000, 10 ** 8) for _ in range(72))
    return {"arm": word("arm%d" % i), "shown_ns": ends[-1], "whole_ns": 10 ** 8, "tasks_left_out": 3,
            "tasks": [word("worker %d" % t) for t in range(12)], "spans_left_out": 400, "lost": 1,
            "spans": [{"task": n % 12, "cpu": n % 4, "from_ns": max(0, end - draw.randrange(10 ** 7)), "to_ns": end}
                      for n, end in enumerate(ends)]}


def row(word, claim, verdict, arms, samples, check=str):
    full = arms == 6
    return {
        "placements": placements(word, check) if claim["id"] in PLACED or not full else [],
        "timelines": [timeline(word, i) for i in range(3)] if claim["topic"] in ("parallel", "state") or not full
        else [],
        "id": word(claim["id"]), "topic": word(claim["topic"]), "claim": word(claim["claim"]),
        "claim_zh": word(claim["claim_zh"]), "verdict": verdict, "reason": word("because " * 20),
        "effect": {"value": 1.5, "lo": 1.4, "hi": 1.6, "unit": word("x")},
        "gates": [{"count": word("arm%d: switches/op" % i), "expected": 2, "min": 1.9, "max": 2.1,
                   "measured": 2 + i % 2, "ok": i % 2 == 0} for i in range(12)],
        "arms": [arm(word, i, samples) for i in range(arms)], "along": word("MiB"),
        "plausible": [{"evidence": word("arm0_ns"), "measured": 100, "published": 9, "hardware": word("a server"),
                       "source": word("a book"), "far": True}],
        "experiment": word(claim["experiment"]), "rule": word(claim["rule"]), "live": word(claim["live"]),
        "seed": 1, "samples": samples, "placement": word("same CPU (CPU 1)"), "took_ns": 1000000000,
        "evidence": {word("number_%d" % i): draw.random() for i in range(75)}}


def report(word, rows, check, means):
    return {
        "tool": "oscope", "version": word("0.1.0"), "schema": "oscope.notes/1", "command": "notes",
        "source": word("bpf"), "kernel": word("6.12.0"), "virt": word("none"), "cpus": 2, "start_ns": 1,
        "duration_ns": 1700000000000, "lost": {"ring": 0, "missed": 0, "nested": 0, "untracked": 0, "total": 0},
        "totals": {"date": word("2026-01-31T23:59:59Z"), "cpu_model": word("a CPU"), "claims": len(rows), "left": 1,
                   "seed": 1,
                   "preflight": [{"check": check(c), "value": word("so"), "means": means, "forbids": c == "SMT"}
                                 for c in CHECKS]},
        "keys": ["id"], "rows": rows, "not_captured": ["own_cost_ns"]}


def main():
    claims = json.load(open(sys.argv[1]))["rows"]
    if sys.argv[2] == "full":
        made = [row(str, c, VERDICTS[i % 7], 6, 120) for i, c in enumerate(claims)]
        made = report(str, made, str, MEANS)
    elif sys.argv[2] == "hostile":
        def spoil(text):
            return HOSTILE + text
        made = report(spoil, [row(spoil, claims[0], HOSTILE, 4, 10, spoil)], spoil, HOSTILE)
    else:
        def digits(text):
            return "".join(" " if c == " " else str(ord(c) % 10) for c in text)
        made = report(digits, [row(digits, dict(claims[0], id=str(i)), v, 4, 10) for i, v in enumerate(VERDICTS)],
                      str, MEANS)
        # What has a Chinese name of its own is shown by that.
        for i, r in enumerate(made["rows"]):
            r["topic"] = claims[i]["topic"]
            r["reason"] = "twice in %d %% of the samples only" % (40 + i)
            r["effect"]["unit"] = "of samples"
    json.dump(made, sys.stdout)


main()
