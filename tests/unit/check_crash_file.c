/* crash_file: evidence belongs to one attempt, is found in its directory, and can be removed; other
   files are not taken for evidence.  Also tests the clock that stops while the process is
   suspended. */
#include "base/clock.h"
#include "run/awake_clock.h"
#include "run/crash_file.h"
#include "store_fixture.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

START_TEST(evidence_is_of_one_attempt)
{
    char how[CRASH_TEXT_SIZE], file[PATH_MAX];
    int64_t jobs[4];
    snprintf(file, sizeof file, "%s", fixture_path("17"));
    ck_assert(!crash_file_read(file, 3, how));
    ck_assert_uint_eq(crash_file_list(fixture_path(""), jobs, 4), 0);
    ck_assert_int_eq(crash_file_write(file, 3, "its process ended"), 0);
    ck_assert_int_eq(crash_file_write(file, 4, "its process was killed"), 0);
    ck_assert(!crash_file_read(file, 3, how));
    ck_assert(crash_file_read(file, 4, how));
    ck_assert_str_eq(how, "its process was killed");
    ck_assert_uint_eq(crash_file_list(fixture_path(""), jobs, 4), 1);
    ck_assert_int_eq(jobs[0], 17);
    crash_file_remove(file);
    ck_assert(!crash_file_read(file, 4, how));
    ck_assert_uint_eq(crash_file_list(fixture_path(""), jobs, 4), 0);
}
END_TEST

/* A process that was suspended for a long time may end after the process of the next attempt. */
START_TEST(later_evidence_stays)
{
    char how[CRASH_TEXT_SIZE], file[PATH_MAX];
    snprintf(file, sizeof file, "%s", fixture_path("17"));
    ck_assert_int_eq(crash_file_write(file, 5, "the later"), 0);
    ck_assert_int_eq(crash_file_write(file, 4, "the earlier"), 0);
    ck_assert(!crash_file_read(file, 4, how));
    ck_assert(crash_file_read(file, 5, how));
    ck_assert_str_eq(how, "the later");
    ck_assert_int_eq(crash_file_write(file, 5, "again"), 0);
    ck_assert(crash_file_read(file, 5, how));
    ck_assert_str_eq(how, "again");
}
END_TEST

static void put(const char *name, const char *text)
{
    FILE *out = fopen(fixture_path(name), "w");
    ck_assert_ptr_nonnull(out);
    fputs(text, out);
    fclose(out);
}

START_TEST(other_files_are_no_evidence)
{
    static const char *const texts[] = {"", "4", "x its process", "44 its process",
                                        "-4 its process"};
    char how[CRASH_TEXT_SIZE], long_text[2 * CRASH_TEXT_SIZE];
    int64_t jobs[4];
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        put("17.crash", texts[i]);
        ck_assert(!crash_file_read(fixture_path("17"), 4, how));
    }
    put("x.crash", "4 its process");
    put("18.crash.new", "4 its process");
    put("19.log", "4 its process");
    ck_assert_uint_eq(crash_file_list(fixture_path(""), jobs, 4), 1);
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    ck_assert_int_eq(crash_file_write(fixture_path("17"), 4, long_text), 0);
    ck_assert(crash_file_read(fixture_path("17"), 4, how));
    ck_assert_uint_eq(strlen(how), CRASH_TEXT_SIZE - 1);
    ck_assert_int_eq(crash_file_write("", 4, "how"), -1);
    ck_assert_int_eq(crash_file_write(fixture_path("none/17"), 4, "how"), -1);
    ck_assert_uint_eq(crash_file_list("", jobs, 4), 0);
}
END_TEST

/* A symbolic link in its place is neither followed for writing nor trusted. */
START_TEST(links_are_not_followed)
{
    char how[CRASH_TEXT_SIZE], text[32] = "";
    put("precious", "4 precious\n");
    ck_assert_int_eq(symlink(fixture_path("precious"), fixture_path("17.crash")), 0);
    ck_assert_int_eq(symlink(fixture_path("precious"), fixture_path("17.crash.new")), 0);
    ck_assert(!crash_file_read(fixture_path("17"), 4, how));
    ck_assert_int_eq(crash_file_write(fixture_path("17"), 4, "how"), 0);
    ck_assert(crash_file_read(fixture_path("17"), 4, how));
    FILE *in = fopen(fixture_path("precious"), "r");
    ck_assert_ptr_nonnull(fgets(text, sizeof text, in));
    fclose(in);
    ck_assert_str_eq(text, "4 precious\n");
}
END_TEST

START_TEST(a_pause_counts_little)
{
    struct awake_clock clock = awake_clock_start(0.01);
    ck_assert_double_eq(clock.seconds, 0);
    clock_sleep(0.05);
    ck_assert_double_eq(awake_clock_tick(&clock), 0.01);
    double then = clock_now(), seconds = awake_clock_tick(&clock);
    ck_assert_double_ge(seconds, 0.01);
    ck_assert_double_le(seconds, 0.02);
    ck_assert_double_le(then, clock.last);
}
END_TEST

FIXTURE_CASE(files, "files", evidence_is_of_one_attempt, later_evidence_stays,
             other_files_are_no_evidence, links_are_not_followed)
SUITE_CASE(clocks, "clocks", a_pause_counts_little)

SUITE_MAIN("crash_file", files, clocks)
