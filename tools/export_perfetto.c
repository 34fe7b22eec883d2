// SPDX-License-Identifier: GPL-2.0
/*
 * Perfetto's own format (perfetto.proto): a stream of packets, each of which stands for itself.
 * Times are CLOCK_MONOTONIC, which one clock snapshot relates to the time of day and to the
 * clock of the file: that is the one to be shown. Any other Perfetto wants related to the time
 * since boot, which no recording has, and reports an error.
 */
#include <string.h>

#include "export.h"
#include "perfetto.pb-c.h"
#include "util.h"

/* Perfetto's numbers. */
#define CLOCK_REALTIME_ID	1
#define CLOCK_MONOTONIC_ID	3
#define CLOCK_FILE_ID		11	/* of this file alone */
#define SEQUENCE		1	/* we write one */
#define SEQUENCE_CLEARED	1
#define EVENT_BEGIN		1
#define EVENT_END		2
#define EVENT_INSTANT		3
#define EVENT_COUNTER		4
#define ORDER_EXPLICIT		3
#define UNIT_COUNT		2

/* Ids of tracks: what they are of in the upper half. */
#define TRACK_CPUS		(1ULL << 61)
#define TRACK_CPU		(2ULL << 61)
#define TRACK_COUNTER		(3ULL << 61)
#define TRACK_PROCESS		(4ULL << 61)

#define PACKET_MAX		1024	/* names are the only thing of any length */

static size_t varint_put(uint8_t *to, uint64_t n)
{
	size_t bytes = 0;

	for (; n >= 0x80; n >>= 7)
		to[bytes++] = 0x80 | (n & 0x7f);
	to[bytes++] = n;
	return bytes;
}

/* As field 1 of the trace. */
static void packet_write(struct export *e, Pf__Packet *packet)
{
	uint8_t head[16] = { 1 << 3 | 2 }, body[PACKET_MAX];
	size_t bytes;

	packet->has_trusted_packet_sequence_id = 1;
	packet->trusted_packet_sequence_id = SEQUENCE;
	bytes = pf__packet__get_packed_size(packet);
	if (bytes > sizeof(body))
		return;		/* cannot be: see there */
	pf__packet__pack(packet, body);
	fwrite(head, 1, 1 + varint_put(head + 1, bytes), e->f);
	fwrite(body, 1, bytes, e->f);
}

static void packet_at(Pf__Packet *packet, uint64_t ts)
{
	packet->has_timestamp = 1;
	packet->timestamp = ts;
	packet->has_timestamp_clock_id = 1;
	packet->timestamp_clock_id = CLOCK_MONOTONIC_ID;
}

static void clock_fill(Pf__Clock *clock, uint32_t id, uint64_t ns)
{
	pf__clock__init(clock);
	clock->has_clock_id = 1;
	clock->clock_id = id;
	clock->has_timestamp = 1;
	clock->timestamp = ns;
}

static void clocks_write(struct export *e)
{
	const struct oscope_file_header *h = &e->file->header;
	Pf__ClockSnapshot snapshot = PF__CLOCK_SNAPSHOT__INIT;
	Pf__Packet packet = PF__PACKET__INIT;
	Pf__Clock clock[3], *clocks[3];
	size_t i;

	clock_fill(&clock[0], CLOCK_MONOTONIC_ID, h->start_ns);
	clock_fill(&clock[1], CLOCK_REALTIME_ID, h->realtime_ns);
	clock_fill(&clock[2], CLOCK_FILE_ID, h->start_ns);
	for (i = 0; i < ARRAY_SIZE(clock); i++)
		clocks[i] = &clock[i];
	snapshot.n_clocks = ARRAY_SIZE(clock);
	snapshot.clocks = clocks;
	snapshot.has_primary_trace_clock = 1;
	snapshot.primary_trace_clock = CLOCK_FILE_ID;
	packet.clock_snapshot = &snapshot;
	packet.has_first_packet_on_sequence = 1;
	packet.first_packet_on_sequence = 1;
	packet.has_sequence_flags = 1;
	packet.sequence_flags = SEQUENCE_CLEARED;
	packet_write(e, &packet);
}

