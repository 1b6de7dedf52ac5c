#include "accounting/drain.hpp"

#include "system/fault.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace site {
namespace {

constexpr Seconds shortest_pause { 5 * 60 };
constexpr Seconds longest_pause { 6 * 3600 };
constexpr std::size_t most_errors = 20;

/// One run over the outbox.
class Run {
public:
    Run(RestPortal& portal, Database& database, const Clock& clock, Due due)
        : portal_(portal), database_(database), outbox_(database), clock_(clock), due_(due)
    {
    }

    /// False: the run is over.
    Result<bool> step(const OutboxRow& row)
    {
        const Scope scope { row.resource, row.month };
        const bool totals = row.call == OutboxCall::set_usage;
        if (row.refused) {
            if (totals)
                closed_.insert(scope);
            return true;
        }
        if (!totals && closed_.contains(scope))
            return refuse(row, "the portal has closed the month");
        if (!totals && held_.contains(scope))
            return true;
        if (due_ == Due::by_pause && row.next_try && *row.next_try > clock_.now()) {
            if (totals)
                held_.insert(scope);
            return true;
        }
        const auto answer
            = totals ? portal_.set_usage(row.resource, row.measured, row.amounts) : send_shares(row);
        if (answer)
            return acknowledge(row);
        if (totals)
            held_.insert(scope);
        if (is_closed_month(answer.error())) {
            closed_.insert(scope);
            return refuse(row, answer.error().text);
        }
        return fail(row, answer.error());
    }

    Drained done;

private:
    using Scope = std::pair<Uuid, Month>;
    using Records = std::map<std::string, Uuid>; ///< by component

    Result<void> send_shares(const OutboxRow& row)
    {
        const auto records = records_of(row);
        if (!records)
            return records.error();
        const auto record = (*records)->find(row.component);
        if (record == (*records)->end())
            return Error { Errc::not_found,
                "the portal has no usage record of component \"" + row.component + "\"" };
        return portal_.set_user_usages(record->second, row.measured, row.users);
    }

    Result<const Records*> records_of(const OutboxRow& row)
    {
        const Scope scope { row.resource, row.month };
        if (const auto known = records_.find(scope); known != records_.end())
            return &known->second;
        const auto found = portal_.usage_records(row.resource, row.month);
        if (!found)
            return found.error();
        auto& records = records_[scope];
        for (const auto& record : *found)
            records.emplace(record.type, record.uuid);
        return &records;
    }

    Result<bool> acknowledge(const OutboxRow& row)
    {
        fault_point("acknowledged");
        ++done.sent;
        return book(
            "booking an acknowledgement", [&](Transaction& transaction) { outbox_.sent(transaction, row); });
    }

    Result<bool> refuse(const OutboxRow& row, const std::string& why)
    {
        ++done.refused;
        return book(
            "booking a refusal", [&](Transaction& transaction) { outbox_.refused(transaction, row, why); });
    }

    Result<bool> fail(const OutboxRow& row, const Error& error)
    {
        ++done.failed;
        if (done.errors.size() < most_errors)
            done.errors.push_back(std::string(name(row.call)) + " of resource " + row.resource.text()
                + " for " + text(row.month) + ": " + error.text.substr(0, 400));
        const bool away = retryable(error.code);
        // Being away says nothing of the row, so it doesn't make its pause grow.
        const auto pause = away ? shortest_pause : pause_after(row.attempts);
        auto booked = book("booking a failure", [&](Transaction& transaction) {
            outbox_.failed(transaction, row, error.text, clock_.now() + pause);
        });
        if (!booked)
            return booked;
        return !away;
    }

    Result<bool> book(std::string_view what, const std::function<void(Transaction&)>& work)
    {
        auto committed = database_.commit(what, work);
        if (!committed)
            return committed.error();
        return true;
    }

    RestPortal& portal_;
    Database& database_;
    Outbox outbox_;
    const Clock& clock_;
    const Due due_;
    std::set<Scope> closed_; ///< months that the portal takes nothing of any more
    std::set<Scope> held_; ///< totals that did not go out: shares wait for them
    std::map<Scope, Records> records_;
};

/// Resources that failed least come first, so that a few that always fail never keep the others waiting;
/// within a resource the order stays.
void healthy_first(std::vector<OutboxRow>& rows)
{
    std::map<Uuid, std::uint32_t> attempts;
    for (const auto& row : rows)
        attempts[row.resource] = std::max(attempts[row.resource], row.attempts);
    std::stable_sort(rows.begin(), rows.end(),
        [&](const auto& a, const auto& b) { return attempts.at(a.resource) < attempts.at(b.resource); });
}

} // namespace

Seconds pause_after(std::uint32_t attempts)
{
    auto pause = shortest_pause;
    for (; attempts > 0 && pause < longest_pause; --attempts)
        pause *= 2;
    return std::min(pause, longest_pause);
}

Result<Drained> drain(
    RestPortal& portal, Database& database, const Clock& clock, const std::function<bool()>& stop, Due due)
{
    auto rows = Outbox(database).rows();
    if (!rows)
        return rows.error();
    healthy_first(*rows);
    Run run(portal, database, clock, due);
    for (const auto& row : *rows) {
        if (stop && stop())
            break;
        const auto more = run.step(row);
        if (!more)
            return more.error();
        if (!*more)
            break;
    }
    return std::move(run.done);
}

} // namespace site
