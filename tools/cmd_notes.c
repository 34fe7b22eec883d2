// SPDX-License-Identifier: GPL-2.0
/*
 * oscope notes: textbook claims, put to the test on this kernel.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "notes/alone.h"
#include "notes/broker_kafka.h"
#include "notes/compare.h"
#include "notes/html.h"
#include "notes/notes.h"
#include "notes/python.h"
#include "notes/report.h"
#include "notes/saved.h"
#include "notes/series.h"
#include "privilege.h"
#include "trace_file.h"

#define QUICK_NS	300000000000ULL	/* all claims together */

static bool zh, all, quick;
static int lang;
static uint64_t budget_ns, seed, samples;
static const char *html, *resume;

static const struct opt_def notes_options[] = {
	{ .name = "zh", .parse = opt_flag, .to = &zh, .help = "list: the claims in Chinese" },
	{ .name = "lang", .arg = "LANG", .parse = opt_choice, .to = &lang, .choices = lang_names,
	  .help = "text and pages: en or zh" },
	{ .name = "all", .parse = opt_flag, .to = &all, .help = "run: every claim" },
	{ .name = "quick", .parse = opt_flag, .to = &quick,
	  .help = "run: as many claims as fit in five minutes" },
	{ .name = "html", .arg = "FILE", .parse = opt_string, .to = &html,
	  .help = "run: a page for a browser, too" },
	{ .name = "resume", .arg = "FILE", .parse = opt_string, .to = &resume,
	  .help = "run: keep what is done in FILE, and go on from it" },
	{ .name = "budget", .arg = "TIME", .parse = opt_duration, .to = &budget_ns,
	  .min = 1000000000ULL, .max = 24 * 3600000000000ULL,
	  .help = "run: time for all claims together (default: 15s each)" },
	{ .name = "samples", .arg = "N", .parse = opt_u64, .to = &samples, .min = 2,
	  .max = NOTE_SAMPLES, .help = "run: exactly so many of each arm (default: 30 or more)" },
	{ .name = "python", .arg = "PATH", .parse = opt_string, .to = &python_given,
	  .help = "run: the interpreter of claims on Python (default: /usr/bin/python3)" },
	{ .name = "kafka", .arg = "HOST:PORT", .parse = opt_string, .to = &kafka_given,
	  .help = "run: a Kafka for claims on brokers (default: librdkafka's mock, not judged)" },
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
	static const char *const verbs[] = { "list", "show", "run", "sample", "html", "diff",
					      NULL };
	const char *near = nearest_name(word, verbs);

	if (near)
		return err_msg(-EUSAGE, "notes %s: no such word; did you mean %s?", word, near);
	return err_msg(-EUSAGE, "notes %s: must be list, show, run, sample, html or diff", word);
}

static int refuse_nothing(void)
{
	return err_msg(-EUSAGE, "notes: list, show ID..., run ID..., sample ID, html FILE or "
		       "diff A B");
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

	if (o->n_args < 2 && !(is_verb(o, "run") && (all || quick)))
		return err_msg(-EUSAGE, "notes %s: which? 'oscope notes list' has the ids",
			       o->args[0]);
	for (i = 1; i < o->n_args; i++) {
		if (strcmp(o->args[i], "all") && !claim_find(o->args[i]))
			return refuse_id(o->args[i]);
	}
	return 0;
}

/* sample ID [ARM] */
static int sample_check(const struct opts *o)
{
	const struct claim *c;

	if (o->n_args < 2 || o->n_args > 3)
		return err_msg(-EUSAGE, "notes sample: of which claim, and which of its arms?");
	if (o->source)
		return err_msg(-EUSAGE, "notes sample: nothing is attached, so no --source");
	if (zh || lang)
		return err_msg(-EUSAGE, "notes sample: has no text in other languages");
	c = claim_find(o->args[1]);
	if (!c)
		return refuse_id(o->args[1]);
	return o->n_args == 2 || alone_arm(c, o->args[2]) ? 0 : -EUSAGE;
}

/* Files that are read as recordings are: without any privilege. */
static int files_check(struct opts *o, size_t n)
{
	if (o->n_args != n + 1)
		return err_msg(-EUSAGE, n == 1 ? "notes html: give one file of 'notes run --json'" :
			       "notes diff: give the first and the second file");
	if (n == 1 && (o->format != FORMAT_TEXT || o->columns || o->sort))
		return err_msg(-EUSAGE, "notes html: writes a page, which has no other format, "
			       "columns or order");
	if (n == 2 && (zh || lang))
		return err_msg(-EUSAGE, "notes diff: has no text in other languages");
	o->file = o->args[1];
	return 0;
}

/* Options of run, given to another verb, would be passed over. */
static int run_only(const struct opts *o)
{
	const struct {
		bool given;
		const char *name;
	} options[] = {
		{ all, "all" }, { quick, "quick" }, { html, "html" }, { resume, "resume" },
		{ budget_ns, "budget" }, { samples, "samples" }, { seed, "seed" },
		{ python_given, "python" }, { kafka_given, "kafka" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options) && !is_verb(o, "run"); i++) {
		/* A sample is taken by an interpreter, or with a broker, too. */
		if (is_verb(o, "sample") && (!strcmp(options[i].name, "python") ||
					     !strcmp(options[i].name, "kafka")))
			continue;
		if (options[i].given)
			return err_msg(-EUSAGE, "notes %s: --%s is for run", o->args[0],
				       options[i].name);
	}
	return 0;
}

