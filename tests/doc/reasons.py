#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Prints what verdicts may give as a reason and has no Chinese in tools/notes/zh: file and format, a line each.

    reasons.py SOURCES [count]    or only how many formats were looked at

Reasons are formats, and words among their arguments, of note_verdict(), of what blocks an experiment or forbids a
verdict, of rows by placement that have no time, and a claim's .mixed. Beside them what is said in the same way: what the
machine's checks found, units, what is known of published figures. What a claim puts together before by itself is not
found here.
"""
import ast
import pathlib
import re
import sys

TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|/\*.*?\*/|//[^\n]*|[A-Za-z_]\w*|\s+|.', re.S)
CONVERSION = re.compile(r'%(?:%|[-+ #0-9.*]*[lzh]*[a-zA-Z])')
# Function: from which argument on it has formats and words; first arguments, one of which it must have to count.
CALLS = {'note_verdict': (2, None), 'forbid': (2, None),
         'snprintf': (2, ('n->blocked', 'row->why', 'raw->failed', 'to[p].why')), 'value': (1, ('c',)),
         'FIGURE': (3, None)}
# Of units, which stay as they are.
SYMBOL = re.compile(r'(CPU )?(x|1|s|ns)(/(s|MiB))?$')
# What is set to a text: a verdict's words, units, sweeps.
FIELDS = ('mixed', 'effect_unit', 'value', 'along', 'line')


def tokens(text):
    strings = dict(re.findall(r'^#define (\w+)\s+("(?:\\.|[^"\\])*")\s*$', text, re.M))
    for token in TOKEN.findall(text):
        if not token.isspace() and not token.startswith(('/*', '//')):
            yield strings.get(token, token)


def literals(part):
    """Those beside each other are one."""
    found, last = [], None
    for token in part:
        if token.startswith('"'):
            last = (last or '') + ast.literal_eval(token)
            continue
        if last is not None:
            found.append(last)
        last = None
    return found + ([last] if last is not None else [])


def arguments(part):
    """Of a call, from behind its opening parenthesis on."""
    depth, found, last = 0, [], []
    for token in part:
        if token == ')' and not depth:
            break
        depth += (token == '(') - (token == ')')
        if token == ',' and not depth:
            found.append(last)
            last = []
        else:
            last.append(token)
    return found + [last]


def reasons(text):
    part = list(tokens(text))
    for i, token in enumerate(part[:-2]):
        if token in CALLS and part[i + 1] == '(':
            first, into = CALLS[token]
            given = arguments(part[i + 2:])
            if into is None or ''.join(given[0]) in into:
                for argument in given[first:]:
                    yield from literals(argument)
        elif token in FIELDS and part[i + 1] == '=':
            yield from literals(part[i + 2:i + 3])


def main():
    notes = pathlib.Path(sys.argv[1]) / 'tools/notes'
    known = set()
    for table in [*(notes / 'zh').glob('*.c'), notes / 'words.c']:
        known.update(literals(tokens(table.read_text())))
    count, missing = 0, set()
    for path in sorted(p for p in notes.glob('**/*.[cd]*') if p.parent.name != 'zh'):
        for reason in reasons(path.read_text()):
            if not re.search('[a-z]', CONVERSION.sub('', reason)) or SYMBOL.match(reason):
                continue
            count += 1
            if reason not in known:
                missing.add((path.name, reason))
    if sys.argv[2:] == ['count']:
        print(count)
        return
    for name, reason in sorted(missing):
        print(f'{name}: {reason}')


main()
