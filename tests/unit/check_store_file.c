/* store: the file.  Refusals, the lock, readers during writes, SIGKILL, a full disk. */
#include "base/mem.h"
#include "store/store_file.h"
#include "store_fixture.h"
#include "suite.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, size, f), size);
    ck_assert_int_eq(fclose(f), 0);
}

static void make_database(const char *path, int jobs)
{
    struct store *store = fixture_open(path, STORE_CREATE);
    ck_assert_int_eq(fixture_enter(store, "s", "text", 0, jobs, NULL), 0);
    fixture_close(store);
}

/* Root ignores permissions: the tests of permissions run as nobody. */
static void leave_root(void)
{
    if (geteuid() == 0) {
        ck_assert_int_eq(chmod(fixture_path(""), 0777), 0);
        ck_assert_int_eq(seteuid(65534), 0);
    }
}

static void return_to_root(void)
{
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
}

/* ---- refusals ---- */

START_TEST(what_is_not_there_is_said)
{
    fixture_refused(fixture_path("a.db"), STORE_READ, ERR_STORE,
                    "%s: there is no such database; `brainsweep run` makes one");
    fixture_refused(fixture_path("a.db"), STORE_WRITE, ERR_STORE,
                    "%s: there is no such database; `brainsweep run` makes one");
    char sentence[4096];
    snprintf(sentence, sizeof sentence, "%%s: there is no directory %s; make it first",
             fixture_path("no"));
    fixture_refused(fixture_path("no/a.db"), STORE_CREATE, ERR_STORE, sentence);
    ck_assert_int_eq(mkdir(fixture_path("dir"), 0777), 0);
    fixture_refused(fixture_path("dir"), STORE_CREATE, ERR_STORE,
                    "%s: this is a directory; name a file in it");
    fixture_refused(fixture_path("dir/"), STORE_CREATE, ERR_STORE,
                    "%s: this is no file's name; add one");
    fixture_refused("/dev/null", STORE_READ, ERR_STORE,
                    "%s: this is not an ordinary file; name another");
    ck_assert_int_ne(access(fixture_path("a.db.lock"), F_OK), 0);
}
END_TEST

START_TEST(what_is_no_database_is_left_alone)
{
    const char *path = fixture_path("a.db");
    char garbage[3000] = "name = \"paper\"\n";
    static const char sentence[] = "%s: this is not a database; name another file";
    write_file(path, garbage, sizeof garbage);
    fixture_refused(path, STORE_READ, ERR_STORE, sentence);
    fixture_refused(path, STORE_CREATE, ERR_STORE, sentence);
    write_file(path, "SQLite format 3", 16); /* cut off */
    fixture_refused(path, STORE_CREATE, ERR_STORE, sentence);

    /* a header of SQLite followed by invalid bytes */
    strcpy(garbage, "SQLite format 3");
    write_file(path, garbage, sizeof garbage);
    fixture_refused(path, STORE_CREATE, ERR_STORE, "%s: it is not a database; name another file");

    make_database(fixture_path("b.db"), 2000);
    ck_assert_int_eq(truncate(fixture_path("b.db"), 8192), 0);
    fixture_refused(fixture_path("b.db"), STORE_WRITE, ERR_STORE,
                    "%s: the database is damaged; go back to a copy of it");
}
END_TEST

START_TEST(what_belongs_to_others_is_left_alone)
{
    static const char sentence[] = "%s: this database is another program's; name another file";
    const char *path = fixture_path("a.db");
    write_file(path, "", 0);
    free(fixture_query(path, "CREATE TABLE theirs (x)"));
    fixture_refused(path, STORE_READ, ERR_STORE, sentence);
    fixture_refused(path, STORE_CREATE, ERR_STORE, sentence);
    ck_assert_int_eq(fixture_query_int(path, "SELECT count(*) FROM sqlite_schema"), 1);
    ck_assert_int_ne(access(fixture_path("a.db.lock"), F_OK), 0);

    path = fixture_path("b.db");
    make_database(path, 2);
    free(fixture_query(path, "PRAGMA user_version = 5"));
    static const char newer[] = "%s: written by a newer brainsweep (format 5, this one knows 4); "
                                "use that one, or name another file";
    fixture_refused(path, STORE_READ, ERR_NEWER, newer);
    fixture_refused(path, STORE_CREATE, ERR_NEWER, newer);
}
END_TEST

