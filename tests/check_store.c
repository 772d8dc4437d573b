/* store: what goes in comes out. */
#include "store_fixture.h"
#include "suite.h"

START_TEST(a_new_file)
{
    const char *path = fixture_path("a.db");
    struct store *store = fixture_open(path, STORE_CREATE);
    struct err e;
    ck_assert_int_eq(fixture_enter(store, "s", "text", 0, 5, &e), 0);
    for (int k = 0; k < 5; k++)
        ck_assert_msg(fixture_do_job(store, k + 1, k, OUTCOME_DONE, &e) == 0, "%s", e.text);
    fixture_close(store);
    char *t = fixture_query(path, "select * from sample; select * from progress; select sql from sqlite_schema where name like 'pareto_neurons%' or name='sample' or name='curve'; select * from pareto_neurons_by_regularizer; select name,rows,cols,hex(data) from array limit 2");
    puts(t);
    free(t);
}
END_TEST

FIXTURE_CASE(first, "first", a_new_file)
SUITE_MAIN("store", first)
