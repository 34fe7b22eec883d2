// SPDX-License-Identifier: GPL-2.0
// What Node does with two computations, in its loop or in threads, and with a hundred waits.
//
// node.js loop|workers|waits
"use strict";
const fs = require("fs");
const { Worker, isMainThread, workerData } = require("worker_threads");

const MS = 60, WAITS = 100, WAIT_MS = 5, FEW = 4;

// The CPU time of the calling thread in ns, by the kernel.
function cpuNs() {
	return Number(fs.readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]);
}

function tid() {
	return fs.readlinkSync("/proc/thread-self").split("/").pop();
}

function nowNs() {
	return Number(process.hrtime.bigint());
}

// By the kernel's clock: [CPU time, thread].
function compute(ms) {
	const until = nowNs() + ms * 1e6, before = cpuNs();
	let x = 1;

	while (nowNs() < until)
		x = (x * 1103 + 12345) % 2147483647;
	return [cpuNs() - before, tid()];
}

function say(numbers) {
	for (const [name, value] of Object.entries(numbers))
		console.log(name, String(Math.round(Number(value))));
}

function report(start, results, beats) {
	const ns = nowNs() - start, threads = new Set(results.map(([, thread]) => thread)).size;

	say({
		ops: results.length, turns: results.length, ns,
		cpu_ns: results.reduce((sum, [cpu]) => sum + cpu, 0),
		one_thread: threads === 1,
		thread_each: threads === results.length,
		stood_still: beats === 0,
		at_once: ns < results.length * WAIT_MS * 1e6 / FEW,
	});
}

// Two asynchronous functions that compute.
async function loop() {
	let beats = 0;
	const beating = setInterval(() => beats++, 1);
	const start = nowNs();
	const results = await Promise.all([1, 2].map(async () => compute(MS)));
	const beside = beats;

	report(start, results, beside);
	clearInterval(beating);
}

// Two threads, told to begin together when both are there.
async function workers() {
	const go = new Int32Array(new SharedArrayBuffer(4));
	const all = [1, 2].map(() => new Worker(__filename, { workerData: go }));
	const next = (w) => new Promise((yes, no) => w.once("message", yes).once("error", no));
	let beats = 0;

	await Promise.all(all.map(next));
	const start = nowNs();
	const beating = setInterval(() => beats++, 1);
	const done = all.map(next);
	Atomics.store(go, 0, 1);
	Atomics.notify(go, 0);
	report(start, await Promise.all(done), beats);
	clearInterval(beating);
}

function worker() {
	const { parentPort } = require("worker_threads");

	parentPort.postMessage("ready");
	Atomics.wait(workerData, 0, 0);
	parentPort.postMessage(compute(MS));
}

async function waits() {
	const before = cpuNs(), start = nowNs();
	const results = await Promise.all(Array.from({ length: WAITS }, async () => {
		await new Promise((yes) => setTimeout(yes, WAIT_MS));
		return [0, tid()];
	}));

	results[0][0] = cpuNs() - before;
	report(start, results, 0);
}

if (isMainThread)
	({ loop, workers, waits })[process.argv[2]]();
else
	worker();
