#include "jobs/cogtasks_graph.h"

static void set_real(struct result *result, const char *metric, struct optional value)
{
    result_set(result, metric, value.defined ? value_real(value.value) : value_null());
}

int cogtasks_graph(const struct graph_subject *subject, const float *placed, int g,
                   struct result *result, struct err *e)
{
    struct graph_metrics m;
    int code = graph_metrics_measure(subject, &m, e);
    if (code)
        return code;
    const struct {
        const char *name;
        struct optional value;
    } values[] = {
        {"graph_density", m.density},
        {"graph_clustering", m.clustering},
        {"graph_clustering_null_sd", m.clustering_sd},
        {"graph_efficiency", m.efficiency},
        {"small_world", m.small_world},
        {"small_world_degree", m.small_world_degree},
        {"q_best", m.q_best},
        {"q_best_null", m.q_best_null},
        {"q_best_z", m.q_best_z},
        {"q_best_binary", m.q_best_binary},
        {"community_ari", m.community_ari},
        {"community_nmi", m.community_nmi},
        {"weight_distance_r", graph_metrics_weight_distance(subject->w, g)},
        {"weight_distance_r_placed", graph_metrics_weight_distance(placed, g)},
        {"homophily", m.homophily},
        {"homophily_tv", m.homophily_tv.observed},
        {"homophily_tv_z", m.homophily_tv.z},
        {"homophily_tv_p", m.homophily_tv.p},
        {"selectivity_r", m.selectivity_r},
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        set_real(result, values[i].name, values[i].value);
    if (m.q_best_n.defined)
        result_set(result, "q_best_n", value_int((int)m.q_best_n.value));
    return 0;
}
