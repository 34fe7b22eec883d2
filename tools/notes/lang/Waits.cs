// SPDX-License-Identifier: GPL-2.0
// A hundred waits of C#, by tasks that are awaited or one after the other by a thread that sleeps.
//
// Waits.cs await|sleep
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

class Waits
{
	const int N = 100, WaitMs = 5, Few = 4;

	static int Tid()
	{
		return int.Parse(File.ReadAllText("/proc/thread-self/stat").Split(' ')[0]);
	}

	static async Task<int> Await()
	{
		await Task.Delay(WaitMs);
		return Tid();
	}

	static int Sleep()
	{
		Thread.Sleep(WaitMs);
		return Tid();
	}

	// In which thread of the kernel's each of them went on.
	static int[] All(string how, int n)
	{
		if (how == "await")
			return Task.WhenAll(Enumerable.Range(0, n).Select(i => Await())).Result;
		return Enumerable.Range(0, n).Select(i => Sleep()).ToArray();
	}

	static void Main(string[] args)
	{
		All(args[0], 2);	// compiled by then

		Stopwatch watch = Stopwatch.StartNew();
		int[] tids = All(args[0], N);
		double ns = watch.Elapsed.TotalMilliseconds * 1e6;

		Console.WriteLine("ops " + N);
		Console.WriteLine("turns " + tids.Count(tid => tid > 0));
		Console.WriteLine("ns " + (long)ns);
		Console.WriteLine("at_once " + (ns < N * WaitMs * 1e6 / Few ? 1 : 0));
		Console.WriteLine("one_by_one " + (ns >= N * WaitMs * 1e6 ? 1 : 0));
		Console.WriteLine("threads " + new HashSet<int>(tids).Count);
	}
}
