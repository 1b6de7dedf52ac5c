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
    for (const auto& [tres, count] : more.extra)
        sum.extra[tres] += count;
}

std::uint64_t measured_by(const Spent& spent, const ComponentConfig& component)
{
    switch (component.measure) {
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
    case Measure::tres: {
        const auto found = spent.extra.find(Name { component.tres });
        return found == spent.extra.end() ? 0 : found->second;
    }
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

    /// Components of which the portal holds more than was used by our account.
    [[nodiscard]] std::vector<Fewer> fewer(Uuid resource, const Spent& spent) const
    {
        std::vector<Fewer> found;
        for (const auto& [type, component] : config_.components) {
            const auto held = acknowledged(resource, type, "");
            const auto now = amount(spent, component);
            if (held && now < *held)
                found.push_back({ resource, type, *held, now });
        }
        return found;
    }

    /// `spent`: null when it is not known. `held`: what is not to fall.
    [[nodiscard]] std::optional<OutboxRow> totals(Uuid resource, const Spent* spent,
        const std::map<std::string, Decimal>& stored, const std::vector<Fewer>& held) const
    {
        OutboxRow row {
            .resource = resource, .month = month_, .call = OutboxCall::set_usage, .measured = measured_
        };
        std::map<std::string, Decimal> amounts(stored);
        if (spent != nullptr)
            for (const auto& [type, component] : config_.components)
                amounts[type] = amount(*spent, component);
        for (const auto& one : held)
            amounts[one.type] = one.portal;
        const auto* waits = waiting(row);
        if (waits != nullptr) // what is not known now waits on as it was
            for (const auto& figure : waits->amounts)
                if (spent == nullptr || config_.storage_components.contains(figure.type))
                    amounts.try_emplace(figure.type, figure.amount);
        bool differs = false;
        for (const auto& [type, figure] : amounts) {
            row.amounts.push_back({ type, figure });
            differs = differs || acknowledged(resource, type, "") != figure;
        }
        if (waits != nullptr)
            differs = waits->amounts != row.amounts;
        return differs && !row.amounts.empty() ? std::optional(std::move(row)) : std::nullopt;
    }

    /// The same of people's storage. Who is not known now keeps the figure that the portal has.
    [[nodiscard]] std::optional<OutboxRow> stored_shares(
        Uuid resource, const std::map<std::string, Decimal>& users, const std::string& type) const
    {
        OutboxRow row { .resource = resource,
            .month = month_,
            .call = OutboxCall::set_user_usages,
            .component = type,
            .measured = measured_ };
        auto figures = users;
        const auto* waits = waiting(row);
        std::set<std::string> queued;
        if (waits != nullptr)
            for (const auto& user : waits->users) {
                queued.insert(user.username);
                figures.try_emplace(user.username, user.amount);
            }
        for (const auto& [user, figure] : figures)
            if (queued.contains(user) || acknowledged(resource, type, user) != figure)
                row.users.push_back({ user, figure });
        const bool differs = waits != nullptr ? waits->users != row.users : !row.users.empty();
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
    return to_decimal(Rational(measured_by(spent, component), component.unit));
}

Reports rows_to_report(const std::optional<std::vector<LedgerRow>>& month_rows, Month month, Instant measured,
    const ResourceOf& resource_of, const UsageConfig& config, const Reported& reported,
    const std::vector<OutboxRow>& waiting, const StorageAmounts& stored, const std::set<Uuid>& released)
{
    Reports reports;
    auto& rows = reports.rows;
    if (config.components.empty() && config.storage_components.empty())
        return reports;
    const bool known = month_rows.has_value();
    const Reporter reporter(month, measured, config, reported, waiting);
    const std::vector<LedgerRow> none;
    for (const auto& [resource, usage] : usage_by_resource(known ? *month_rows : none, resource_of)) {
        if (reporter.refused(resource, OutboxCall::set_usage, ""))
            continue;
        std::vector<Fewer> held;
        if (known)
            held = reporter.fewer(resource, usage.total);
        if (known && released.contains(resource)) {
            if (held.empty())
                reports.agreed.insert(resource);
            held.clear();
        }
        const auto is_held = [&](const std::string& type) {
            return std::any_of(held.begin(), held.end(), [&](const Fewer& one) { return one.type == type; });
        };
        const auto of_resource = stored.totals.find(resource);
        if (auto totals = reporter.totals(resource, known ? &usage.total : nullptr,
                of_resource == stored.totals.end() ? std::map<std::string, Decimal> {} : of_resource->second,
                held))
            rows.push_back(std::move(*totals));
        reports.fewer.insert(reports.fewer.end(), held.begin(), held.end());
        if (!config.per_user)
            continue;
        if (known)
            for (const auto& [type, component] : config.components) {
                if (is_held(type) || reporter.refused(resource, OutboxCall::set_user_usages, type))
                    continue;
                if (auto shares = reporter.shares(resource, usage.users, type, component))
                    rows.push_back(std::move(*shares));
            }
        if (const auto people = stored.users.find(resource); people != stored.users.end())
            for (const auto& [type, users] : people->second) {
                if (reporter.refused(resource, OutboxCall::set_user_usages, type))
                    continue;
                if (auto shares = reporter.stored_shares(resource, users, type))
                    rows.push_back(std::move(*shares));
            }
    }
    return reports;
}

} // namespace site