static bool same_file(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* One would take the place of the other. */
static int files_apart(const struct opts *o)
{
	if (!same_file(html, resume) && !same_file(o->output, resume) &&
	    !same_file(o->output, html))
		return 0;
	return err_msg(-EUSAGE, "notes run: -o, --html and --resume want a file each");
}

static int notes_check(struct opts *o)
{
	if (o->source && !strcmp(o->source, "file"))
		return err_msg(-EUSAGE, "--source file: an experiment needs a live source");
	if (!o->n_args)
		return o->json_schema ? 0 : refuse_nothing();
	if (run_only(o) || files_apart(o))
		return -EUSAGE;
	if (o->json_schema && (is_verb(o, "html") || is_verb(o, "diff") || is_verb(o, "sample")))
		return 0;
	if (is_verb(o, "html") || is_verb(o, "diff"))
		return files_check(o, is_verb(o, "html") ? 1 : 2);
	if (is_verb(o, "sample"))
		return sample_check(o);
	if (!is_verb(o, "list"))
		return is_verb(o, "show") || is_verb(o, "run") ? ids_check(o)
							       : refuse_verb(o->args[0]);
	if (o->n_args > 1)
		return err_msg(-EUSAGE, "notes list %s: one word too many", o->args[1]);
	return 0;
}

static bool in_chinese(void)
{
	return zh || lang == LANG_ZH;
}

static const struct out_report *notes_report(const struct opts *o)
{
	if (is_verb(o, "list"))
		return in_chinese() ? &notes_list_zh_report : &notes_list_report;
	if (is_verb(o, "diff"))
		return &notes_diff_report;
	if (is_verb(o, "sample"))
		return &notes_sample_report;
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
	while ((o->n_args == 1 || all) && (c = claim_next(c)))
		choose(to, c);
	return 0;
}

static int run_chosen(struct chosen *chosen, const struct opts *o, struct out *out)
{
	struct series series = {
		.o = o,
		.claim = chosen->claim,
		.n = chosen->n,
		.budget_ns = budget_ns ? budget_ns : quick ? QUICK_NS : 0,
		.samples = samples,
		.seed = seed,
		.quick = quick,
		.resume = resume,
		.html = html,
		.lang = in_chinese() ? LANG_ZH : LANG_EN,
	};
	int err = series_run(&series, out);

	chosen->claim = series.claim;
	return err;
}

static int notes_do(struct chosen *chosen, const struct opts *o, struct out *out)
{
	const struct claim *const *claims = (const struct claim *const *)chosen->claim;

	if (is_verb(o, "list"))
		return notes_print_list(out, claims, chosen->n, in_chinese());
	if (is_verb(o, "show"))
		return notes_print_show(out, claims, chosen->n, o->format == FORMAT_TEXT,
					in_chinese() ? LANG_ZH : LANG_EN);
	return run_chosen(chosen, o, out);
}

static int side_read(struct compare_side *side, struct trace_reader *file)
{
	return saved_parse(side->path, (const char *)file->at, file->bytes, &side->report);
}

static int files_diff(const struct opts *o, struct out *out)
{
	struct compare_side a = { .path = o->args[1] }, b = { .path = o->args[2] };
	struct trace_reader file_a, file_b = { 0 };
	int err;

	err = trace_map(&file_a, a.path);
	if (!err)
		err = trace_map(&file_b, b.path);
	if (!err)
		err = privilege_drop(LEFT_READ);
	if (!err)
		err = side_read(&a, &file_a);
	if (!err)
		err = side_read(&b, &file_b);
	if (!err)
		err = compare_print(out, &a, &b);
	trace_unmap(&file_a);
	trace_unmap(&file_b);
	json_decref(a.report);
	json_decref(b.report);
	return err;
}

static int file_html(const struct opts *o, struct out *out)
{
	struct trace_reader file;
	json_t *report = NULL;
	int err;

	err = trace_map(&file, o->args[1]);
	if (!err)
		err = privilege_drop(LEFT_READ);
	if (!err)
		err = saved_parse(o->args[1], (const char *)file.at, file.bytes, &report);
	if (!err) {
		html_write(out_file(out), report, in_chinese() ? LANG_ZH : LANG_EN);
		json_decref(report);
	}
	trace_unmap(&file);
	return err;
}

/* Nothing is attached: no privilege is needed, but for what the experiment itself does. */
static int one_sample(const struct opts *o, struct out *out)
{
	const struct claim *c = claim_find(o->args[1]);

	return alone_run(out, c, o->n_args > 2 ? alone_arm(c, o->args[2]) : NULL);
}

static int notes_run(const struct opts *o)
{
	struct chosen chosen;
	struct out *out;
	int err, closed;

	if (is_verb(o, "sample"))
		return out_with(o, one_sample);
	if (is_verb(o, "html") || is_verb(o, "diff"))
		return out_with(o, is_verb(o, "html") ? file_html : files_diff);
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
		"shows the claims, show ID what is done, run ID... or run --all does it. sample\n"
		"takes one sample, for another tool to look at. html makes a page of a saved\n"
		"run, diff compares two of them.",
	.opts = (OPTS_OUTPUT & ~OPT_BIT(OPT_BUCKETS)) | OPT_BIT(OPT_SOURCE),
	.own = notes_options,
	.takes = CMD_WORDS,
	.words = "list | show|run|sample ID... | html A | diff A B",
	.report = notes_report,
	.check = notes_check,
	.run = notes_run,
};
COMMAND(notes_cmd);
