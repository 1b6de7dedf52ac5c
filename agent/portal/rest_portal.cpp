#include "portal/rest_portal.hpp"

#include "portal/connect.hpp"
#include "portal/operation_call.hpp"
#include "portal/whole_listing.hpp"
#include "portal/wire.hpp"

namespace site {
namespace {

std::string path_of_list(std::string_view id)
{
    return std::string(portal_operation(id).path);
}

Call retrieve_row(RowFamily family, Uuid uuid)
{
    if (family == RowFamily::allocation)
        return call_of(portal_operation("openportal_allocations_retrieve"), { uuid.text() }, "field=uuid");
    return call_of(portal_operation("openportal_associations_retrieve"), { uuid.text() });
}

/// An answer that can't be understood is the portal's trouble, not our caller's input.
Error unreadable(const Call& call, const Error& error)
{
    return { Errc::unreachable, call.text() + ": the answer can't be read: " + error.text };
}

/// Whether the server knows the operation at all: an unknown route is an HTML 404, a hidden object a JSON
/// one.
bool is_unknown_operation(const Result<HttpResponse>& answer)
{
    return answer && (answer->status == 405 || (answer->status == 404 && answer->is("text/html")));
}

} // namespace

class RestPortal::State {
public:
    State(Calls calls, ListRules rules, const Clock& clock)
        : calls_(std::move(calls)), rules_(std::move(rules)), clock_(clock)
    {
    }

    std::vector<Result<HttpResponse>> judged(std::span<const Call> calls)
    {
        auto answers = calls_.answers(calls);
        for (std::size_t i = 0; i < calls.size(); ++i)
            answers[i] = calls_.judged(calls[i], std::move(answers[i]));
        return answers;
    }
    Fetch fetch()
    {
        return [this](std::span<const Call> calls) { return judged(calls); };
    }
    Result<void> done(const Call& call)
    {
        auto answer = calls_.accepted(call);
        if (!answer)
            return answer.error();
        return {};
    }
    Result<std::string> text_member(const Call& call, std::string_view key)
    {
        auto answer = calls_.accepted(call);
        if (!answer)
            return answer.error();
        auto text = read_text_member(answer->body, key);
        if (!text)
            return unreadable(call, text.error());
        return text;
    }

    Calls calls_;
    ListRules rules_;
    const Clock& clock_;
};

Result<std::unique_ptr<RestPortal>> RestPortal::open(
    const PortalConfig& config, const Clock& clock, std::function<bool()> stop)
{
    auto connection = connect_portal(config, clock, std::move(stop));
    if (!connection)
        return connection.error();
    ListRules rules { .base = std::move(connection->base), .page_size = config.page_size };
    auto state = std::make_unique<State>(std::move(connection->calls), std::move(rules), clock);
    return std::unique_ptr<RestPortal>(new RestPortal(std::move(state)));
}

RestPortal::RestPortal(std::unique_ptr<State> state) : state_(std::move(state))
{
}
RestPortal::~RestPortal() = default;

Result<Listing> RestPortal::listing(const AllocationFilter& filter)
{
    return read_listing(filter, state_->rules_, state_->fetch(), state_->clock_);
}

Result<bool> RestPortal::is_there(RowFamily family, Uuid uuid)
{
    const auto call = retrieve_row(family, uuid);
    auto answer = state_->calls_.answer(call);
    if (answer && answer->status == 404 && !is_unknown_operation(answer))
        return false;
    answer = state_->calls_.judged(call, std::move(answer));
    if (!answer)
        return answer.error();
    auto found = read_uuid_member(answer->body, "uuid");
    if (!found)
        return unreadable(call, found.error());
    if (*found != uuid)
        return Error { Errc::unreachable, call.text() + ": the answer is about another row" };
    return true;
}

Result<std::string> RestPortal::version()
{
    return state_->text_member(call_of(portal_operation("version_retrieve")), "version");
}

Result<std::string> RestPortal::whoami()
{
    return state_->text_member(
        call_of(portal_operation("users_me_retrieve"), {}, "field=uuid&field=username"), "username");
}

Result<std::vector<OfferingComponent>> RestPortal::components(Uuid offering)
{
    const auto call = call_of(
        portal_operation("marketplace_provider_offerings_retrieve"), { offering.text() }, "field=components");
    auto answer = state_->calls_.accepted(call);
    if (!answer)
        return answer.error();
    auto components = read_components(answer->body);
    if (!components)
        return unreadable(call, components.error());
    return components;
}

Result<std::vector<ResourceRow>> RestPortal::resources(std::span<const Uuid> offerings)
{
    static const std::string fields = "field=uuid&field=state&field=paused&field=downscaled"
                                      "&field=restrict_member_access&field=offering_uuid&field=limits";
    // A list for each offering: whether the filter takes several at once differs between servers.
    std::vector<std::vector<OfferedResource>> rows(std::max<std::size_t>(1, offerings.size()));
    std::vector<WantedList> lists;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto filter = offerings.empty() ? "" : "&offering_uuid=" + offerings[i].text();
        lists.push_back(wanted(path_of_list("marketplace_provider_resources_list"), fields + filter, rows[i],
            &read_resources, &OfferedResource::uuid));
    }
    auto rules = state_->rules_;
    rules.recount = Recount::no;
    if (auto read = read_lists(lists, rules, state_->fetch()); !read)
        return read.error();

