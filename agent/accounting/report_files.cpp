#include "accounting/report_files.hpp"

#include "model/identifier.hpp"
#include "system/atomic_file.hpp"
#include "system/os_error.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

namespace site {
namespace {

constexpr std::chrono::months one_month { 1 };
constexpr mode_t file_mode = 0640;

/// The last part of a path, for its group to look into; what is there is left as it is.
Result<void> make_folder(const std::filesystem::path& folder)
{
    if (::mkdir(folder.c_str(), 0750) != 0) {
        if (errno == EEXIST)
            return {};
        return os_error("making the folder " + cited(folder.native(), 4096), errno);
    }
    std::error_code failed; // the umask may have taken it away; the rest, as a group's bit, stays
    std::filesystem::permissions(folder,
        std::filesystem::perms::group_read | std::filesystem::perms::group_exec,
        std::filesystem::perm_options::add, failed);
    if (failed)
        return os_error("setting the mode of the folder " + cited(folder.native(), 4096), failed.value());
    return {};
}

/// A file that can't be read is written anew.
bool has(const std::filesystem::path& file, const std::string& content)
{
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return false;
    const std::string there { std::istreambuf_iterator<char>(in), {} };
    return !in.bad() && there == content;
}

bool is_empty(const ProjectUsageReport&)
{
    return false;
}

bool is_empty(const ProjectStorageReport& report)
{
    return report.newest.project_quotas.empty() && report.newest.user_quotas.empty()
        && report.daily_reports.empty();
}

template <class Report>
Result<ReportFiles> put(
    const std::filesystem::path& folder, Month month, const Report& report, const std::string& ending)
{
    ReportFiles out;
    if (auto agrees = check(report); !agrees)
        return agrees.error().in("the report");
    if (auto made = make_folder(folder); !made)
        return made.error();
    const auto of_month = folder / text(month);
    if (auto made = make_folder(of_month); !made)
        return made.error();
    for (const auto& [project, one] : report.reports) {
        if (is_empty(one))
            continue;
        ++out.reports;
        const auto file = of_month / (project + ending);
        const auto content = json_text(one) + "\n";
        if (has(file, content))
            continue;
        if (auto written = write_atomically(file, content, file_mode); !written)
            return written.error();
        ++out.written;
    }
    return out;
}

} // namespace

Result<ReportFiles> put_files(
    const std::filesystem::path& folder, Month month, const PortalUsageReport& report)
{
    return put(folder, month, report, ".usage.json");
}

Result<ReportFiles> put_files(
    const std::filesystem::path& folder, Month month, const PortalStorageReport& report)
{
    return put(folder, month, report, ".storage.json");
}

Result<ReportFiles> write_reports(const std::filesystem::path& folder, const Database& database,
    const ReportScope& scope, Month month, Instant now)
{
    ReportFiles out;
    const auto read
        = Ledger(database).days(scope.cluster, Day { month / 1 }, Day { (month + one_month) / 1 });
    if (!read)
        return read.error();
    if (!read->empty()) {
        const auto usage = stored_usage_report(database, scope, month, now);
        if (!usage)
            return usage.error();
        auto files = put_files(folder, month, *usage);
        if (!files)
            return files.error();
        out = *files;
    }
    const auto storage = stored_storage_report(database, scope, month, now);
    if (!storage)
        return storage.error();
    const auto files = put_files(folder, month, *storage);
    if (!files)
        return files.error();
    return ReportFiles { out.reports + files->reports, out.written + files->written };
}

std::set<Month> months_to_write(Instant now, Seconds close_after, const std::vector<LedgerDay>& read)
{
    const auto month = month_of(now);
    std::set<Month> out { month };
    if (now < start_of(month) + close_after + std::chrono::days { 1 })
        out.insert(month - one_month);
    for (const auto& day : read)
        out.insert(month_of(Instant { day.day }));
    return out;
}

} // namespace site
