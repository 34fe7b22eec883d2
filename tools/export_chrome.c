// SPDX-License-Identifier: GPL-2.0
/*
 * The JSON of Chrome's trace viewer: one object, an event a line. Times are in us with their ns.
 */
#include "export.h"
#include "replay_tasks.h"
#include "util.h"

/* CPUs are threads of a process that cannot be. */
#define CPUS_PID	REPLAY_TID_MAX

/* Names are escaped; what JSON minds besides is quoted here. */
static void name_put(FILE *f, const char *name)
{
	fputc('"', f);
	for (; *name; name++) {
		if (*name == '"' || *name == '\\')
			fputc('\\', f);
		fputc(*name, f);
	}
	fputc('"', f);
}

static void time_put(FILE *f, const char *name, uint64_t ns)
{
	fprintf(f, "\"%s\":%llu.%03u", name, (unsigned long long)(ns / 1000),
		(unsigned int)(ns % 1000));
}

static void lane_put(FILE *f, const struct export_lane *lane)
{
	fprintf(f, "\"pid\":%u,\"tid\":%u", lane->cpu ? CPUS_PID : lane->pid,
		lane->number + (lane->cpu ? CPUS_PID + 1 : 0));
}

static void meta_put(FILE *f, const char *what, const struct export_lane *lane, const char *name)
{
	fprintf(f, ",\n{\"ph\":\"M\",\"name\":\"%s\",", what);
	lane_put(f, lane);
	fputs(",\"args\":{\"name\":", f);
	name_put(f, name);
	fputs("}}", f);
}

static void begin(struct export *e)
{
	fprintf(e->f, "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n{\"ph\":\"M\","
		"\"name\":\"process_name\",\"pid\":%u,\"args\":{\"name\":\"CPUs\"}}", CPUS_PID);
}

static void lane_write(struct export *e, const struct export_lane *lane, const char *name)
{
	if (!lane->cpu && lane->number == lane->pid)
		meta_put(e->f, "process_name", lane, name);
	meta_put(e->f, "thread_name", lane, name);
}

static void arrow_put(struct export *e, const struct export_slice *s, uint64_t id, bool ends)
{
	const char *what = s->message ? "message" : "wake";

	fprintf(e->f, ",\n{\"ph\":\"%s,\"cat\":\"%s\",\"name\":\"%s\",\"id\":%llu,",
		ends ? "f\",\"bp\":\"e\"" : "s\"", what, what, (unsigned long long)id);
	lane_put(e->f, &s->lane);
	fputc(',', e->f);
	time_put(e->f, "ts", s->from_ns);
	fputc('}', e->f);
}

static void slice_write(struct export *e, const struct export_slice *s)
{
	fprintf(e->f, ",\n{\"ph\":\"%s,", s->instant ? "i\",\"s\":\"t\"" : "X\"");
	lane_put(e->f, &s->lane);
	fputs(",\"name\":", e->f);
	name_put(e->f, s->name);
	fputc(',', e->f);
	time_put(e->f, "ts", s->from_ns);
	if (!s->instant) {
		fputc(',', e->f);
		time_put(e->f, "dur", s->to_ns - s->from_ns);
	}
	fputc('}', e->f);
	if (s->flow_from)
		arrow_put(e, s, s->flow_from, false);
	if (s->flow_to)
		arrow_put(e, s, s->flow_to, true);
}

static void counter_write(struct export *e, enum export_counter which, uint64_t ts, uint64_t value)
{
	fprintf(e->f, ",\n{\"ph\":\"C\",\"pid\":%u,\"name\":\"%s\",", CPUS_PID,
		export_counter_names[which]);
	time_put(e->f, "ts", ts);
	fprintf(e->f, ",\"args\":{\"value\":%llu}}", (unsigned long long)value);
}

static int end(struct export *e)
{
	fputs("\n]}\n", e->f);
	return 0;
}

const struct export_ops export_chrome = {
	.begin = begin,
	.lane = lane_write,
	.slice = slice_write,
	.counter = counter_write,
	.end = end,
};