START_TEST(an_empty_file_is_a_new_database)
{
    const char *path = fixture_path("a.db");
    write_file(path, "", 0);
    fixture_refused(path, STORE_READ, ERR_STORE,
                    "%s: this database is empty; nothing has been run into it");
    make_database(path, 3);
    ck_assert_int_eq(fixture_query_int(path, "SELECT count(*) FROM job"), 3);
    ck_assert_int_eq(fixture_query_int(path, "PRAGMA application_id"), 0x42725377);
    ck_assert_int_eq(fixture_query_int(path, "PRAGMA user_version"), 4);
}
END_TEST

START_TEST(what_may_not_be_written_is_said)
{
    char sentence[4096];
    make_database(fixture_path("a.db"), 3);
    ck_assert_int_eq(chmod(fixture_path("a.db"), 0444), 0);
    leave_root();
    fixture_refused(fixture_path("a.db"), STORE_WRITE, ERR_STORE,
                    "%s: the file is read-only; make it writable or copy it");
    fixture_close(fixture_open(fixture_path("a.db"), STORE_READ));
    return_to_root();
    ck_assert_int_eq(chmod(fixture_path("a.db"), 0), 0);
    leave_root();
    fixture_refused(fixture_path("a.db"), STORE_READ, ERR_STORE,
                    "%s: it may not be read (Permission denied)");
    return_to_root();
    ck_assert_int_eq(chmod(fixture_path(""), 0555), 0);
    if (geteuid() == 0)
        ck_assert_int_eq(seteuid(65534), 0);
    snprintf(sentence, sizeof sentence,
             "%%s: its directory %s is read-only; name a file where you may write",
             fixture_path(""));
    fixture_refused(fixture_path("b.db"), STORE_CREATE, ERR_STORE, sentence);
    return_to_root();
    ck_assert_int_eq(chmod(fixture_path(""), 0755), 0);
}
END_TEST

/* In a read-only directory SQLite cannot create a -shm file. */
START_TEST(read_only_media_can_be_read)
{
    const char *path = fixture_path("it's 100% #1?.db");
    make_database(path, 3);
    ck_assert_int_eq(chmod(fixture_path(""), 0555), 0);
    if (geteuid() == 0)
        ck_assert_int_eq(seteuid(65534), 0);
    struct store *store = fixture_open(path, STORE_READ);
    struct store_counts counts;
    ck_assert_int_eq(store_count(store, "s", &counts, NULL), 0);
    ck_assert_int_eq(counts.total, 3);
    fixture_close(store);
    return_to_root();
    ck_assert_int_eq(chmod(fixture_path(""), 0755), 0);
}
END_TEST

START_TEST(names_are_only_names)
{
    static const char *const names[] = {"file:a.db?mode=memory", ":memory:", "a b'\"%41.db"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *path = fixture_path(names[i]);
        ck_assert_int_eq(chdir(fixture_path("")), 0);
        make_database(names[i], 2); /* without a directory */
        ck_assert_int_eq(access(path, F_OK), 0);
        fixture_close(fixture_open(path, STORE_READ));
        ck_assert_int_eq(chdir("/"), 0);
    }
    /* a link stands for its target: one lock for both names */
    const char *path = fixture_path("a.db"), *link_path = fixture_path("link.db");
    make_database(path, 2);
    ck_assert_int_eq(symlink(path, link_path), 0);
    struct store *store = fixture_open(link_path, STORE_WRITE), *second;
    ck_assert_int_eq(access(fixture_path("a.db.lock"), F_OK), 0);
    ck_assert_int_eq(store_open(&second, path, STORE_WRITE, fixture_experiments, NULL), ERR_BUSY);
    fixture_close(store);
}
END_TEST

START_TEST(journals_follow_the_file_system)
{
    static const struct {
        uint32_t magic;
        const char *name, *journal;
    } expected[] = {{0xEF53, "ext4", "wal"},
                    {0x6969, "NFS", "truncate"},
                    {0x0BD00BD0, "Lustre", "truncate"},
                    {0x47504653, "GPFS", "truncate"},
                    {0x12345678, "unknown", "truncate"}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const struct filesystem *system = store_file_system(expected[i].magic);
        ck_assert_str_eq(system->name, expected[i].name);
        ck_assert_str_eq(system->journal, expected[i].journal);
    }
    const char *path = fixture_path("a.db");
    make_database(path, 2);
    char *mode = fixture_query(path, "PRAGMA journal_mode");
    ck_assert_int_eq(strcmp(mode, "wal\n") == 0, strcmp(store_file_on(path)->journal, "wal") == 0);
    free(mode);
}
END_TEST

/* ---- the lock ---- */

