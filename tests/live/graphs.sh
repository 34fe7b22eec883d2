#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Graphs are what their own tools take for one, whatever tasks call themselves. Graphviz is asked itself; Mermaid's
# parser needs a browser, so that each line of it is held against its grammar.
. ../lib.sh
plan 6

# A name with what either of them minds.
hostile=$TMP/'a"\N<b>{|}'
cp pingpong "$hostile"
edges() { dot -Tplain "$TMP/graph" | grep -c '^edge '; }
mermaid() { # EDGES
	head -n 1 "$TMP/graph" | grep -q '^%% ' && sed -n 2p "$TMP/graph" | grep -qx 'flowchart [LT][RD]' &&
		[ "$(tail -n +3 "$TMP/graph" | grep -cE '^	t[0-9]+\["[^"]*"\] (-->|-\.->)\|"[^"]*"\| t[0-9]+\["[^"]*"\]$')" = "$1" ] &&
		[ "$(wc -l < "$TMP/graph")" = $(($1 + 2)) ]
}

"$OSCOPE" ipc -m pipe --graph dot -o "$TMP/graph" -- "$hostile" processes 10
if command -v dot > /dev/null; then
	check "Graphviz: who sends to whom" is "$(edges) == 2"
	check "... the name is one, to the last character" is "$(dot -Tplain "$TMP/graph" |
		grep -c '^node "a\\"\\\\x5cN<b>{|}:[0-9]*"') == 2"
else
	skip "Graphviz: edges" "dot is not there"
	skip "Graphviz: names" "dot is not there"
fi
"$OSCOPE" ipc -m pipe --graph mermaid -o "$TMP/graph" -- "$hostile" processes 10
check "Mermaid: who sends to whom" mermaid 2

./deadlocks ring > /dev/null & pid=$!
for ((i = 0; i < 100; i++)); do
	"$OSCOPE" locks --graph mermaid -o "$TMP/mermaid" -p $pid 2> /dev/null
	"$OSCOPE" locks --graph dot -o "$TMP/graph" -p $pid 2> /dev/null
	waits=$(grep -c -- '->' "$TMP/graph")
	# Nobody has begun to wait between the two.
	[ "$waits" -lt 3 ] || [ "$(grep -c -- '->' "$TMP/mermaid")" != "$waits" ] || break
	read -rt 0.05 <> <(:)
done
# The three, and whoever waits for their end.
if command -v dot > /dev/null; then
	check "Graphviz: who waits for whom" is "$(edges) == $waits && $waits >= 3"
	check "... nothing is said on stderr" bash -c "[ -z \"\$(dot -Tplain '$TMP/graph' 2>&1 > /dev/null)\" ]"
else
	skip "Graphviz: waits" "dot is not there"
	skip "Graphviz: stderr" "dot is not there"
fi
cp "$TMP/mermaid" "$TMP/graph"
check "Mermaid: who waits for whom" mermaid "$waits"
{ kill -KILL $pid; wait $pid; } 2> /dev/null
finish