static void track_write(struct export *e, Pf__Track *track, uint64_t uuid)
{
	Pf__Packet packet = PF__PACKET__INIT;

	track->has_uuid = 1;
	track->uuid = uuid;
	packet.track_descriptor = track;
	packet_write(e, &packet);
}

static uint64_t lane_uuid(const struct export_lane *lane)
{
	if (lane->cpu)
		return TRACK_CPU | lane->number;
	return (uint64_t)lane->life << 32 | lane->number;
}

static void counter_track(struct export *e, enum export_counter which)
{
	Pf__Counter counter = PF__COUNTER__INIT;
	Pf__Track track = PF__TRACK__INIT;

	counter.has_unit = 1;
	counter.unit = UNIT_COUNT;
	track.counter = &counter;
	track.name = (char *)export_counter_names[which];
	track_write(e, &track, TRACK_COUNTER | which);
}

static void begin(struct export *e)
{
	Pf__Track cpus = PF__TRACK__INIT;
	int i;

	clocks_write(e);
	cpus.name = (char *)"CPUs";
	cpus.has_child_ordering = 1;
	cpus.child_ordering = ORDER_EXPLICIT;
	track_write(e, &cpus, TRACK_CPUS);
	for (i = 0; i < EXPORT_COUNTERS; i++)
		counter_track(e, i);
}

static void process_write(struct export *e, uint32_t pid, const char *name)
{
	Pf__Process process = PF__PROCESS__INIT;
	Pf__Track track = PF__TRACK__INIT;

	process.has_pid = 1;
	process.pid = pid;
	process.process_name = (char *)name;
	track.process = &process;
	track_write(e, &track, TRACK_PROCESS | pid);
}

static void lane_write(struct export *e, const struct export_lane *lane, const char *name)
{
	Pf__Thread thread = PF__THREAD__INIT;
	Pf__Track track = PF__TRACK__INIT;

	if (lane->cpu) {
		track.name = (char *)name;
		track.has_parent_uuid = 1;
		track.parent_uuid = TRACK_CPUS;
		track.has_sibling_order_rank = 1;
		track.sibling_order_rank = lane->number;
	} else {
		/* A process has the name of its first thread. */
		if (lane->number == lane->pid)
			process_write(e, lane->pid, name);
		thread.has_pid = 1;
		thread.pid = lane->pid;
		thread.has_tid = 1;
		thread.tid = lane->number;
		thread.thread_name = (char *)name;
		track.thread = &thread;
	}
	track_write(e, &track, lane_uuid(lane));
}

static void event_write(struct export *e, Pf__TrackEvent *event, uint64_t ts, uint32_t type,
			uint64_t track)
{
	Pf__Packet packet = PF__PACKET__INIT;

	packet_at(&packet, ts);
	event->has_type = 1;
	event->type = type;
	event->has_track_uuid = 1;
	event->track_uuid = track;
	packet.track_event = event;
	packet_write(e, &packet);
}

/* Begin and end follow each other here, whatever comes in between: readers sort. */
static void slice_write(struct export *e, const struct export_slice *s)
{
	Pf__TrackEvent event = PF__TRACK_EVENT__INIT, end = PF__TRACK_EVENT__INIT;
	uint64_t track = lane_uuid(&s->lane), from = s->flow_from, to = s->flow_to;

	event.name = (char *)s->name;
	event.n_flow_ids = from ? 1 : 0;
	event.flow_ids = &from;
	event.n_terminating_flow_ids = to ? 1 : 0;
	event.terminating_flow_ids = &to;
	event_write(e, &event, s->from_ns, s->instant ? EVENT_INSTANT : EVENT_BEGIN, track);
	if (!s->instant)
		event_write(e, &end, s->to_ns, EVENT_END, track);
}

static void counter_write(struct export *e, enum export_counter which, uint64_t ts, uint64_t value)
{
	Pf__TrackEvent event = PF__TRACK_EVENT__INIT;

	event.has_counter_value = 1;
	event.counter_value = value;
	event_write(e, &event, ts, EVENT_COUNTER, TRACK_COUNTER | which);
}

static int end(struct export *e)
{
	return 0;
}

const struct export_ops export_perfetto = {
	.begin = begin,
	.lane = lane_write,
	.slice = slice_write,
	.counter = counter_write,
	.end = end,
	.binary = true,
};