START_TEST(one_writer_at_a_time)
{
    const char *path = fixture_path("a.db");
    make_database(path, 3);
    int ready[2], done[2];
    ck_assert(pipe(ready) == 0 && pipe(done) == 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    char byte = 0;
    if (child == 0) {
        setenv("SLURM_JOB_ID", "4711", 1);
        struct store *store = fixture_open(path, STORE_WRITE);
        if (write(ready[1], &byte, 1) == 1 && read(done[0], &byte, 1) == 1)
            fixture_close(store);
        _exit(0);
    }
    ck_assert_int_eq(read(ready[0], &byte, 1), 1);
    char host[256] = "", sentence[1000];
    gethostname(host, sizeof host - 1);
    snprintf(sentence, sizeof sentence,
             "%%s: in use by process %ld on %s (Slurm job 4711); wait for it to end, or stop it",
             (long)child, host);
    fixture_refused(path, STORE_WRITE, ERR_BUSY, sentence);
    fixture_close(fixture_open(path, STORE_READ)); /* readers need no lock */
    ck_assert_int_eq(write(done[1], &byte, 1), 1);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    fixture_close(fixture_open(path, STORE_WRITE));
    ck_assert_int_ne(access(fixture_path("a.db.lock"), F_OK), 0);
}
END_TEST

START_TEST(a_lock_of_the_dead_is_no_obstacle)
{
    const char *path = fixture_path("a.db");
    pid_t child = fork();
    if (child == 0) {
        struct store *store = fixture_open(path, STORE_CREATE);
        (void)store;
        raise(SIGKILL);
    }
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert_int_eq(access(fixture_path("a.db.lock"), F_OK), 0);
    fixture_close(fixture_open(path, STORE_WRITE));
    write_file(fixture_path("a.db.lock"), "process 1 on elsewhere\n", 23);
    fixture_close(fixture_open(path, STORE_WRITE));
}
END_TEST

/* ---- while a writer works ---- */

enum { JOBS = 3000 };

/* Does job after job and commits after each; writes the number of each acknowledged job to fd. */
static void write_and_acknowledge(const char *path, int first, int fd)
{
    struct store *store = fixture_open(path, STORE_WRITE);
    for (int k = first; k < JOBS; k++) {
        if (fixture_do_job(store, k + 1, k, OUTCOME_DONE, NULL) || store_commit(store, NULL) ||
            write(fd, &k, sizeof k) != sizeof k)
            _exit(1);
    }
    _exit(0);
}

static pid_t start_writer(const char *path, int first, int *from)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        write_and_acknowledge(path, first, ends[1]);
    close(ends[1]);
    *from = ends[0];
    return child;
}

/* SIGKILL at ten moments, each during some job: what was acknowledged is stored completely, and
   nothing is stored twice or in part. */
START_TEST(sigkill_loses_nothing_acknowledged)
{
    const char *path = fixture_path("a.db");
    make_database(path, JOBS);
    int next = 0; /* the first job that was not acknowledged */
    for (int round = 0; round < 10; round++) {
        int from, k = -1, until = next + 3 + 7 * round % 20;
        pid_t child = start_writer(path, next, &from);
        while (k < until && read(from, &k, sizeof k) == sizeof k)
            ;
        usleep((useconds_t)(173 * round));
        kill(child, SIGKILL);
        while (read(from, &k, sizeof k) == sizeof k)
            ; /* acknowledged before the kill arrived */
        close(from);
        ck_assert_int_eq(waitpid(child, NULL, 0), child);
        ck_assert_int_ge(k, until);

        struct store *store = fixture_open(path, STORE_WRITE);
        ck_assert_int_eq(store_reset(store, 0, NULL), 0);
        fixture_close(store);
        char *check = fixture_query(path, "PRAGMA integrity_check");
        ck_assert_str_eq(check, "ok\n");
        free(check);
        long done = fixture_query_int(path, "SELECT count(*) FROM job WHERE state = 'done'");
        /* the current job may have been committed but not acknowledged */
        ck_assert_int_ge(done, k + 1);
        ck_assert_int_le(done, k + 2);
        ck_assert_int_eq(fixture_query_int(path, "SELECT max(job_id) FROM sample"), done);
        ck_assert_int_eq(fixture_query_int(path, "SELECT count(*) FROM sample"), done);
        ck_assert_int_eq(fixture_query_int(path, "SELECT count(*) FROM curve"), 3 * done);
        ck_assert_int_eq(fixture_query_int(path, "SELECT count(*) FROM array"), 2 * done);
        next = (int)done;
    }
}
END_TEST

