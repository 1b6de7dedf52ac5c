#include "endpoint/storage_shelf.hpp"

#include "accounting/storage_document.hpp"
#include "store/database.hpp"

#include <algorithm>
#include <set>

namespace site {
namespace {

Day first_of(Month month)
{
    return Day { month / 1 };
}

Day last_of(Month month)
{
    return Day { month / std::chrono::last };
}

bool has_figures(const DailyStorageReport& report)
{
    return !report.project_quotas.empty() || !report.user_quotas.empty();
}

/// The last day of a month stands on top of its document.
void put_last_day_on_top(ProjectStorageReport& report)
{
    auto last = std::prev(report.daily_reports.end());
    report.newest = std::move(last->second);
    report.daily_reports.erase(last);
}

class StorageShelf : public ReportShelf {
public:
    StorageShelf(ShelfPlace place, std::unique_ptr<Database> database)
        : place_(std::move(place)), database_(std::move(database)), levels_(*database_)
    {
    }

    Result<std::vector<ReportKey>> keys(const MonthWish& wish) override
    {
        if (auto loaded = load(); !loaded)
            return loaded.error();
        auto months = months_with_figures();
        if (!months)
            return months.error();
        std::vector<ReportKey> out;
        for (const auto month : *months) {
            if (!wish.takes(month))
                continue;
            auto holders = levels_.holders(place_.cluster, first_of(month), last_of(month));
            if (!holders)
                return holders.error();
            // One figure each is enough to see which projects have any.
            std::vector<StorageDay> days;
            for (const auto& holder : *holders)
                days.push_back({ .day = first_of(month),
                    .volume = "any",
                    .level = { .holder = holder },
                    .read = Instant { first_of(month) } });
            for (const auto& [project, report] :
                storage_of_month(place_.portal, known_, newest_, days, month))
                out.push_back({ month, project });
        }
        return out;
    }

    Result<std::vector<std::string>> documents(std::span<const ReportKey> keys) override
    {
        std::vector<std::string> out;
        while (!keys.empty()) {
            const auto month = keys.front().month;
            const auto other = std::find_if(
                keys.begin(), keys.end(), [&](const ReportKey& key) { return key.month != month; });
            const auto same = keys.first(static_cast<std::size_t>(other - keys.begin()));
            if (auto added = add(same, out); !added)
                return added.error();
            keys = keys.subspan(same.size());
        }
        return out;
    }

private:
    Result<void> load()
    {
        auto known = PortalMemory(*database_).known(place_.cluster);
        if (!known)
            return known.error();
        auto newest = levels_.newest(place_.cluster);
        if (!newest)
            return newest.error();
        known_ = std::move(*known);
        newest_ = std::move(*newest);
        return {};
    }

    /// A billing month has days of the UTC months beside it, and of those its neighbours may have more.
    Result<std::set<Month>> months_with_figures()
    {
        auto stored = levels_.months(place_.cluster);
        if (!stored)
            return stored.error();
        std::set<Month> out;
        for (const auto month : *stored)
            for (const int by : { -1, 0, 1 })
                out.insert(month + std::chrono::months { by });
        for (const auto& level : newest_)
            out.insert(month_of(level.seen));
        return out;
    }

    Result<void> add(std::span<const ReportKey> keys, std::vector<std::string>& out)
    {
        const auto month = keys.front().month;
        std::set<std::string_view> wanted;
        for (const auto& key : keys)
            wanted.insert(key.project);
        Known known;
        for (const auto& [uuid, allocation] : known_)
            if (wanted.contains(allocation.identifier))
                known.emplace(uuid, allocation);
        const auto days = levels_.days(place_.cluster, first_of(month), last_of(month));
        if (!days)
            return days.error();
        const auto reports = storage_of_month(place_.portal, known, newest_, *days, month);
        for (const auto& key : keys) {
            const auto found = reports.find(key.project);
            if (found == reports.end())
                return Error { Errc::conflict,
                    "the report of " + key.project + " went while it was being read" };
            if (auto agrees = check(found->second); !agrees)
                return agrees.error().in("the storage report of " + key.project);
            out.push_back(json_text(found->second));
        }
        return {};
    }

    ShelfPlace place_;
    std::unique_ptr<Database> database_;
    StorageLevels levels_;
    Known known_;
    std::vector<StoredLevel> newest_;
};

} // namespace

std::map<std::string, ProjectStorageReport> storage_of_month(const std::string& portal, const Known& known,
    const std::vector<StoredLevel>& newest, const std::vector<StorageDay>& days, Month month)
{
    // No day of the month is left out as that of the newest levels.
    const Instant before = Instant { first_of(month) } - Seconds { 1 };
    auto now = storage_document(portal, known, newest, days, before);
    auto then = storage_document(portal, known, {}, days, before);
    std::map<std::string, ProjectStorageReport> out;
    for (auto& [project, report] : now.reports) {
        if (has_figures(report.newest) && month_of(report.newest.generated_at) == month) {
            out.emplace(project, std::move(report));
            continue;
        }
        auto& past = then.reports.at(project);
        if (past.daily_reports.empty())
            continue;
        put_last_day_on_top(past);
        out.emplace(project, std::move(past));
    }
    return out;
}

Result<std::unique_ptr<ReportShelf>> open_storage_shelf(const ShelfPlace& place)
{
    auto database = Database::open(place.state_file, Database::Access::read);
    if (!database)
        return database.error();
    return std::unique_ptr<ReportShelf>(std::make_unique<StorageShelf>(place, std::move(*database)));
}

} // namespace site
