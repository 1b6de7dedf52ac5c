#include "view/metrics.hpp"

#include "view/fullness.hpp"
#include "view/health.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <initializer_list>
#include <map>

namespace site {
namespace {

using Label = prometheus::ClientMetric::Label;

/// Every guard that may trip over a whole plan, so that an alert has a series before the first trip.
constexpr const char* guards[] = { "clock", "disjoint-list", "empty-list", "not-whole", "service-settings",
    "store-lost", "taking-away", "taking-away-day" };

/// Families of gauges, each sample with the cluster's label.
class Metrics {
public:
    explicit Metrics(const std::string& cluster) : cluster_ { "cluster", cluster } { }

    void family(const std::string& name, const std::string& help)
    {
        families_.push_back({ "site_agent_" + name, help, prometheus::MetricType::Gauge, {} });
    }
    void sample(double value, std::initializer_list<Label> labels = {})
    {
        prometheus::ClientMetric metric;
        metric.label.push_back(cluster_);
        metric.label.insert(metric.label.end(), labels.begin(), labels.end());
        metric.gauge.value = value;
        families_.back().metric.push_back(std::move(metric));
    }
    void alone(const std::string& name, const std::string& help, double value)
    {
        family(name, help);
        sample(value);
    }
    [[nodiscard]] const std::vector<prometheus::MetricFamily>& families() const { return families_; }

private:
    Label cluster_;
    std::vector<prometheus::MetricFamily> families_;
};

double seconds(std::optional<Instant> at)
{
    return at ? static_cast<double>(at->time_since_epoch().count()) : 0;
}

double age(std::optional<Instant> at, Instant now)
{
    return at ? static_cast<double>((now - *at).count()) : -1;
}

template <class Count> double number(Count count)
{
    return static_cast<double>(count);
}

void cycle_metrics(const Situation& now, const Config& config, Instant moment, Metrics& out)
{
    out.alone("ready", "Whether the last cycle was good and recent.",
        not_ready(now, config, moment).empty() ? 1 : 0);
    out.alone("last_cycle_timestamp_seconds", "When the last cycle ended.", seconds(now.cycle_at));
    out.alone("snapshot_timestamp_seconds", "When the portal was last read whole.", seconds(now.snapshot_at));
    out.alone("portal_up", "Whether the last cycle read the portal whole.",
        now.cycle_at && !now.cycle.if_contains("portal_error") && !now.cycle.if_contains("error") ? 1 : 0);
    for (const auto* count : { "allocations", "associations", "waiting", "without_names" })
        out.alone(
            count, std::string("Of the last cycle: ") + count + ".", number(member_number(now.cycle, count)));
    out.family("guard_held_changes", "Changes that a tripped guard holds; -1 when it is not tripped.");
    std::map<std::string, std::int64_t> held;
    for (const auto* guard : guards)
        held[guard] = -1;
    for (const auto& one : member_array(now.cycle, "guards"))
        held[member_text(one.as_object(), "guard")] = member_number(one.as_object(), "held");
    for (const auto& [guard, count] : held)
        out.sample(number(count), { { "guard", guard } });
    out.family("plugin_out", "Whether a plugin was out of the last cycle.");
    std::map<std::string, int> sick;
    for (const auto& one : member_array(now.cycle, "sick"))
        sick[member_text(one.as_object(), "plugin")] = 1;
    for (const auto& [plugin, is] : sick)
        out.sample(is, { { "plugin", plugin } });
    out.family("findings", "What a sysadmin should know, by code.");
    std::map<std::string, std::int64_t> findings;
    for (const auto& one : member_array(now.cycle, "findings"))
        ++findings[member_text(one.as_object(), "code")];
    for (const auto& [code, count] : findings)
        out.sample(number(count), { { "code", code } });
    out.family("changes", "Changes of the last cycle, by what became of them.");
    if (const auto* outcomes = now.cycle.if_contains("outcomes"); outcomes && outcomes->is_object())
        for (const auto* outcome : { "done", "failed", "later", "open" })
            out.sample(number(member_number(outcomes->as_object(), outcome)), { { "outcome", outcome } });
}

void store_metrics(const Situation& now, Instant moment, Metrics& out)
{
    out.alone("usage_read_timestamp_seconds", "Up to when jobs are counted.",
        now.newest_day ? seconds(now.newest_day->read) : 0);
    out.alone("outbox_rows", "Reports that wait to be sent.", number(now.outbox.size()));
    std::optional<Instant> oldest;
    for (const auto& row : now.outbox)
        oldest = std::min(oldest.value_or(row.measured), row.measured);
    out.alone("outbox_oldest_age_seconds", "Age of the oldest report that waits; -1: none does.",
        age(oldest, moment));
    out.alone("in_grace", "Members and allocations that are gone and kept closed.", number(now.gone.size()));
    out.alone("resources_in_trouble", "Resources with a fault of their own.", number(now.troubles.size()));
    out.alone("backup_timestamp_seconds", "When the newest backup was made; 0: none is there.",
        seconds(now.newest_backup));
    out.alone("journal_rows", "Rows of the journal's chain of evidence, those dropped included.",
        number(now.head.seq));
    out.alone("store_lost", "Whether the state file was lost, so that nothing is changed.",
        now.lost.empty() ? 0 : 1);
}

void storage_metrics(const Situation& now, Instant moment, Metrics& out)
{
    out.family("storage_read_age_seconds", "Age of a volume's last whole reading; -1: there was none.");
    for (const auto& volume : now.volumes)
        out.sample(age(volume.read, moment), { { "volume", volume.volume } });
    const auto levels = [&](const std::string& name, const std::string& help,
                            std::optional<std::uint64_t> StorageLevel::*amount) {
        out.family(name, help);
        for (const auto& one : chosen(now.levels, now.volumes, {}))
            if (const auto bytes = one.level.*amount)
                out.sample(number(*bytes),
                    { { "volume", one.volume }, { "project", one.level.holder.group.text() } });
    };
    levels("storage_used_bytes", "What a project has on a volume, by its Unix group, when it was last known.",
        &StorageLevel::used_bytes);
    levels("storage_limit_bytes", "What it may have; a project without a limit has none here.",
        &StorageLevel::limit_bytes);
}

void project_metrics(const MonthUsage& month, std::size_t most, Metrics& out)
{
    std::vector<const UsageLine*> lines;
    for (const auto& line : month.lines)
        lines.push_back(&line);
    const auto by_use = [](const UsageLine* a, const UsageLine* b) {
        return a->projection.used != b->projection.used ? a->projection.used > b->projection.used
                                                        : a->account < b->account;
    };
    std::sort(lines.begin(), lines.end(), by_use);
    lines.resize(std::min(lines.size(), most));
    out.family("project_used_node_seconds", "Used this month, by account, of those that used most.");
    for (const auto* line : lines)
        out.sample(number(line->projection.used), { { "project", line->account.text() } });
    out.family("project_limit_node_seconds", "The month's limit; an account without one has none here.");
    for (const auto* line : lines)
        if (line->projection.limit)
            out.sample(number(*line->projection.limit), { { "project", line->account.text() } });
}

Metrics all(const Situation& situation, const MonthUsage* month, const Config& config, Instant now)
{
    Metrics out(config.clusters.empty() ? std::string {} : config.clusters.front().name);
    cycle_metrics(situation, config, now, out);
    store_metrics(situation, now, out);
    storage_metrics(situation, now, out);
    if (month)
        project_metrics(*month, config.endpoint.metrics_projects, out);
    return out;
}

} // namespace

std::string metrics_text(
    const Situation& situation, const MonthUsage* month, const Config& config, Instant now)
{
    return prometheus::TextSerializer().Serialize(all(situation, month, config, now).families());
}

std::vector<std::string> metric_names()
{
    const MonthUsage month {};
    std::vector<std::string> names;
    const auto metrics = all({}, &month, {}, {});
    for (const auto& family : metrics.families())
        names.push_back(family.name);
    return names;
}

} // namespace site
