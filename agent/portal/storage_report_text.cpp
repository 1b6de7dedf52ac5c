#include "portal/storage_report.hpp"

#include "model/storage_size.hpp"
#include "portal/document_reading.hpp"

#include <boost/json/serialize.hpp>

namespace site {
namespace {

namespace json = boost::json;

Error invalid(std::string text)
{
    return { Errc::invalid, std::move(text) };
}

// Writing.

json::object written(const QuotasByVolume& quotas)
{
    json::object out;
    for (const auto& [volume, quota] : quotas) {
        json::object one { { "limit", storage_limit_text(quota.limit) } };
        if (quota.usage)
            one["usage"] = storage_text(*quota.usage);
        out[volume] = std::move(one);
    }
    return out;
}

json::object written(const std::map<std::string, QuotasByVolume>& users)
{
    json::object out;
    for (const auto& [user, quotas] : users)
        if (!quotas.empty())
            out[user] = written(quotas);
    return out;
}

/// Members in the order of their names, as all keys are.
void write(json::object& out, const DailyStorageReport& report)
{
    out["generated_at"] = text(report.generated_at);
    out["project"] = report.project;
    out["project_quotas"] = written(report.project_quotas);
    out["user_quotas"] = written(report.user_quotas);
}

json::object written(const ProjectStorageReport& report)
{
    json::object out;
    if (!report.daily_reports.empty()) {
        json::object days;
        for (const auto& [day, daily] : report.daily_reports) {
            json::object one;
            write(one, daily);
            days[text(day)] = std::move(one);
        }
        out["daily_reports"] = std::move(days);
    }
    write(out, report.newest);
    json::object users;
    for (const auto& [user, local] : report.users)
        users[user] = local;
    out["users"] = std::move(users);
    return out;
}

// Reading.

Result<StorageQuota> read_quota(const json::value& value)
{
    const auto* object = value.if_object();
    if (object == nullptr)
        return invalid("a quota is not an object");
    const auto limit = text_member(*object, "limit");
    if (!limit)
        return limit.error();
    const auto bytes = parse_storage_limit(*limit);
    if (!bytes)
        return bytes.error().in("limit");
    StorageQuota out { *bytes };
    const auto* usage = object->if_contains("usage");
    if (usage == nullptr || usage->is_null())
        return out;
    if (const auto* words = usage->if_string()) {
        const auto size = parse_storage(*words);
        if (!size)
            return size.error().in("usage");
        out.usage = *size;
    } else if (const auto bytes_used = whole_number(*usage)) {
        out.usage = *bytes_used;
    } else {
        return invalid("usage is neither a size nor a whole number of bytes");
    }
    return out;
}

Result<QuotasByVolume> read_quotas(const json::object& object)
{
    QuotasByVolume out;
    for (const auto& item : object) {
        if (const auto checked = check_volume_name(item.key()); !checked)
            return checked.error();
        auto quota = read_quota(item.value());
        if (!quota)
            return quota.error().in("volume " + cited(item.key()));
        out.emplace(item.key(), *quota);
    }
    return out;
}

/// Who has no quota is left out, as he would be in writing.
Result<std::map<std::string, QuotasByVolume>> read_user_quotas(const json::object& object)
{
    std::map<std::string, QuotasByVolume> out;
    for (const auto& item : object) {
        if (const auto identifier = UserIdentifier::parse(item.key()); !identifier)
            return identifier.error();
        const auto* held = item.value().if_object();
        if (held == nullptr)
            return invalid(cited(item.key()) + " is not an object");
        auto quotas = read_quotas(*held);
        if (!quotas)
            return quotas.error().in(cited(item.key()));
        if (!quotas->empty())
            out.emplace(item.key(), std::move(*quotas));
    }
    return out;
}

Result<DailyStorageReport> read_daily(const json::object& object)
{
    DailyStorageReport out;
    auto project = project_member(object, "project");
    if (!project)
        return project.error();
    out.project = std::move(*project);
    const auto at = text_member(object, "generated_at");
    if (!at)
        return at.error();
    const auto instant = parse_instant(*at);
    if (!instant)
        return instant.error().in("generated_at");
    out.generated_at = *instant;
    const auto of_project = object_member(object, "project_quotas");
    if (!of_project)
        return of_project.error();
    auto project_quotas = read_quotas(**of_project);
    if (!project_quotas)
        return project_quotas.error().in("project_quotas");
    out.project_quotas = std::move(*project_quotas);
    const auto of_users = object_member(object, "user_quotas");
    if (!of_users)
        return of_users.error();
    auto user_quotas = read_user_quotas(**of_users);
    if (!user_quotas)
        return user_quotas.error().in("user_quotas");
    out.user_quotas = std::move(*user_quotas);
    return out;
}

Result<std::map<Day, DailyStorageReport>> read_history(const json::object& object)
{
    std::map<Day, DailyStorageReport> out;
    for (const auto& item : object) {
        const auto day = parse_day(item.key());
        if (!day)
            return day.error();
        const auto* held = item.value().if_object();
        if (held == nullptr)
            return invalid(cited(item.key()) + " is not an object");
        auto daily = read_daily(*held);
        if (!daily)
            return daily.error().in(std::string(item.key()));
        out.emplace(*day, std::move(*daily));
    }
    return out;
}

Result<ProjectStorageReport> read_project(const json::object& object)
{
    ProjectStorageReport out;
    auto newest = read_daily(object);
    if (!newest)
        return newest.error();
    out.newest = std::move(*newest);
    auto users = users_member(object, "users");
    if (!users)
        return users.error();
    out.users = std::move(*users);
    if (object.if_contains("daily_reports") == nullptr)
        return out;
    const auto of_days = object_member(object, "daily_reports");
    if (!of_days)
        return of_days.error();
    auto history = read_history(**of_days);
    if (!history)
        return history.error().in("daily_reports");
    out.daily_reports = std::move(*history);
    return out;
}

Result<PortalStorageReport> read_portal(const json::object& object)
{
    return read_portal_document<PortalStorageReport>(object, read_project);
}

template <class Reading, class Reader> Result<Reading> parsed(std::string_view text, Reader read)
{
    const auto object = read_document(text);
    if (!object)
        return object.error();
    auto report = read(*object);
    if (!report)
        return report.error();
    auto out = agreeing(std::move(*report));
    // Names that are read without a look, such as those of local users.
    if (const auto checked = check(out.report); !checked)
        return checked.error();
    return out;
}

} // namespace

std::string json_text(const ProjectStorageReport& report)
{
    return json::serialize(written(report));
}

std::string json_text(const PortalStorageReport& report)
{
    json::object reports;
    for (const auto& [project, one] : report.reports)
        reports[project] = written(one);
    return json::serialize(json::object { { "portal", report.portal }, { "reports", std::move(reports) } });
}

Result<ProjectStorageReading> parse_project_storage_report(std::string_view text)
{
    return parsed<ProjectStorageReading>(text, read_project);
}

Result<PortalStorageReading> parse_portal_storage_report(std::string_view text)
{
    return parsed<PortalStorageReading>(text, read_portal);
}

} // namespace site
