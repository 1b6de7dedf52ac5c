#include "faults.hpp"

#include "answers.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace site {
namespace json = boost::json;

namespace {

using Kind = Fault::Kind;

constexpr struct {
    std::string_view name;
    Kind kind;
} kinds[] = {
    { "status", Kind::status },
    { "html", Kind::html },
    { "redirect", Kind::redirect },
    { "reset", Kind::reset },
    { "revoked_token", Kind::revoked_token },
    { "huge", Kind::huge },
    { "deep_json", Kind::deep_json },
    { "bad_json", Kind::bad_json },
    { "lost_role", Kind::lost_role },
    { "repeat_rows", Kind::repeat_rows },
    { "skip_rows", Kind::skip_rows },
    { "delay", Kind::delay },
    { "truncate", Kind::truncate },
    { "slow", Kind::slow },
    { "reset_after_apply", Kind::reset_after_apply },
    { "wrong_count", Kind::wrong_count },
    { "no_link", Kind::no_link },
    { "foreign_next", Kind::foreign_next },
};

constexpr std::string_view settings[] = { "kind", "match", "skip", "times", "status", "body", "headers",
    "content_type", "delay_ms", "url", "bytes", "chunked", "interval_ms", "rows", "by", "depth" };

// Far beyond what a client may take in, and still an end when nobody hangs up.
constexpr std::int64_t endless = std::int64_t { 1 } << 30;

std::int64_t number(const json::object& given, std::string_view name, std::int64_t otherwise)
{
    const auto* value = given.if_contains(name);
    return value && value->is_int64() ? value->get_int64() : otherwise;
}

std::string text(const json::object& given, std::string_view name, std::string_view otherwise)
{
    const auto* value = given.if_contains(name);
    return std::string(value && value->is_string() ? std::string_view(value->get_string()) : otherwise);
}

bool matches(const Fault& fault, const Request& request)
{
    return (fault.method.empty() || fault.method == request.method) && request.path.starts_with(fault.path)
        && request.query.find(fault.query) != std::string::npos;
}

Response with_status(const Fault& fault)
{
    Response response;
    response.status = static_cast<int>(number(fault.given, "status", 500));
    response.body = text(fault.given, "body", "{\"detail\":\"fault\"}");
    if (!response.body.empty())
        set_header(response.headers, "Content-Type", text(fault.given, "content_type", "application/json"));
    if (const auto* headers = fault.given.if_contains("headers"); headers && headers->is_object())
        for (const auto& [name, value] : headers->get_object())
            set_header(response.headers, name,
                value.is_string() ? std::string(value.get_string()) : json::serialize(value));
    return response;
}

Response raw_json(std::string body)
{
    return { 200, { { "Content-Type", "application/json" } }, std::move(body) };
}

/// The `next` link of the same page on another host.
std::string foreign(const Fault& fault, std::string links)
{
    const auto next = links.find(">; rel=\"next\"");
    if (next == std::string::npos)
        return links;
    const auto start = links.rfind('<', next) + 1;
    const auto path = links.find('/', links.find("//", start) + 2);
    return links.replace(start, path - start, text(fault.given, "url", "http://portal.invalid"));
}

void truncate(const Fault& fault, Answer& answer)
{
    const auto half = static_cast<std::int64_t>(answer.response.body.size() / 2);
    const auto* chunked = fault.given.if_contains("chunked");
    const bool as_chunks = chunked && chunked->is_bool() && chunked->get_bool();
    answer.delivery.kind = as_chunks ? Delivery::Kind::unfinished : Delivery::Kind::truncated;
    answer.delivery.bytes = static_cast<std::uint64_t>(number(fault.given, "bytes", half));
}

} // namespace

std::string Faults::add(const json::object& order)
{
    for (const auto& item : order)
        if (std::ranges::find(settings, std::string_view(item.key())) == std::end(settings))
            return "unknown setting \"" + std::string(item.key()) + "\"";
    const auto name = text(order, "kind", "");
    const auto* kind = std::ranges::find_if(kinds, [&](const auto& known) { return known.name == name; });
    if (kind == std::end(kinds))
        return "unknown kind \"" + name + "\"";

    Fault fault;
    fault.kind = kind->kind;
    fault.given = order;
    if (const auto* match = order.if_contains("match")) {
        if (!match->is_object())
            return "\"match\" is an object with \"method\", \"path\" or \"query\"";
        fault.method = text(match->get_object(), "method", "");
        fault.path = text(match->get_object(), "path", "");
        fault.query = text(match->get_object(), "query", "");
    }
    fault.skip = number(order, "skip", 0);
    fault.times = number(order, "times", 1);
    faults_.push_back(std::move(fault));
    return {};
}

