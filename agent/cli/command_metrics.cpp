#include "cli/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/render_storage.hpp"
#include "cli/situation.hpp"

#include <map>

namespace site {
namespace {

namespace json = boost::json;

/// Every guard that may trip over a whole plan, so that an alert has a series before the first trip.
constexpr const char* guards[] = { "clock", "disjoint-list", "empty-list", "not-whole", "service-settings",
    "store-lost", "taking-away", "taking-away-day" };

/// Prometheus text format, version 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/
class Exposition {
public:
    explicit Exposition(std::ostream& out) : out_(out) { }

    void family(const std::string& name, const std::string& help)
    {
        name_ = "site_agent_" + name;
        out_ << "# HELP " << name_ << " " << help << "\n# TYPE " << name_ << " gauge\n";
    }
    void sample(const std::string& labels, std::int64_t value)
    {
        out_ << name_ << (labels.empty() ? "" : "{" + labels + "}") << " " << value << "\n";
    }

private:
    std::ostream& out_;
    std::string name_;
};

std::string label(const std::string& name, const std::string& value)
{
    std::string escaped;
    for (const char c : value) {
        if (c == '\\' || c == '"')
            escaped += '\\';
        escaped += c == '\n' ? ' ' : c;
    }
    return name + "=\"" + escaped + "\"";
}

void cycle_metrics(const Situation& now, const std::string& cluster, Exposition& out)
{
    out.family("last_cycle_timestamp_seconds", "When the last cycle ended.");
    out.sample(cluster, now.cycle_at ? now.cycle_at->time_since_epoch().count() : 0);
    out.family("snapshot_timestamp_seconds", "When the portal was last read whole.");
    out.sample(cluster, now.snapshot_at ? now.snapshot_at->time_since_epoch().count() : 0);
    out.family("portal_up", "Whether the last cycle read the portal whole.");
    out.sample(cluster,
        now.cycle_at && !now.cycle.if_contains("portal_error") && !now.cycle.if_contains("error") ? 1 : 0);
    for (const auto* count : { "allocations", "associations", "waiting", "without_names" }) {
        out.family(count, std::string("Of the last cycle: ") + count + ".");
        out.sample(cluster, member_number(now.cycle, count));
    }
    out.family("guard_held_changes", "Changes that a tripped guard holds; -1 when it is not tripped.");
    std::map<std::string, std::int64_t> held;
    for (const auto* guard : guards)
        held[guard] = -1;
    for (const auto& one : member_array(now.cycle, "guards"))
        held[member_text(one.as_object(), "guard")] = member_number(one.as_object(), "held");
    for (const auto& [guard, count] : held)
        out.sample(cluster + "," + label("guard", guard), count);
    out.family("plugin_out", "Whether a plugin was out of the last cycle.");
    std::map<std::string, int> sick;
    for (const auto& one : member_array(now.cycle, "sick"))
        sick[member_text(one.as_object(), "plugin")] = 1;
    for (const auto& [plugin, is] : sick)
        out.sample(cluster + "," + label("plugin", plugin), is);
    out.family("findings", "What a sysadmin should know, by code.");
    std::map<std::string, std::int64_t> findings;
    for (const auto& one : member_array(now.cycle, "findings"))
        ++findings[member_text(one.as_object(), "code")];
    for (const auto& [code, count] : findings)
        out.sample(cluster + "," + label("code", code), count);
    out.family("changes", "Changes of the last cycle, by what became of them.");
    if (const auto* outcomes = now.cycle.if_contains("outcomes"); outcomes && outcomes->is_object())
        for (const auto* outcome : { "done", "failed", "later", "open" })
            out.sample(
                cluster + "," + label("outcome", outcome), member_number(outcomes->as_object(), outcome));
}

void store_metrics(const Situation& now, const std::string& cluster, Exposition& out)
{
    out.family("usage_read_timestamp_seconds", "Up to when jobs are counted.");
    out.sample(cluster, now.newest_day ? now.newest_day->read.time_since_epoch().count() : 0);
    out.family("outbox_rows", "Reports that wait to be sent.");
    out.sample(cluster, static_cast<std::int64_t>(now.outbox.size()));
    out.family("in_grace", "Members and allocations that are gone and kept closed.");
    out.sample(cluster, static_cast<std::int64_t>(now.gone.size()));
    out.family("resources_in_trouble", "Resources with a fault of their own.");
    out.sample(cluster, static_cast<std::int64_t>(now.troubles.size()));
    out.family("backup_timestamp_seconds", "When the newest backup was made; 0: none is there.");
    out.sample(cluster, now.newest_backup ? now.newest_backup->time_since_epoch().count() : 0);
    out.family("journal_rows", "Rows of the journal's chain of evidence, those dropped included.");
    out.sample(cluster, now.head.seq);
    out.family("store_lost", "Whether the state file was lost, so that nothing is changed.");
    out.sample(cluster, now.lost.empty() ? 0 : 1);
}

void storage_metrics(const Situation& now, const std::string& cluster, Instant moment, Exposition& out)
{
    const auto of = [&](const VolumeState& volume) { return cluster + "," + label("volume", volume.volume); };
    out.family("storage_read_age_seconds", "Age of a volume's last whole reading; -1: there was none.");
    for (const auto& volume : now.volumes)
        out.sample(of(volume), volume.read ? (moment - *volume.read).count() : -1);
    const auto levels = [&](const std::string& name, const std::string& help,
                            std::optional<std::uint64_t> StorageLevel::*amount) {
        out.family(name, help);
        for (const auto& one : chosen(now.levels, now.volumes, {}))
            if (const auto bytes = one.level.*amount)
                out.sample(cluster + "," + label("volume", one.volume) + ","
                        + label("project", one.level.holder.group.text()),
                    static_cast<std::int64_t>(*bytes));
    };
    levels("storage_used_bytes", "What a project has on a volume, by its Unix group, when it was last known.",
        &StorageLevel::used_bytes);
    levels("storage_limit_bytes", "What it may have; a project without a limit has none here.",
        &StorageLevel::limit_bytes);
}

} // namespace

int command_metrics(Desk& desk)
{
    auto database = Database::open(desk.config.state / "state.db", Database::Access::read);
    if (!database)
        return desk.fail(database.error());
    auto now = situation(desk, **database);
    if (!now)
        return desk.fail(now.error());
    Exposition out(desk.screen.out);
    const auto cluster = label("cluster", desk.config.clusters.front().name);
    cycle_metrics(*now, cluster, out);
    store_metrics(*now, cluster, out);
    storage_metrics(*now, cluster, desk.clock.now(), out);
    return exit_code::ok;
}

} // namespace site