static int count_rows(const struct store_row *row, void *data, struct err *e)
{
    (void)e;
    (void)row;
    ++*(int *)data;
    return 0;
}

START_TEST(readers_see_whole_results_while_they_are_written)
{
    const char *path = fixture_path("a.db");
    make_database(path, JOBS);
    int from, k = -1, reads = 0;
    pid_t child = start_writer(path, 0, &from);
    struct store *store = fixture_open(path, STORE_READ);
    while (k < 300 && read(from, &k, sizeof k) == sizeof k) {
        if (k % 10)
            continue;
        struct store_counts counts;
        int results = 0, front = 0;
        ck_assert_int_eq(store_count(store, NULL, &counts, NULL), 0);
        ck_assert_int_eq(store_each_result(store, &sample, count_rows, &results, NULL), 0);
        ck_assert_int_eq(
            store_each_pareto(store, &sample, &sample.planes[0], 1, count_rows, &front, NULL), 0);
        ck_assert_int_ge(counts.state[2], k + 1);
        ck_assert_int_ge(results, (int)counts.state[2]);
        ck_assert_int_ge(front, 1);
        reads++;
    }
    ck_assert_int_ge(reads, 20);
    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    close(from);
    fixture_close(store);
}
END_TEST

/* ---- failing disks ---- */

/* Writes until it fails; earlier commits are intact afterwards, and the message is the expected
   one. */
static void fill(const char *path, const char *sentence)
{
    struct store *store = fixture_open(path, STORE_WRITE);
    struct err e = {0, ""};
    char expected[1000];
    int k = 0, code = 0;
    while (!code && k < JOBS) {
        code = fixture_do_job(store, k + 1, k, OUTCOME_DONE, &e);
        if (!code)
            code = store_commit(store, &e);
        k += !code;
    }
    snprintf(expected, sizeof expected, "%s: %s", path, sentence);
    ck_assert_str_eq(e.text, expected);
    ck_assert_int_eq(code, ERR_DISK);
    ck_assert_int_gt(k, 0);

    struct store_counts counts;
    ck_assert_int_eq(store_count(store, NULL, &counts, NULL), 0);
    ck_assert_int_eq(counts.state[2], k);
    fixture_close(store);
    struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
    store = fixture_open(path, STORE_READ);
    ck_assert_int_eq(store_count(store, NULL, &counts, NULL), 0);
    ck_assert_int_eq(counts.state[2], k);
    ck_assert_int_eq(counts.state[0] + counts.state[1], JOBS - k);
    fixture_close(store);
}

START_TEST(a_full_disk_loses_nothing_committed)
{
    const char *disk = fixture_path("disk");
    ck_assert_int_eq(mkdir(disk, 0777), 0);
    /* not root, or mounting is not allowed: the next test must suffice */
    if (mount("none", disk, "tmpfs", 0, "size=2m"))
        return;
    make_database(fixture_path("disk/a.db"), JOBS);
    fill(fixture_path("disk/a.db"),
         "the disk is full; make room and run again: what was committed is safe");
    ck_assert_int_eq(umount(disk), 0);
}
END_TEST

START_TEST(a_failed_write_loses_nothing_committed)
{
    const char *path = fixture_path("a.db");
    make_database(path, JOBS);
    struct stat status;
    ck_assert_int_eq(stat(path, &status), 0);
    signal(SIGXFSZ, SIG_IGN);
    rlim_t size = (rlim_t)status.st_size + 300000;
    struct rlimit limit = {size, RLIM_INFINITY};
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    fill(path, "reading or writing failed (disk, quota or network); run again when it works: what "
               "was committed is safe");
}
END_TEST

FIXTURE_CASE(refusals, "refusals", what_is_not_there_is_said, what_is_no_database_is_left_alone,
             what_belongs_to_others_is_left_alone, an_empty_file_is_a_new_database,
             what_may_not_be_written_is_said)
FIXTURE_CASE(places, "places", read_only_media_can_be_read, names_are_only_names,
             journals_follow_the_file_system)
FIXTURE_CASE(locks, "locks", one_writer_at_a_time, a_lock_of_the_dead_is_no_obstacle)
FIXTURE_CASE(writing, "while a writer works", sigkill_loses_nothing_acknowledged,
             readers_see_whole_results_while_they_are_written)
FIXTURE_CASE(failing, "failing disks", a_full_disk_loses_nothing_committed,
             a_failed_write_loses_nothing_committed)

SUITE_MAIN("store_file", refusals, places, locks, writing, failing)