json::array Faults::shown() const
{
    json::array all;
    for (std::size_t i = 0; i < faults_.size(); ++i) {
        json::object one = faults_[i].given;
        one["id"] = i + 1;
        one["seen"] = faults_[i].seen;
        one["hits"] = faults_[i].hits;
        all.push_back(std::move(one));
    }
    return all;
}

std::optional<Fault> Faults::due(const Request& request)
{
    for (auto& fault : faults_) {
        if (!matches(fault, request))
            continue;
        ++fault.seen;
        if (fault.seen <= fault.skip || (fault.times >= 0 && fault.hits >= fault.times))
            continue;
        ++fault.hits;
        return fault;
    }
    return std::nullopt;
}

std::optional<Answer> instead(const Fault& fault)
{
    const auto& given = fault.given;
    switch (fault.kind) {
    case Kind::status:
        return Answer { with_status(fault), {}, {} };
    case Kind::html:
        return Answer { html_answer(200, "Log in", "Please log in to continue."), {}, {} };
    case Kind::redirect: {
        auto response = empty_answer(static_cast<int>(number(given, "status", 302)));
        set_header(response.headers, "Location", text(given, "url", "http://portal.invalid/"));
        return Answer { response, {}, {} };
    }
    case Kind::reset:
        return Answer { {}, { Delivery::Kind::reset, 0, {} }, {} };
    case Kind::revoked_token: {
        auto response = detail(401, "Invalid token.");
        set_header(response.headers, "WWW-Authenticate", "Token");
        return Answer { response, {}, {} };
    }
    case Kind::huge: // blanks: what a parser would go on reading for ever
        return Answer { raw_json(std::string(65536, ' ')),
            { Delivery::Kind::endless, static_cast<std::uint64_t>(number(given, "bytes", endless)), {} },
            {} };
    case Kind::deep_json: {
        const auto depth = static_cast<std::size_t>(
            std::clamp<std::int64_t>(number(given, "depth", 100'000), 1, 10'000'000));
        return Answer { raw_json(std::string(depth, '[') + std::string(depth, ']')), {}, {} };
    }
    case Kind::bad_json:
        return Answer { raw_json(text(given, "body", "[{\"uuid\": \"5e77")), {}, {} };
    default:
        return std::nullopt;
    }
}

ListFault list_fault(const Fault& fault)
{
    const auto rows = static_cast<int>(number(fault.given, "rows", 1));
    if (fault.kind == Kind::repeat_rows)
        return { -rows };
    if (fault.kind == Kind::skip_rows)
        return { rows };
    return {};
}

void spoil(const Fault& fault, Answer& answer)
{
    answer.delay = std::chrono::milliseconds { number(fault.given, "delay_ms", 0) };
    auto& headers = answer.response.headers;
    switch (fault.kind) {
    case Kind::truncate:
        truncate(fault, answer);
        break;
    case Kind::slow:
        answer.delivery.kind = Delivery::Kind::slow;
        answer.delivery.interval = std::chrono::milliseconds { number(fault.given, "interval_ms", 10) };
        break;
    case Kind::reset_after_apply:
        answer.delivery.kind = Delivery::Kind::reset;
        break;
    case Kind::wrong_count:
        if (const std::string count(find_header(headers, "X-Result-Count")); !count.empty())
            set_header(
                headers, "X-Result-Count", std::to_string(std::stoll(count) + number(fault.given, "by", 1)));
        break;
    case Kind::no_link:
        drop_header(headers, "Link");
        break;
    case Kind::foreign_next:
        if (const std::string link(find_header(headers, "Link")); !link.empty())
            set_header(headers, "Link", foreign(fault, link));
        break;
    default:
        break;
    }
}

} // namespace site
