#include "control.hpp"

#include "allocations.hpp"
#include "answers.hpp"
#include "associations.hpp"
#include "control_data.hpp"
#include "reports.hpp"
#include "resources.hpp"
#include "usages.hpp"
#include "user_usages.hpp"

#include <boost/json.hpp>

namespace site {
namespace json = boost::json;

namespace {

constexpr std::string_view root = "/_control/";

/// What follows the root, without a trailing slash.
std::string topic(std::string_view path)
{
    path.remove_prefix(std::min(root.size(), path.size()));
    while (path.ends_with('/'))
        path.remove_suffix(1);
    return std::string(path);
}

const View* view_of(std::string_view what)
{
    if (what == "allocations")
        return &allocations_view;
    if (what == "associations")
        return &associations_view;
    if (what == "resources")
        return &resources_view;
    if (what == "usage_reports")
        return &usage_reports_view;
    if (what == "storage_reports")
        return &storage_reports_view;
    if (what == "component_usages")
        return &component_usages_view;
    if (what == "user_usages")
        return &user_usages_view;
    return nullptr;
}

} // namespace

Response Control::answer(const Request& request)
{
    if (!request.from_loopback)
        return control_error(403, "only for loopback");
    const auto what = topic(request.path);
    if (request.method == "GET")
        return read(request, what);
    if (request.method == "POST")
        return write(request, what);
    if (request.method == "DELETE")
        return erase(what);
    return control_error(405, "GET, POST or DELETE");
}

Response Control::read(const Request& request, const std::string& what)
{
    if (what == "clock")
        return json_answer(200, clock());
    if (what == "faults")
        return json_answer(200, parts_.faults.shown());
    if (what == "requests") {
        auto shown = parts_.requests.shown();
        shown["connections"] = parts_.connections();
        return json_answer(200, shown);
    }
    if (const auto* view = view_of(what)) {
        const Call call { .request = request,
            .query = Query(request.query),
            .database = parts_.database,
            .zone = parts_.zone,
            .now = parts_.clock.now(),
            .user = {},
            .list_fault = {},
            .uuid = {},
            .id = 0,
            .names = {} };
        return everything(call, *view);
    }
    return control_error(404, "nothing here");
}

Response Control::write(const Request& request, const std::string& what)
{
    boost::system::error_code error;
    const auto body = json::parse(request.body, error);
    if (error || !body.is_object())
        return control_error(400, "a JSON object is needed");
    const auto& order = body.get_object();
    if (what == "clock")
        return set_clock(order);
    if (what == "faults") {
        const auto wrong = parts_.faults.add(order);
        return wrong.empty() ? json_answer(201, parts_.faults.shown().back()) : control_error(400, wrong);
    }
    return change_data(parts_.database, parts_.clock.now(), what, order);
}

Response Control::erase(const std::string& what)
{
    if (what == "faults")
        parts_.faults.clear();
    else if (what == "requests")
        parts_.requests.clear();
    else
        return control_error(404, "nothing here");
    return empty_answer(204);
}

json::object Control::clock() const
{
    const auto now = parts_.clock.now();
    return { { "epoch", std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count() },
        { "now", parts_.zone.write(now) }, { "month", parts_.zone.month(now) },
        { "stands", parts_.clock.stands() } };
}

Response Control::set_clock(const json::object& order)
{
    if (order.size() != 1)
        return control_error(400, "one of epoch, advance (seconds) or run");
    const auto& [key, value] = *order.begin();
    if (key == "run")
        parts_.clock.run();
    else if (key == "epoch" && value.is_int64())
        parts_.clock.set(Instant { std::chrono::seconds { value.get_int64() } });
    else if (key == "advance" && value.is_int64())
        parts_.clock.advance(std::chrono::seconds { value.get_int64() });
    else
        return control_error(400, "one of epoch, advance (seconds) or run");
    return json_answer(200, clock());
}

} // namespace site
