#include "accounting/month_usage.hpp"

#include <set>

namespace site {
namespace {

void add(UsageLine& line, const LedgerRow& row)
{
    line.spent.node_seconds += row.spent.node_seconds;
    line.spent.cpu_seconds += row.spent.cpu_seconds;
    line.spent.gpu_seconds += row.spent.gpu_seconds;
    line.spent.memory_mb_seconds += row.spent.memory_mb_seconds;
    line.spent.billing_seconds += row.spent.billing_seconds;
    line.jobs += row.jobs;
    line.by_day[row.day] += row.spent.node_seconds;
}

std::optional<std::uint64_t> limit_of(const Limits& limits, Name account)
{
    const auto found = limits.find(account);
    return found == limits.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::uint64_t> sum_of(const Limits& limits, const std::set<Name>& accounts)
{
    std::optional<std::uint64_t> sum;
    for (const auto account : accounts) {
        const auto limit = limit_of(limits, account);
        if (!limit)
            return std::nullopt;
        sum = sum.value_or(0) + *limit;
    }
    return sum;
}

} // namespace

MonthUsage month_usage(Month month, std::span<const LedgerRow> rows, const Limits& limits,
    const MonthCount& count, const UsageChoice& choice)
{
    const bool by_user = choice.by_user || !choice.user.empty();
    const auto wanted = [](Name asked, Name name) { return asked.empty() || asked == name; };
    MonthUsage usage { .month = month, .count = count };
    std::map<std::pair<Name, Name>, UsageLine> lines;
    std::set<Name> accounts;
    const auto line_of = [&](Name account, Name user) -> UsageLine& {
        auto& line = lines[{ account, user }];
        line.account = account;
        line.user = user;
        return line;
    };
    for (const auto& [account, limit] : limits) {
        if (!wanted(choice.account, account))
            continue;
        accounts.insert(account);
        if (!by_user)
            line_of(account, {});
    }
    for (const auto& row : rows) {
        if (row.month != month || !wanted(choice.account, row.account) || !wanted(choice.user, row.user))
            continue;
        accounts.insert(row.account);
        add(line_of(row.account, by_user ? row.user : Name {}), row);
        add(usage.total, row);
    }
    for (auto& [key, line] : lines) {
        line.projection
            = projection(line.by_day, by_user ? std::nullopt : limit_of(limits, line.account), count);
        usage.lines.push_back(std::move(line));
    }
    const auto limit = choice.user.empty() ? sum_of(limits, accounts) : std::nullopt;
    usage.total.projection = projection(usage.total.by_day, limit, count);
    return usage;
}

} // namespace site
