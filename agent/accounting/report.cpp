#include "accounting/report.hpp"
#include "model/rational.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>

namespace site {
namespace {

struct Usage {
    Spent total;
    std::map<Name, Spent> users;
};

using WaitingKey = std::tuple<Uuid, OutboxCall, std::string>;
using Waiting = std::map<WaitingKey, const OutboxRow*>;

void add(Spent& sum, const Spent& more)
{
    sum.node_seconds += more.node_seconds;
    sum.cpu_seconds += more.cpu_seconds;
    sum.gpu_seconds += more.gpu_seconds;
    sum.memory_mb_seconds += more.memory_mb_seconds;
    sum.billing_seconds += more.billing_seconds;
}

std::uint64_t measured_by(const Spent& spent, Measure measure)
{
    switch (measure) {
    case Measure::node:
        return spent.node_seconds;
    case Measure::cpu:
        return spent.cpu_seconds;
    case Measure::gpu:
        return spent.gpu_seconds;
    case Measure::memory:
        return spent.memory_mb_seconds;
    case Measure::billing:
        return spent.billing_seconds;
    }
    return spent.node_seconds;
}

/// Every resource, also those without usage: a zero is a sign of life.
std::map<Uuid, Usage> usage_by_resource(const std::vector<LedgerRow>& rows, const ResourceOf& resource_of)
{
    std::map<Uuid, Usage> usage;
    for (const auto& [account, resource] : resource_of)
        if (!resource.is_nil())
            usage.try_emplace(resource);
    for (const auto& row : rows) {
        const auto resource = resource_of.find(row.account);
        if (resource == resource_of.end() || resource->second.is_nil())
            continue;
        auto& of_resource = usage[resource->second];
        add(of_resource.total, row.spent);
        if (!row.user.empty())
            add(of_resource.users[row.user], row.spent);
    }
    return usage;
}

/// Makes the rows of one month.
class Reporter {
public:
    Reporter(Month month, Instant measured, const UsageConfig& config, const Reported& reported,
        const std::vector<OutboxRow>& waiting)
        : month_(month),
          measured_(std::clamp(measured, start_of(month, config.zone_offset),
              start_of(month + std::chrono::months { 1 }, config.zone_offset) - Seconds { 1 })),
          config_(config), reported_(reported)
    {
        for (const auto& row : waiting)
            if (row.month == month)
                waiting_[{ row.resource, row.call, row.component }] = &row;
    }

    [[nodiscard]] std::optional<OutboxRow> totals(Uuid resource, const Spent& spent) const
    {
        OutboxRow row {
            .resource = resource, .month = month_, .call = OutboxCall::set_usage, .measured = measured_
        };
        bool differs = false;
        for (const auto& [type, component] : config_.components) {
            row.amounts.push_back({ type, amount(spent, component) });
            differs = differs || acknowledged(resource, type, "") != row.amounts.back().amount;
        }
        if (const auto* waits = waiting(row))
            differs = waits->amounts != row.amounts;
        return differs ? std::optional(std::move(row)) : std::nullopt;
    }

    /// Those users whose figure is not what the portal has, or may have: a row that waits may have arrived
    /// although its acknowledgement did not.
    [[nodiscard]] std::optional<OutboxRow> shares(Uuid resource, const std::map<Name, Spent>& users,
        const std::string& type, const ComponentConfig& component) const
    {
        OutboxRow row { .resource = resource,
            .month = month_,
            .call = OutboxCall::set_user_usages,
            .component = type,
            .measured = measured_ };
        const auto* waits = waiting(row);
        std::map<std::string, Decimal> figures;
        for (const auto& [user, spent] : users)
            figures[user.text()] = amount(spent, component);
        auto to_send = reported_users(resource, type);
        for (const auto& [user, figure] : figures)
            to_send.insert(user);
        std::set<std::string> queued;
        if (waits)
            for (const auto& user : waits->users)
                queued.insert(user.username);
        to_send.insert(queued.begin(), queued.end());
        for (const auto& user : to_send) {
            const auto figure = figures.contains(user) ? figures.at(user) : Decimal {};
            if (queued.contains(user) || acknowledged(resource, type, user).value_or(Decimal {}) != figure)
                row.users.push_back({ user, figure });
        }
        const bool differs = waits ? waits->users != row.users : !row.users.empty();
        return differs ? std::optional(std::move(row)) : std::nullopt;
    }

    /// The portal has said that it takes no more of this month.
    [[nodiscard]] bool refused(Uuid resource, OutboxCall call, const std::string& component) const
    {
        const auto found = waiting_.find({ resource, call, component });
        return found != waiting_.end() && found->second->refused;
    }

private:
    [[nodiscard]] const OutboxRow* waiting(const OutboxRow& like) const
    {
        const auto found = waiting_.find({ like.resource, like.call, like.component });
        return found == waiting_.end() ? nullptr : found->second;
    }
    [[nodiscard]] std::optional<Decimal> acknowledged(
        Uuid resource, const std::string& type, const std::string& user) const
    {
        const auto found = reported_.find({ resource, month_, type, user });
        return found == reported_.end() ? std::nullopt : std::optional(found->second);
    }
    [[nodiscard]] std::set<std::string> reported_users(Uuid resource, const std::string& type) const
    {
        std::set<std::string> users;
        for (auto found = reported_.upper_bound({ resource, month_, type, "" }); found != reported_.end();
             ++found) {
            const auto& [of_resource, month, component, user] = found->first;
            if (of_resource != resource || month != month_ || component != type)
                break;
            users.insert(user);
        }
        return users;
    }

    Month month_;
    Instant measured_; ///< in the month, so that the portal can't file the figure under another
    const UsageConfig& config_;
    const Reported& reported_;
    Waiting waiting_;
};

} // namespace

Decimal amount(const Spent& spent, const ComponentConfig& component)
{
    return to_decimal(Rational(measured_by(spent, component.measure), component.unit));
}

std::vector<OutboxRow> rows_to_report(const std::vector<LedgerRow>& month_rows, Month month, Instant measured,
    const ResourceOf& resource_of, const UsageConfig& config, const Reported& reported,
    const std::vector<OutboxRow>& waiting)
{
    std::vector<OutboxRow> rows;
    if (config.components.empty())
        return rows;
    const Reporter reporter(month, measured, config, reported, waiting);
    for (const auto& [resource, usage] : usage_by_resource(month_rows, resource_of)) {
        if (reporter.refused(resource, OutboxCall::set_usage, ""))
            continue;
        if (auto totals = reporter.totals(resource, usage.total))
            rows.push_back(std::move(*totals));
        if (!config.per_user)
            continue;
        for (const auto& [type, component] : config.components) {
            if (reporter.refused(resource, OutboxCall::set_user_usages, type))
                continue;
            if (auto shares = reporter.shares(resource, usage.users, type, component))
                rows.push_back(std::move(*shares));
        }
    }
    return rows;
}

} // namespace site
