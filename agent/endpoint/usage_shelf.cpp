#include "endpoint/usage_shelf.hpp"

#include "accounting/stored_reports.hpp"
#include "store/ledger.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace site {
namespace {

class UsageShelf : public ReportShelf {
public:
    UsageShelf(const ShelfPlace& place, std::unique_ptr<Database> database, Instant now)
        : scope_ { place.cluster, place.portal }, database_(std::move(database)), now_(now)
    {
    }

    Result<std::vector<ReportKey>> keys(const MonthWish& wish) override
    {
        const auto days
            = Ledger(*database_).days(scope_.cluster, Day {}, day_of(now_) + std::chrono::days { 1 });
        if (!days)
            return days.error();
        std::set<Month> months;
        for (const auto& one : *days)
            if (const auto month = month_of(Instant { one.day }); wish.takes(month))
                months.insert(month);
        std::vector<ReportKey> out;
        for (const auto month : months) {
            const auto report = of_month(month);
            if (!report)
                return report.error();
            const bool over = month < month_of(now_);
            for (const auto& [project, one] : (*report)->reports)
                out.push_back({ month, project,
                    over && std::all_of(one.reports.begin(), one.reports.end(), [](const auto& day) {
                        return day.second.is_complete;
                    }) });
        }
        return out;
    }

    Result<std::vector<std::string>> documents(std::span<const ReportKey> keys) override
    {
        std::vector<std::string> out;
        for (const auto& key : keys) {
            const auto report = of_month(key.month);
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
    Result<const PortalUsageReport*> of_month(Month month)
    {
        if (const auto made = reports_.find(month); made != reports_.end())
            return &made->second;
        auto report = stored_usage_report(*database_, scope_, month, now_);
        if (!report)
            return report.error();
        return &reports_.emplace(month, std::move(*report)).first->second;
    }

    ReportScope scope_;
    std::unique_ptr<Database> database_;
    Instant now_;
    std::map<Month, PortalUsageReport> reports_;
};

} // namespace

Result<std::unique_ptr<ReportShelf>> open_usage_shelf(const ShelfPlace& place, const Clock& clock)
{
    auto database = Database::open(place.state_file, Database::Access::read);
    if (!database)
        return database.error();
    return std::unique_ptr<ReportShelf>(
        std::make_unique<UsageShelf>(place, std::move(*database), clock.now()));
}

} // namespace site
