/* elimination: a job that ends its whole run repeatedly, also when it runs apart, is found; runs
   killed from outside blame no job.  Also tests the account file with any content. */
#include "run/elimination.h"

#include "run/elimination_file.h"
#include "store_fixture.h"
#include "suite.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct elimination account;

/* A run ends with these jobs at work, each in that attempt; then whether job 1 is blamed. */
static int ends_with(int64_t attempt, const char *jobs)
{
    struct elimination_attempt running[8];
    size_t n = 0;
    for (; *jobs; jobs++)
        running[n++] = (struct elimination_attempt){*jobs - '0', attempt};
    elimination_enter(&account, running, n);
    return elimination_blames(&account, 1);
}

/* Job 1 runs apart, and the run ends. */
static int ends_apart(int64_t attempt)
{
    ck_assert(elimination_begin(&account, 1, attempt));
    return ends_with(attempt, "1");
}

static void setup(void)
{
    memset(&account, 0, sizeof account);
}

START_TEST(the_only_suspect_is_found)
{
    setup();
    ck_assert(!ends_with(1, "123"));
    ck_assert(!elimination_suspects(&account, 1));
    ck_assert(!ends_with(2, "145"));
    ck_assert(elimination_suspects(&account, 1));
    ck_assert(!elimination_suspects(&account, 2) && !elimination_suspects(&account, 4));
    ck_assert(!ends_apart(3)); /* it may have been a coincidence */
    ck_assert(ends_apart(4));
    ck_assert(ends_apart(5));
    ck_assert(elimination_clear(&account, 1));
    ck_assert(!elimination_blames(&account, 1) && !elimination_suspects(&account, 1));
    ck_assert(!elimination_clear(&account, 1));
    ck_assert(!elimination_begin(&account, 1, 6));
}
END_TEST

/* A run that ends while the job is not at work: the job's earlier runs apart no longer count. */
START_TEST(others_take_suspicion_away)
{
    static const char *const others[] = {"2", "12", "21", "1"}; /* the last is another attempt */
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        setup();
        ends_with(1, "1");
        ends_with(2, "1");
        ck_assert(!ends_apart(3));
        ck_assert(!ends_with(9, others[i]));
        ck_assert(elimination_suspects(&account, 1));
        ck_assert(!ends_apart(10));
        ck_assert(ends_apart(11));
    }
}
END_TEST

START_TEST(an_end_while_nothing_runs_clears_all)
{
    setup();
    ends_with(1, "12");
    ends_with(2, "12");
    ends_apart(3);
    ends_with(0, ""); /* normally */
    ck_assert(elimination_suspects(&account, 1));
    account.waits = 1;
    ends_with(0, "");
    ck_assert_uint_eq(account.count, 0);
    ck_assert(!account.waits);

    /* a run that ended normally with the job handed out proves nothing */
    ends_with(1, "1");
    ends_with(2, "1");
    ends_apart(3);
    ck_assert(elimination_begin(&account, 1, 4));
    elimination_end(&account);
    ck_assert(!ends_with(4, "1"));
}
END_TEST

START_TEST(more_than_fit_are_left_out)
{
    static struct elimination_attempt running[ELIMINATION_MOST + 10];
    setup();
    for (size_t i = 0; i < sizeof running / sizeof running[0]; i++)
        running[i] = (struct elimination_attempt){(int64_t)i + 1, 1};
    for (int end = 0; end < 3; end++)
        elimination_enter(&account, running, ELIMINATION_MOST + 10);
    ck_assert_uint_eq(account.count, ELIMINATION_MOST);
    ck_assert(elimination_suspects(&account, ELIMINATION_MOST));
    ck_assert(!elimination_suspects(&account, ELIMINATION_MOST + 1));
}
END_TEST

static const char *directory(void)
{
    static char name[PATH_MAX];
    snprintf(name, sizeof name, "%s", fixture_path("a.db.ckpt"));
    mkdir(name, 0755);
    return name;
}

START_TEST(the_account_is_kept)
{
    struct elimination read;
    char file[PATH_MAX + 8];
    setup();
    ends_with(1, "12");
    ends_with(2, "12");
    ends_apart(3);
    account.waits = 1;
    elimination_file_write(directory(), &account);
    elimination_file_read(directory(), &read);
    ck_assert_uint_eq(read.count, account.count);
    ck_assert(read.waits);
    for (size_t i = 0; i < read.count; i++) {
        ck_assert_int_eq(read.entries[i].job, account.entries[i].job);
        ck_assert_int_eq(read.entries[i].attempt, account.entries[i].attempt);
        ck_assert_int_eq(read.entries[i].ends, account.entries[i].ends);
        ck_assert_int_eq(read.entries[i].apart, account.entries[i].apart);
    }
    snprintf(file, sizeof file, "%s/ends", directory());
    account.count = 0;
    elimination_file_write(directory(), &account);
    ck_assert_int_ne(access(file, F_OK), 0);
    elimination_file_read(directory(), &read);
    ck_assert_uint_eq(read.count, 0);
    elimination_file_read("", &read);
    elimination_file_write("", &account);
    ck_assert_uint_eq(read.count, 0);
}
END_TEST

static void put(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    ck_assert_ptr_nonnull(out);
    fputs(text, out);
    fclose(out);
}

START_TEST(other_files_accuse_nobody)
{
    static const char *const texts[] = {
        "",           "x\n",        "1 2 3\n",           "0 1 2 0\n",
        "-1 2 3 0\n", "1 -2 3 0\n", "1 1 0 0\n",         "1 1 2 3\n",
        "1 1 2 -1\n", "waits",      "1 1 3 2\nwaits.\n", "99999999999999999999999999 1 2 x\n"};
    struct elimination read;
    char file[PATH_MAX + 8], precious[PATH_MAX], text[32] = "";
    snprintf(file, sizeof file, "%s/ends", directory());
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        put(file, texts[i]);
        elimination_file_read(directory(), &read);
        ck_assert_uint_eq(read.count, 0);
        ck_assert(!read.waits);
    }
    /* nor is a link followed, for reading or for writing */
    snprintf(precious, sizeof precious, "%s", fixture_path("precious"));
    put(precious, "1 1 3 2\n");
    unlink(file);
    ck_assert_int_eq(symlink(precious, file), 0);
    elimination_file_read(directory(), &read);
    ck_assert_uint_eq(read.count, 0);
    setup();
    ends_with(7, "5");
    elimination_file_write(directory(), &account);
    elimination_file_read(directory(), &read);
    ck_assert_uint_eq(read.count, 1);
    FILE *in = fopen(precious, "r");
    ck_assert_ptr_nonnull(fgets(text, sizeof text, in));
    fclose(in);
    ck_assert_str_eq(text, "1 1 3 2\n");
}
END_TEST

START_TEST(what_cannot_be_written_is_told)
{
    setup();
    ends_with(1, "1");
    elimination_file_write(fixture_path("none"), &account); /* warns */
    struct elimination read;
    elimination_file_read(fixture_path("none"), &read);
    ck_assert_uint_eq(read.count, 0);
}
END_TEST

SUITE_CASE(rules, "rules", the_only_suspect_is_found, others_take_suspicion_away,
           an_end_while_nothing_runs_clears_all, more_than_fit_are_left_out)
FIXTURE_CASE(files, "files", the_account_is_kept, other_files_accuse_nobody,
             what_cannot_be_written_is_told)

SUITE_MAIN("elimination", rules, files)
