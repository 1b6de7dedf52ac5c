#include "endpoint/usage_shelf.hpp"

#include "accounting/stored_reports.hpp"
#include "model/identifier.hpp"
#include "store/portal_memory.hpp"

#include <optional>
#include <set>

namespace site {
namespace {

constexpr std::chrono::days one_day { 1 };
constexpr Day first_day { std::chrono::year { 1970 } / 1 / 1 };
constexpr Day last_day { std::chrono::year { 9999 } / 12 / 31 };

class UsageShelf : public ReportShelf {
public:
    UsageShelf(const ShelfPlace& place, std::unique_ptr<Database> database, Instant now)
        : scope_ { place.cluster, place.portal }, database_(std::move(database)), now_(now)
    {
    }

    Result<std::vector<ReportKey>> keys(const MonthWish& wish) override
    {
        const auto days = Ledger(*database_).days(scope_.cluster, first_day, last_day);
        if (!days)
            return days.error();
        const auto known = PortalMemory(*database_).known(scope_.cluster);
        if (!known)
            return known.error();
        std::vector<ReportKey> out;
        for (const auto& [month, complete] : months_of_usage(*days, now_)) {
            if (!wish.takes(month))
                continue;
            const auto found = projects(*known, month);
            if (!found)
                return found.error();
            for (const auto& project : *found)
                out.push_back({ month, project, complete });
        }
        return out;
    }

    Result<std::vector<std::string>> documents(std::span<const ReportKey> keys) override
    {
        std::vector<std::string> out;
        for (const auto& key : keys) {
            const auto report = of(key.month);
            if (!report)
                return report.error();
            const auto found = (*report)->reports.find(key.project);
            if (found == (*report)->reports.end())
                return Error { Errc::conflict,
                    "the report of " + key.project + " went while it was being read" };
            if (auto agrees = check(found->second); !agrees)
                return agrees.error().in("the usage report of " + key.project);
            out.push_back(json_text(found->second));
        }
        return out;
    }

private:
    /// Those that were there. Who was gone before has a report only with usage in it, so that is looked at.
    Result<std::set<std::string>> projects(const Known& known, Month month)
    {
        const Instant begin { Day { month / 1 } };
        std::set<std::string> out;
        bool any_gone = false;
        for (const auto& [uuid, allocation] : known) {
            const auto project = ProjectIdentifier::parse(allocation.identifier);
            if (!project || project->portal != scope_.portal)
                continue;
            if (allocation.gone && *allocation.gone < begin)
                any_gone = true;
            else
                out.insert(allocation.identifier);
        }
        if (!any_gone)
            return out;
        const auto report = of(month);
        if (!report)
            return report.error();
        for (const auto& [project, one] : (*report)->reports)
            out.insert(project);
        return out;
    }

    /// Of all projects at once: whose an account is can be told only by all of them.
    Result<const PortalUsageReport*> of(Month month)
    {
        if (!made_ || made_->first != month) {
            auto report = stored_usage_report(*database_, scope_, month, now_);
            if (!report)
                return report.error();
            made_.emplace(month, std::move(*report));
        }
        return &made_->second;
    }

    ReportScope scope_;
    std::unique_ptr<Database> database_;
    Instant now_;
    std::optional<std::pair<Month, PortalUsageReport>> made_; ///< the last month that was asked for
};

} // namespace

std::map<Month, bool> months_of_usage(const std::vector<LedgerDay>& days, Instant now)
{
    std::map<Month, unsigned> closed;
    for (const auto& one : days) {
        const Instant end { one.day + one_day };
        const bool final = one.whole && one.final && one.read >= end && end <= now;
        closed[month_of(Instant { one.day })] += final ? 1 : 0;
    }
    std::map<Month, bool> out;
    for (const auto& [month, count] : closed)
        out.emplace(month, count == static_cast<unsigned>((month / std::chrono::last).day()));
    return out;
}

Result<std::unique_ptr<ReportShelf>> open_usage_shelf(const ShelfPlace& place, const Clock& clock)
{
    auto database = Database::open(place.state_file, Database::Access::read);
    if (!database)
        return database.error();
    return std::unique_ptr<ReportShelf>(
        std::make_unique<UsageShelf>(place, std::move(*database), clock.now()));
}

} // namespace site
