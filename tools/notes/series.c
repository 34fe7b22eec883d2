// SPDX-License-Identifier: GPL-2.0
/* A run of several claims: within a time, kept as it goes, reported as it ends. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "fmt.h"
#include "notes/html.h"
#include "notes/saved.h"
#include "notes/series.h"

#define BUDGET_NS	15000000000ULL	/* a claim, when there is no budget for all */
#define ROUND_NS	100000000.0	/* of a time that is left */

/* One at work. */
struct work {
	struct series *s;
	struct out *out, *page;		/* page: NULL, none is wanted */
	struct preflight machine;
	struct note **note;		/* by place of its claim; NULL: not done */
	struct notes_run run;
	json_t *saved;			/* what was gone on with: notes borrow from it */
	uint64_t begun_ns, deadline_ns, counted_ns;
	uint64_t took_ns;		/* what was gone on with */
	size_t ran;			/* claims, in this run */
};

static void on_signal(int sig)
{
	note_stop = sig;
}

/* The first signal ends the experiments, a second one us. */
static void signals_take(void)
{
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sigs); i++)
		sigaction(sigs[i], &action, NULL);
}

/* For people, unless they ask for columns. */
static bool for_people(const struct opts *o)
{
	return o->format == FORMAT_TEXT && !o->columns;
}

/* What was interrupted is to be done again. */
static size_t left(const struct work *w)
{
	size_t i, n = 0;

	for (i = 0; i < w->s->n; i++)
		n += !w->note[i] || w->note[i]->interrupted;
	return n;
}

/* How a report is written that the command line did not ask for. */
static struct opts opts_json(const struct opts *o, const char *path)
{
	struct opts json = *o;

	json.format = FORMAT_JSON;
	json.output = path;
	json.columns = NULL;
	json.sort = NULL;
	return json;
}

static int by_id(const void *a, const void *b)
{
	const struct note *x = *(struct note *const *)a, *y = *(struct note *const *)b;

	return strcmp(x->claim->id, y->claim->id);
}

/* What is done so far, in the order that was asked for; a quick run has one of its own. */
static int run_gather(struct work *w)
{
	size_t i;

	free(w->run.note);
	w->run.note = calloc(w->s->n + 1, sizeof(*w->run.note));
	if (!w->run.note)
		return err_sys(-ENOMEM, "notes");
	w->run.done = 0;
	for (i = 0; i < w->s->n; i++) {
		if (w->note[i])
			w->run.note[w->run.done++] = w->note[i];
	}
	if (w->s->quick)
		qsort(w->run.note, w->run.done, sizeof(*w->run.note), by_id);
	w->run.left = w->s->n - w->run.done;
	w->run.machine = &w->machine;
	w->run.duration_ns = w->took_ns + now_ns() - w->run.start_ns;
	return 0;
}

static int keep_as(struct work *w, const char *path)
{
	const struct opts json = opts_json(w->s->o, path);
	struct out *out;
	int err, closed;

	err = run_gather(w);
	if (!err)
		err = out_open(&out, &json);
	if (err)
		return err;
	err = notes_print_run(out, &w->run);
	closed = out_close(out);
	return err ? err : closed;
}

/* What was kept before is there until this is whole. */
static int keep(struct work *w)
{
	char temp[4200];
	struct stat st;
	int err;

	if (!lstat(w->s->resume, &st) && !S_ISREG(st.st_mode))
		return keep_as(w, w->s->resume);
	snprintf(temp, sizeof(temp), "%s.%d.tmp", w->s->resume, getpid());
	err = keep_as(w, temp);
	if (!err && rename(temp, w->s->resume))
		err = err_msg(-EIO, "cannot write %s: %s", w->s->resume, strerror(errno));
	if (err)
		unlink(temp);
	return err;
}

/* The place of a claim, which it gets if it has none. */
static int place_of(struct work *w, const struct claim *c, size_t *place)
{
	const struct claim **more;
	struct note **notes;

	for (*place = 0; *place < w->s->n; ++*place) {
		if (w->s->claim[*place] == c)
			return 0;
	}
	more = realloc(w->s->claim, (w->s->n + 1) * sizeof(*more));
	if (more)
		w->s->claim = more;
	notes = realloc(w->note, (w->s->n + 1) * sizeof(*notes));
	if (notes)
		w->note = notes;
	if (!more || !notes)
		return err_sys(-ENOMEM, "notes");
	w->note[w->s->n] = NULL;
	w->s->claim[w->s->n++] = c;
	return 0;
}

static int note_take(struct work *w, const json_t *row)
{
	struct note *n = calloc(1, sizeof(*n));
	size_t place;
	int err;

	if (!n)
		return err_sys(-ENOMEM, "notes");
	err = saved_note(w->s->resume, row,
			 json_string_value(json_object_get(w->saved, "source")) ?: "none", n);
	if (!err)
		err = place_of(w, n->claim, &place);
	if (!err && w->note[place])
		err = err_msg(-EINVAL, "%s: has %s twice", w->s->resume, n->claim->id);
	if (err) {
		note_free(n);
		free(n);
	} else {
		w->note[place] = n;
	}
	return err;
}

