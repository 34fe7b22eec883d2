// SPDX-License-Identifier: GPL-2.0
/*
 * oscope notes: textbook claims, put to the test on this kernel.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "notes/notes.h"
#include "notes/report.h"

#define BUDGET_NS	15000000000ULL	/* a claim, when --budget is not given */

static bool zh;
static uint64_t budget_ns, seed, samples;

static const struct opt_def notes_options[] = {
	{ .name = "zh", .parse = opt_flag, .to = &zh, .help = "list: the claims in Chinese" },
	{ .name = "budget", .arg = "TIME", .parse = opt_duration, .to = &budget_ns,
	  .min = 1000000000ULL, .max = 24 * 3600000000000ULL,
	  .help = "run: time for all claims together (default: 15s each)" },
	{ .name = "samples", .arg = "N", .parse = opt_u64, .to = &samples, .min = 2,
	  .max = NOTE_SAMPLES, .help = "run: exactly so many of each arm (default: 30 or more)" },
	{ .name = "seed", .arg = "N", .parse = opt_u64, .to = &seed, .min = 1, .max = UINT32_MAX,
	  .help = "run: of the random order of samples (default: from the clock)" },
	{ 0 }
};

/* The claims that the words name, each once, in the order of the words. */
struct chosen {
	const struct claim **claim;
	size_t n;
};

static bool is_verb(const struct opts *o, const char *verb)
{
	return o->n_args && !strcmp(o->args[0], verb);
}

static int refuse_verb(const char *word)
{
	static const char *const verbs[] = { "list", "show", "run", NULL };
	const char *near = nearest_name(word, verbs);

	if (near)
		return err_msg(-EUSAGE, "notes %s: no such word; did you mean %s?", word, near);
	return err_msg(-EUSAGE, "notes %s: must be list, show or run", word);
}

static int refuse_nothing(void)
{
	return err_msg(-EUSAGE, "notes: list, show ID... or run ID...");
}

static int refuse_id(const char *id)
{
	const char *near = claim_nearest(id);

	if (near)
		return err_msg(-EUSAGE, "%s: no such claim; did you mean %s?", id, near);
	return err_msg(-EUSAGE, "%s: no such claim; 'oscope notes list' has them", id);
}

static int ids_check(const struct opts *o)
{
	size_t i;

	if (o->n_args < 2)
		return err_msg(-EUSAGE, "notes %s: which? 'oscope notes list' has the ids",
			       o->args[0]);
	for (i = 1; i < o->n_args; i++) {
		if (strcmp(o->args[i], "all") && !claim_find(o->args[i]))
			return refuse_id(o->args[i]);
	}
	return 0;
}

static int notes_check(struct opts *o)
{
	if (o->source && !strcmp(o->source, "file"))
		return err_msg(-EUSAGE, "--source file: an experiment needs a live source");
	if (!o->n_args)
		return o->json_schema ? 0 : refuse_nothing();
	if (!is_verb(o, "list"))
		return is_verb(o, "show") || is_verb(o, "run") ? ids_check(o)
							       : refuse_verb(o->args[0]);
	if (o->n_args > 1)
		return err_msg(-EUSAGE, "notes list %s: one word too many", o->args[1]);
	return 0;
}

static const struct out_report *notes_report(const struct opts *o)
{
	if (is_verb(o, "list"))
		return zh ? &notes_list_zh_report : &notes_list_report;
	return is_verb(o, "show") ? &notes_show_report : &notes_run_report;
}

static void choose(struct chosen *to, const struct claim *c)
{
	size_t i;

	for (i = 0; i < to->n; i++) {
		if (to->claim[i] == c)
			return;
	}
	to->claim[to->n++] = c;
}

static int choose_all(struct chosen *to, const struct opts *o)
{
	const struct claim *c = NULL;
	size_t i, n = 0;

	while ((c = claim_next(c)))
		n++;
	to->n = 0;
	to->claim = calloc(n + 1, sizeof(*to->claim));
	if (!to->claim)
		return err_sys(-ENOMEM, "notes");
	for (i = 1; i < o->n_args; i++) {
		if (strcmp(o->args[i], "all")) {
			choose(to, claim_find(o->args[i]));
			continue;
		}
		while ((c = claim_next(c)))
			choose(to, c);
	}
	while (o->n_args == 1 && (c = claim_next(c)))
		choose(to, c);
	return 0;
}

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

