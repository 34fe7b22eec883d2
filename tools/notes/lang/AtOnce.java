// SPDX-License-Identifier: GPL-2.0
// Two threads of Java that compute: how much CPU time they use, and in how much time.
//
// AtOnce.java free|locked
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

class AtOnce {
	static final int THREADS = 2;
	static final long WARM_NS = 20_000_000L, NS = 60_000_000L;
	static final Object LOCK = new Object();
	static final AtomicLong cpu = new AtomicLong(), turns = new AtomicLong();
	static volatile long start, sink;

	static long cpuNs() throws Exception {
		return Long.parseLong(Files.readString(Path.of("/proc/thread-self/schedstat"))
			.split(" ")[0]);
	}

	static void compute(long until) {
		long x = 1;

		while (System.nanoTime() < until)
			x = x * 6364136223846793005L + 1;
		sink = x;
	}

	static void work(boolean locked) throws Exception {
		long before = cpuNs();

		if (locked) {
			synchronized (LOCK) {
				compute(System.nanoTime() + NS);
			}
		} else {
			compute(start + NS);
		}
		cpu.addAndGet(cpuNs() - before);
		turns.incrementAndGet();
	}

	static Thread worker(CountDownLatch ready, CountDownLatch go, boolean locked) {
		return new Thread(() -> {
			try {
				compute(System.nanoTime() + WARM_NS);
				ready.countDown();
				go.await();
				work(locked);
			} catch (Exception e) {
				throw new RuntimeException(e);
			}
		}, "computing");
	}

	public static void main(String[] args) throws Exception {
		CountDownLatch ready = new CountDownLatch(THREADS), go = new CountDownLatch(1);
		Thread[] workers = new Thread[THREADS];

		cpuNs();
		for (int i = 0; i < THREADS; i++) {
			workers[i] = worker(ready, go, args[0].equals("locked"));
			workers[i].start();
		}
		ready.await();
		start = System.nanoTime();
		go.countDown();
		for (Thread w : workers)
			w.join();
		System.out.println("ns " + (System.nanoTime() - start));
		System.out.println("ops " + THREADS);
		System.out.println("turns " + turns.get());
		System.out.println("cpu_ns " + cpu.get());
	}
}
