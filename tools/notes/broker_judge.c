// SPDX-License-Identifier: GPL-2.0
/* What brokers did, kind by kind, taken together for rules. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "notes/broker.h"

static bool steady(const struct arm_seen *seen)
{
	return seen->min >= 1 || seen->max <= 0;
}

enum broker_outcomes broker_outcomes(const struct note *n, size_t arm, unsigned int first)
{
	size_t id, there = 0, yes = 0;

	for (id = 0; id < BROKERS_REAL; id++) {
		struct arm_seen seen = note_seen(n, arm, first + (unsigned int)id);

		if (!seen.n)
			continue;
		if (!steady(&seen))
			return BROKERS_MIXED;
		there++;
		yes += seen.min >= 1;
	}
	if (!yes)
		return BROKERS_NONE;
	return yes == there ? BROKERS_ALL : BROKERS_SOME;
}

void broker_effect(struct note *n, size_t arm, unsigned int first)
{
	struct arm_seen low = { 0 };
	size_t id;

	for (id = 0; id < BROKERS_REAL; id++) {
		struct arm_seen seen = note_seen(n, arm, first + (unsigned int)id);

		if (seen.n && (!low.n || seen.sum * (double)low.n < low.sum * (double)seen.n))
			low = seen;
	}
	n->effect = stats_share((size_t)low.sum, low.n);
	n->effect_unit = "of samples";
}

const char *broker_names(const struct note *n, size_t arm, unsigned int first, double value,
			 char text[NOTE_TEXT])
{
	size_t id, at = 0;

	snprintf(text, NOTE_TEXT, "none");
	for (id = 0; id < BROKERS_REAL; id++) {
		struct arm_seen seen = note_seen(n, arm, first + (unsigned int)id);

		if (seen.n && seen.min >= value && seen.max <= value)
			at += (size_t)snprintf(text + at, NOTE_TEXT - at, "%s%s", at ? ", " : "",
					       broker_kinds[id]->name);
	}
	return text;
}

unsigned int broker_seen(const struct note *n, size_t arm, unsigned int first)
{
	unsigned int had = 0;
	size_t id;

	for (id = 0; id < BROKERS; id++)
		had |= note_seen(n, arm, first + (unsigned int)id).n ? 1U << id : 0;
	return had;
}

void broker_absent(struct note *n, unsigned int can, unsigned int had)
{
	size_t id, at = strlen(n->reason), before = at;

	for (id = 0; id < BROKERS_REAL && at < sizeof(n->reason); id++) {
		if (had & 1U << id || (broker_kinds[id]->can & can) != can)
			continue;
		at += (size_t)snprintf(n->reason + at, sizeof(n->reason) - at, "%s%s",
				       at > before ? ", " : "; not here: ",
				       broker_kinds[id]->package);
	}
	if (had & 1U << BROKER_KAFKA_MOCK && at < sizeof(n->reason))
		snprintf(n->reason + at, sizeof(n->reason) - at,
			 "; seen, not judged, as it is no Kafka: librdkafka's mock");
}

const char *broker_numbers(const struct note *n, size_t arm, unsigned int first,
			   char text[NOTE_TEXT])
{
	size_t id, at = 0;

	text[0] = 0;
	for (id = 0; id < BROKERS_REAL; id++) {
		double mean = note_seen_mean(n, arm, first + (unsigned int)id);

		if (!isnan(mean))
			at += (size_t)snprintf(text + at, NOTE_TEXT - at, "%s%s %.0f",
					       at ? ", " : "", broker_kinds[id]->name, mean);
	}
	return text;
}

size_t broker_count(const struct note *n, size_t arm, unsigned int first)
{
	size_t id, count = 0;

	for (id = 0; id < BROKERS_REAL; id++)
		count += note_seen(n, arm, first + (unsigned int)id).n > 0;
	return count;
}
