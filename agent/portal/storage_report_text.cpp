#include "portal/storage_report.hpp"

#include "model/identifier.hpp"
#include "model/storage_size.hpp"
#include "portal/json_text.hpp"

#include <boost/json/object.hpp>
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

Result<const json::value*> member(const json::object& object, std::string_view key)
{
    const auto* found = object.if_contains(key);
    if (found == nullptr)
        return invalid(std::string(key) + " is missing");
    return found;
}

Result<const json::object*> object_member(const json::object& object, std::string_view key)
{
    const auto found = member(object, key);
    if (!found)
        return found.error();
    if (const auto* held = (*found)->if_object())
        return held;
    return invalid(std::string(key) + " is not an object");
}

Result<std::string> text_member(const json::object& object, std::string_view key)
{
    const auto found = member(object, key);
    if (!found)
        return found.error();
    if (const auto* held = (*found)->if_string())
        return std::string(*held);
    return invalid(std::string(key) + " is not text");
}

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
    } else if (const auto* large = usage->if_uint64()) {
        out.usage = *large;
    } else if (const auto* whole = usage->if_int64(); whole != nullptr && *whole >= 0) {
        out.usage = static_cast<std::uint64_t>(*whole);
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
    auto project = text_member(object, "project");
    if (!project)
        return project.error();
    if (const auto identifier = ProjectIdentifier::parse(*project); !identifier)
        return identifier.error().in("project");
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

Result<std::map<std::string, std::string>> read_users(const json::object& object)
{
    std::map<std::string, std::string> out;
    for (const auto& item : object) {
        if (const auto identifier = UserIdentifier::parse(item.key()); !identifier)
            return identifier.error();
        const auto* local = item.value().if_string();
        if (local == nullptr)
            return invalid(cited(item.key()) + " is not text");
        out.emplace(item.key(), std::string(*local));
    }
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
    const auto of_users = object_member(object, "users");
    if (!of_users)
        return of_users.error();
    auto users = read_users(**of_users);
    if (!users)
        return users.error().in("users");
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
    PortalStorageReport out;
    auto portal = text_member(object, "portal");
    if (!portal)
        return portal.error();
    if (const auto checked = check_portal_name(*portal); !checked)
        return checked.error().in("portal");
    out.portal = std::move(*portal);
    const auto reports = object_member(object, "reports");
    if (!reports)
        return reports.error();
    for (const auto& item : **reports) {
        if (const auto identifier = ProjectIdentifier::parse(item.key()); !identifier)
            return identifier.error().in("reports");
        const auto* held = item.value().if_object();
        if (held == nullptr)
            return invalid("reports: " + cited(item.key()) + " is not an object");
        auto one = read_project(*held);
        if (!one)
            return one.error().in("reports: " + cited(item.key()));
        out.reports.emplace(item.key(), std::move(*one));
    }
    return out;
}

Result<json::object> read_object(std::string_view text)
{
    auto parsed = parse_json(text);
    if (!parsed)
        return parsed.error();
    if (!parsed->doubled.empty())
        return invalid("member " + cited(parsed->doubled.front().key) + " stands twice in one object");
    auto* object = parsed->value.if_object();
    if (object == nullptr)
        return invalid("it is not an object");
    return std::move(*object);
}

template <class Reading, class Reader> Result<Reading> parsed(std::string_view text, Reader read)
{
    const auto object = read_object(text);
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
