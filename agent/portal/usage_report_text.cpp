#include "portal/document_reading.hpp"
#include "portal/usage_report.hpp"

#include <boost/json/serialize.hpp>

namespace site {
namespace {

namespace json = boost::json;

Error invalid(std::string text)
{
    return { Errc::invalid, std::move(text) };
}

// Writing. Members in the order of their names, as all keys are.

json::object written_counts(const CountByUser& counts)
{
    json::object out;
    for (const auto& [user, count] : counts)
        out[user] = count;
    return out;
}

enum class Zeros : std::uint8_t { stay, are_left_out };

/// Each figure in an object of its own.
json::object written_usage(const CountByUser& seconds, Zeros zeros)
{
    json::object out;
    for (const auto& [user, count] : seconds)
        if (count > 0 || zeros == Zeros::stay)
            out[user] = json::object { { "seconds", count } };
    return out;
}

json::object written(const DailyUsageReport& report)
{
    json::object components;
    for (const auto& [name, seconds] : report.components)
        if (auto usage = written_usage(seconds, Zeros::are_left_out); !usage.empty())
            components[name] = std::move(usage);
    json::object out;
    out["components"] = std::move(components);
    out["is_complete"] = report.is_complete;
    out["num_jobs"] = report.num_jobs;
    out["reports"] = written_usage(report.reports, Zeros::stay);
    out["total_wait_seconds"] = report.total_wait_seconds;
    out["user_job_counts"] = written_counts(report.user_job_counts);
    out["user_wait_seconds"] = written_counts(report.user_wait_seconds);
    return out;
}

json::object written(const ProjectUsageReport& report)
{
    json::object days;
    for (const auto& [day, daily] : report.reports)
        days[text(day)] = written(daily);
    json::object users;
    for (const auto& [user, local] : report.users)
        users[user] = local;
    json::object out;
    out["project"] = report.project;
    out["reports"] = std::move(days);
    out["users"] = std::move(users);
    return out;
}

// Reading.

Result<std::uint64_t> read_count(const json::value& value)
{
    if (const auto number = whole_number(value))
        return *number;
    return invalid("is no whole number from 0 to 2^64 - 1");
}

Result<std::uint64_t> read_seconds(const json::value& value)
{
    const auto* object = value.if_object();
    if (object == nullptr)
        return invalid("is not an object");
    const auto seconds = member(*object, "seconds");
    if (!seconds)
        return seconds.error();
    auto count = read_count(**seconds);
    if (!count)
        return invalid("seconds " + count.error().text);
    return count;
}

/// Figures by local user; names are looked at by `check`.
template <class Read> Result<CountByUser> read_by_user(const json::object& object, Read read)
{
    CountByUser out;
    for (const auto& item : object) {
        const auto count = read(item.value());
        if (!count)
            return count.error().in(cited(item.key()));
        out.emplace(item.key(), *count);
    }
    return out;
}

/// A zero is left out, as it would be in writing.
Result<std::map<std::string, CountByUser>> read_components(const json::object& object)
{
    std::map<std::string, CountByUser> out;
    for (const auto& item : object) {
        const auto* held = item.value().if_object();
        if (held == nullptr)
            return invalid(cited(item.key()) + " is not an object");
        auto seconds = read_by_user(*held, read_seconds);
        if (!seconds)
            return seconds.error().in(cited(item.key()));
        std::erase_if(*seconds, [](const auto& user) { return user.second == 0; });
        if (!seconds->empty())
            out.emplace(item.key(), std::move(*seconds));
    }
    return out;
}

/// An object that may be left out; what `read` makes of it goes into `out`.
template <class Out, class Read>
Result<void> read_optional(const json::object& object, std::string_view key, Out& out, Read read)
{
    if (object.if_contains(key) == nullptr)
        return {};
    const auto held = object_member(object, key);
    if (!held)
        return held.error();
    auto made = read(**held);
    if (!made)
        return made.error().in(std::string(key));
    out = std::move(*made);
    return {};
}

Result<void> read_total(const json::object& object, std::string_view key, std::uint64_t& out)
{
    const auto* held = object.if_contains(key);
    if (held == nullptr)
        return {};
    const auto count = read_count(*held);
    if (!count)
        return invalid(std::string(key) + " " + count.error().text);
    out = *count;
    return {};
}

Result<DailyUsageReport> read_daily(const json::object& object)
{
    DailyUsageReport out;
    const auto usage = [](const json::object& held) { return read_by_user(held, read_seconds); };
    const auto counts = [](const json::object& held) { return read_by_user(held, read_count); };
    if (auto there = object_member(object, "reports"); !there)
        return there.error();
    if (auto read = read_optional(object, "reports", out.reports, usage); !read)
        return read.error();
    if (auto read = read_optional(object, "components", out.components, read_components); !read)
        return read.error();
    if (auto read = read_optional(object, "user_job_counts", out.user_job_counts, counts); !read)
        return read.error();
    if (auto read = read_optional(object, "user_wait_seconds", out.user_wait_seconds, counts); !read)
        return read.error();
    if (auto read = read_total(object, "num_jobs", out.num_jobs); !read)
        return read.error();
    if (auto read = read_total(object, "total_wait_seconds", out.total_wait_seconds); !read)
        return read.error();
    const auto complete = member(object, "is_complete");
    if (!complete)
        return complete.error();
    if (!(*complete)->is_bool())
        return invalid("is_complete is neither true nor false");
    out.is_complete = (*complete)->get_bool();
    return out;
}

Result<std::map<Day, DailyUsageReport>> read_days(const json::object& object)
{
    std::map<Day, DailyUsageReport> out;
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

Result<ProjectUsageReport> read_project(const json::object& object)
{
    ProjectUsageReport out;
    auto project = project_member(object, "project");
    if (!project)
        return project.error();
    out.project = std::move(*project);
    const auto of_days = object_member(object, "reports");
    if (!of_days)
        return of_days.error();
    auto days = read_days(**of_days);
    if (!days)
        return days.error().in("reports");
    out.reports = std::move(*days);
    auto users = users_member(object, "users");
    if (!users)
        return users.error();
    out.users = std::move(*users);
    return out;
}

Result<PortalUsageReport> read_portal(const json::object& object)
{
    return read_portal_document<PortalUsageReport>(object, read_project);
}

template <class Reading, class Reader> Result<Reading> parsed(std::string_view text, Reader read)
{
    const auto object = read_document(text);
    if (!object)
        return object.error();
    auto report = read(*object);
    if (!report)
        return report.error();
    Reading out = agreeing(std::move(*report));
    // Names that are read without a look, such as those of local users.
    if (const auto checked = check(out.report); !checked)
        return checked.error();
    return out;
}

} // namespace

std::string json_text(const DailyUsageReport& report)
{
    return json::serialize(written(report));
}

std::string json_text(const ProjectUsageReport& report)
{
    return json::serialize(written(report));
}

std::string json_text(const PortalUsageReport& report)
{
    json::object reports;
    for (const auto& [project, one] : report.reports)
        reports[project] = written(one);
    json::object out;
    out["portal"] = report.portal;
    out["reports"] = std::move(reports);
    return json::serialize(out);
}

Result<DailyUsageReading> parse_daily_usage_report(std::string_view text)
{
    return parsed<DailyUsageReading>(text, read_daily);
}

Result<ProjectUsageReading> parse_project_usage_report(std::string_view text)
{
    return parsed<ProjectUsageReading>(text, read_project);
}

Result<PortalUsageReading> parse_portal_usage_report(std::string_view text)
{
    return parsed<PortalUsageReading>(text, read_portal);
}

} // namespace site