/* What is left of the budget is shared by the claims that are left. */
static uint64_t share_ns(uint64_t deadline_ns, size_t left)
{
	uint64_t now = now_ns();

	return now < deadline_ns ? (deadline_ns - now) / left : 0;
}

/* For people, unless they ask for columns: a page a claim, as soon as it is done. */
static bool details(const struct opts *o)
{
	return o->format == FORMAT_TEXT && !o->columns;
}

/* Run them in turn; *done of the notes are filled in. */
static int run_each(const struct chosen *chosen, const struct opts *o, struct out *out,
		    struct note **notes, size_t *done)
{
	uint64_t budget = budget_ns ? budget_ns : chosen->n * BUDGET_NS;
	uint64_t deadline = now_ns() + budget;
	uint64_t counted = 0;
	struct preflight machine;
	struct note_plan plan = {
		.machine = &machine,
		.samples = samples,
		.source = o->source,
		.seed = seed ? seed : (uint32_t)(now_ns() ^ getpid()) | 1,
		.progress = isatty(STDERR_FILENO) && !o->quiet,
	};
	int err;

	err = preflight_look(&machine);
	for (*done = 0; !err && *done < chosen->n && !note_stop; ++*done) {
		struct note *n = calloc(1, sizeof(*n));

		if (!n)
			return err_sys(-ENOMEM, "notes");
		notes[*done] = n;
		plan.budget_ns = share_ns(deadline, chosen->n - *done);
		plan.counted_ns = *done ? counted / *done : 0;
		note_run(n, chosen->claim[*done], &plan);
		counted += n->counted_ns;
		n->machine = NULL;
		if (details(o))
			err = notes_print_detail(out, n, o->verbose);
	}
	return err;
}

static int run_chosen(const struct chosen *chosen, const struct opts *o, struct out *out)
{
	struct note **notes = calloc(chosen->n, sizeof(*notes));
	uint64_t start = now_ns();
	size_t done = 0, i;
	int err;

	if (!notes)
		return err_sys(-ENOMEM, "notes");
	signals_take();
	err = run_each(chosen, o, out, notes, &done);
	if (!err && (!details(o) || done > 1))
		err = notes_print_run(out, (const struct note *const *)notes, done,
				      o->format == FORMAT_TEXT ? 0 : start);
	for (i = 0; i < chosen->n && notes[i]; i++) {
		note_free(notes[i]);
		free(notes[i]);
	}
	free(notes);
	return err;
}

static int notes_do(const struct chosen *chosen, const struct opts *o, struct out *out)
{
	const struct claim *const *claims = (const struct claim *const *)chosen->claim;

	if (is_verb(o, "list"))
		return notes_print_list(out, claims, chosen->n, zh);
	if (is_verb(o, "show"))
		return notes_print_show(out, claims, chosen->n, o->format == FORMAT_TEXT);
	return run_chosen(chosen, o, out);
}

static int notes_run(const struct opts *o)
{
	struct chosen chosen;
	struct out *out;
	int err, closed;

	err = choose_all(&chosen, o);
	if (err)
		return err;
	err = out_open(&out, o);
	if (!err) {
		err = notes_do(&chosen, o, out);
		closed = out_close(out);
		err = err ? err : closed;
	}
	free(chosen.claim);
	return err;
}

static const struct cmd_ops notes_cmd = {
	.name = "notes",
	.summary = "textbook claims, put to the test on this kernel",
	.about =
		"Each claim is an experiment with a rule that turns its numbers into a verdict.\n"
		"It is run twice in fresh processes: timed with nothing attached, then counted\n"
		"with the probes on. Counts that are not as they must be void the verdict. list\n"
		"shows the claims, show ID what is done, run ID... or run all does it.",
	.opts = (OPTS_OUTPUT & ~OPT_BIT(OPT_BUCKETS)) | OPT_BIT(OPT_SOURCE),
	.own = notes_options,
	.takes = CMD_WORDS,
	.words = "list | show ID... | run ID...|all",
	.report = notes_report,
	.check = notes_check,
	.run = notes_run,
};
COMMAND(notes_cmd);