/* What the file has is done; its seed goes on, and its date, from which on it took so long. */
static int resume(struct work *w)
{
	const json_t *totals, *row;
	const char *date;
	json_int_t seed, lost, took;
	size_t i;
	int err;

	err = saved_read(w->s->resume, &w->saved);
	if (err == -ENOENT)
		return 0;
	if (!err)
		err = saved_fits(w->s->resume, w->saved, &w->machine);
	if (err)
		return err;
	totals = json_object_get(w->saved, "totals");
	seed = json_integer_value(json_object_get(totals, "seed"));
	if (!w->s->seed && seed > 0 && seed <= UINT32_MAX)
		w->run.seed = seed;
	date = json_string_value(json_object_get(totals, "date"));
	if (date)
		snprintf(w->run.date, sizeof(w->run.date), "%s", date);
	json_array_foreach(json_object_get(w->saved, "rows"), i, row)
		err = err ? err : note_take(w, row);
	took = json_integer_value(json_object_get(w->saved, "duration_ns"));
	w->took_ns = took > 0 ? took : 0;
	lost = json_integer_value(json_object_get(json_object_get(w->saved, "lost"), "total"));
	for (i = 0; !err && i < w->s->n; i++) {
		if (!w->note[i])
			continue;
		w->note[i]->counted[0].lost = lost > 0 ? lost : 0;
		break;
	}
	return err;
}

/* Until the end: by what the others took, at most what the budget leaves. */
static uint64_t time_left(const struct work *w, uint64_t now)
{
	uint64_t most = now < w->deadline_ns ? w->deadline_ns - now : 0, guess;

	if (!w->ran)
		return most;
	guess = (now - w->begun_ns) / w->ran * left(w);
	return guess < most ? guess : most;
}

static void where(const struct work *w, char *to, size_t bytes)
{
	char time[FMT_LEN];
	double ns = (double)time_left(w, now_ns());

	if (w->s->n == 1)
		*to = 0;
	else
		snprintf(to, bytes, "[%zu/%zu, %s left] ", w->s->n - left(w) + 1, w->s->n,
			 fmt_ns(time, (uint64_t)(ROUND_NS * (double)(uint64_t)(ns / ROUND_NS))));
}

static uint64_t usual(const struct claim *c)
{
	return c->budget_ns ? c->budget_ns : BUDGET_NS;
}

/* What the claims that are left usually have, together. */
static uint64_t usual_left(const struct work *w)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < w->s->n; i++) {
		if (!w->note[i] || w->note[i]->interrupted)
			sum += usual(w->s->claim[i]);
	}
	return sum;
}

/*
 * What is left of the budget is shared by the claims that are left, as they usually have it. A
 * quick run gives each that, as long as there is any: a few verdicts are better than none of many.
 */
static uint64_t share(const struct work *w, uint64_t now, const struct claim *c)
{
	uint64_t all = now < w->deadline_ns ? w->deadline_ns - now : 0;

	if (!w->s->quick)
		return (uint64_t)((double)all * (double)usual(c) / (double)usual_left(w));
	return all < usual(c) ? all : usual(c);
}

/* Whether a claim that takes as long as the others did would end in time. */
static bool fits(const struct work *w)
{
	uint64_t now = now_ns(), mean = w->ran ? (now - w->begun_ns) / w->ran : 0;

	return !w->s->quick || now + mean < w->deadline_ns;
}

static int claim_run(struct work *w, size_t place, struct note_plan *plan)
{
	uint64_t now = now_ns();
	struct note *n = calloc(1, sizeof(*n));
	char at[48];

	if (!n)
		return err_sys(-ENOMEM, "notes");
	where(w, at, sizeof(at));
	plan->where = at;
	plan->budget_ns = share(w, now, w->s->claim[place]);
	plan->counted_ns = w->ran ? w->counted_ns / w->ran : 0;
	note_run(n, w->s->claim[place], plan);
	w->counted_ns += n->counted_ns;
	w->ran++;
	w->note[place] = n;
	if (!for_people(w->s->o) || (w->s->n > 1 && !w->s->o->verbose))
		return 0;
	return notes_print_detail(w->out, n, w->s->o->verbose, w->s->lang);
}

/* *keep_err: from when on nothing could be kept; the claims go on. */
static int claims_run(struct work *w, int *keep_err)
{
	struct note_plan plan = {
		.machine = &w->machine,
		.samples = w->s->samples,
		.source = w->s->o->source,
		.seed = w->run.seed,
		.progress = isatty(STDERR_FILENO) && !w->s->o->quiet,
	};
	size_t i;
	int err, kept;

	w->begun_ns = now_ns();
	/* Where nothing can be kept, that is said before hours have passed. */
	kept = w->s->resume ? keep(w) : 0;
	err = kept;
	w->deadline_ns = w->begun_ns + (w->s->budget_ns ? w->s->budget_ns : usual_left(w));
	for (i = 0; !err && i < w->s->n && !note_stop; i++) {
		if (w->note[i] || !fits(w))
			continue;
		err = claim_run(w, i, &plan);
		if (!err && !kept && w->s->resume && !w->note[i]->interrupted)
			kept = keep(w);
	}
	*keep_err = kept;
	return err;
}