    std::vector<ResourceRow> found;
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (auto& [row, offering] : rows[i])
            if (offerings.empty() || offering.is_nil() || offering == offerings[i])
                found.push_back(std::move(row));
    std::ranges::sort(found, {}, &ResourceRow::uuid);
    const auto twins = [](const ResourceRow& a, const ResourceRow& b) { return a.uuid == b.uuid; };
    found.erase(std::unique(found.begin(), found.end(), twins), found.end());
    return found;
}

Result<void> RestPortal::set_usage(Uuid resource, Instant date, std::span<const ComponentAmount> amounts)
{
    if (amounts.empty())
        return {};
    return state_->done(call_of(portal_operation("marketplace_component_usages_set_usage"), {}, {},
        usage_json(resource, date, amounts)));
}

Result<std::vector<UsageRecord>> RestPortal::usage_records(Uuid resource, Month month)
{
    const auto query = "resource_uuid=" + resource.text() + "&billing_period=" + text(month)
        + "-01&field=uuid&field=type&field=usage&field=billing_period&field=resource_uuid";
    std::vector<PeriodRecord> rows;
    const auto key = [](const PeriodRecord& row) { return row.record.uuid; };
    const auto list
        = wanted(path_of_list("marketplace_component_usages_list"), query, rows, &read_usage_records, key);
    auto rules = state_->rules_;
    rules.recount = Recount::no;
    if (auto read = read_lists({ &list, 1 }, rules, state_->fetch()); !read)
        return read.error();
    std::vector<UsageRecord> found;
    // An unknown filter is ignored by the server: the rows themselves say what they are.
    for (auto& row : rows)
        if (row.month == month && (row.resource.is_nil() || row.resource == resource))
            found.push_back(std::move(row.record));
    return found;
}

Result<void> RestPortal::set_user_usages(Uuid record, Instant date, std::span<const UserAmount> users)
{
    if (users.empty())
        return {};
    const auto bulk = call_of(portal_operation("marketplace_component_usages_set_user_usages"),
        { record.text() }, {}, user_usages_json(date, users));
    auto answer = state_->calls_.answer(bulk);
    if (!is_unknown_operation(answer)) {
        answer = state_->calls_.judged(bulk, std::move(answer));
        return answer ? Result<void> {} : Result<void> { answer.error() };
    }
    std::vector<Call> singles;
    for (const auto& user : users)
        singles.push_back(call_of(portal_operation("marketplace_component_usages_set_user_usage"),
            { record.text() }, {}, user_usage_json(date, user)));
    for (const auto& single : state_->judged(singles))
        if (!single)
            return single.error();
    return {};
}

Result<void> RestPortal::refresh_last_sync(Uuid resource)
{
    return state_->done(
        call_of(portal_operation("marketplace_provider_resources_refresh_last_sync"), { resource.text() }));
}

Result<void> RestPortal::set_as_ok(Uuid resource)
{
    return state_->done(
        call_of(portal_operation("marketplace_provider_resources_set_as_ok"), { resource.text() }));
}

Result<void> RestPortal::set_as_erred(Uuid resource, std::string_view message)
{
    return state_->done(call_of(portal_operation("marketplace_provider_resources_set_as_erred"),
        { resource.text() }, {}, erred_json(message)));
}

TrafficCount RestPortal::traffic() const
{
    const auto count = state_->calls_.count();
    return { .requests = count.requests, .bytes = count.bytes };
}

bool is_closed_month(const Error& error)
{
    return error.code == Errc::refused && error.text.find("past billing periods") != std::string::npos;
}

} // namespace site