/* The page is made of the report, as it would be of a saved one. */
static int page_write(struct work *w)
{
	const struct opts json = opts_json(w->s->o, NULL);
	struct out *memory;
	size_t bytes = 0;
	char *text = NULL;
	json_t *report = NULL;
	int err;

	err = out_open_memory(&memory, &json, &text, &bytes);
	if (err)
		return err;
	err = notes_print_run(memory, &w->run);
	if (out_close(memory) && !err)
		err = -EIO;
	if (!err)
		err = saved_parse("the report", text, bytes, &report);
	if (!err) {
		html_write(out_file(w->page), report, w->s->lang);
		json_decref(report);
	}
	free(text);
	return err;
}

static int report_print(struct work *w)
{
	const struct opts *o = w->s->o;
	int err;

	if (!for_people(o)) {
		/* Text says nothing of the time that counting took, since it is none. */
		if (o->format == FORMAT_TEXT)
			w->run.duration_ns = 0;
		return notes_print_run(w->out, &w->run);
	}
	if (w->s->n == 1)
		return w->ran ? 0 : notes_print_detail(w->out, w->note[0], o->verbose, w->s->lang);
	err = notes_print_machine(w->out, &w->machine, o->verbose, w->s->lang);
	return err ? err : notes_print_summary(w->out, &w->run, w->s->lang);
}

/* Neither is kept from being written by the other. */
static int report(struct work *w)
{
	int err, printed;

	err = run_gather(w);
	if (err)
		return err;
	if (w->page)
		err = page_write(w);
	printed = report_print(w);
	return err ? err : printed;
}

static void begin(struct work *w)
{
	time_t now = time(NULL);
	struct tm tm;

	w->run.start_ns = now_ns();
	w->run.seed = w->s->seed ? w->s->seed : (uint32_t)(now_ns() ^ getpid()) | 1;
	gmtime_r(&now, &tm);
	strftime(w->run.date, sizeof(w->run.date), "%Y-%m-%dT%H:%M:%SZ", &tm);
}

/* Outcomes are soon there; times take longer the more arms there are. */
static bool is_shorter(const struct claim *x, const struct claim *y)
{
	uint64_t usual_x = usual(x), usual_y = usual(y);
	size_t arms_x = x->value ? claim_arms(x) : 0, arms_y = y->value ? claim_arms(y) : 0;

	if (usual_x != usual_y)
		return usual_x < usual_y;
	return arms_x != arms_y ? arms_x < arms_y : strcmp(x->id, y->id) < 0;
}

/* The how-manieth of its topic it is, the shortest first. */
static size_t rank_of(const struct claim *claim)
{
	const struct claim *c = NULL;
	size_t rank = 0;

	while ((c = claim_next(c)))
		rank += !strcmp(c->topic, claim->topic) && is_shorter(c, claim);
	return rank;
}

/* The topics take turns: what is left out in the end is of no topic all. */
static int by_rank(const void *a, const void *b)
{
	const struct claim *x = *(const struct claim *const *)a;
	const struct claim *y = *(const struct claim *const *)b;
	size_t rank_x = rank_of(x), rank_y = rank_of(y);

	if (rank_x != rank_y)
		return rank_x < rank_y ? -1 : 1;
	return strcmp(x->id, y->id);
}

/* All in one: looked at, gone on with, run, reported. */
static int work_do(struct work *w)
{
	int err, kept = 0;

	begin(w);
	if (w->s->quick)
		qsort(w->s->claim, w->s->n, sizeof(*w->s->claim), by_rank);
	err = preflight_look(&w->machine);
	if (!err && w->s->resume)
		err = resume(w);
	signals_take();
	if (!err)
		err = claims_run(w, &kept);
	if (note_stop && w->s->resume && left(w))
		warn_msg("%zu claims are left: the same command goes on", left(w));
	if (!err)
		err = report(w);
	return err ? err : kept;
}

static int page_open(struct work *w)
{
	struct opts page = *w->s->o;

	page.output = w->s->html;
	return w->s->html ? out_open(&w->page, &page) : 0;
}

int series_run(struct series *s, struct out *out)
{
	struct work *w = calloc(1, sizeof(*w));
	size_t i;
	int err, closed;

	if (w)
		w->note = calloc(s->n + 1, sizeof(*w->note));
	if (!w || !w->note) {
		free(w);
		return err_sys(-ENOMEM, "notes");
	}
	w->s = s;
	w->out = out;
	err = page_open(w);
	if (!err)
		err = work_do(w);
	closed = out_close(w->page);
	for (i = 0; i < s->n; i++) {
		if (w->note[i])
			note_free(w->note[i]);
		free(w->note[i]);
	}
	json_decref(w->saved);
	free(w->run.note);
	free(w->note);
	free(w);
	return err ? err : closed;
}
