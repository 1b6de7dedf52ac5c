#include "portal/wire.hpp"

#include "model/identifier.hpp"
#include "portal/json_text.hpp"
#include "portal/row_reader.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <charconv>
#include <limits>

namespace site {
namespace {

namespace json = boost::json;

constexpr Seconds longest_lifetime { 86400 }; // a token is asked for again at least daily

AllocationRow allocation_of(RowReader& row)
{
    AllocationRow made {
        .uuid = row.uuid("uuid").value_or(Uuid {}),
        .name = row.text("name").value_or(""),
        .backend_id = row.text("backend_id").value_or(""),
        .groupname = row.text("groupname"),
        .node_limit = row.integer("node_limit"),
        .node_usage = row.decimal("node_usage"),
        .is_active = row.boolean("is_active").value_or(true),
        .state = portal_state(row.text("state").value_or("")),
        .service_settings = row.uuid("service_settings_uuid").value_or(Uuid {}),
        .customer_name = row.text("customer_name").value_or(""),
        .customer_abbreviation = row.text("customer_abbreviation").value_or(""),
        .project_name = row.text("project_name").value_or(""),
        .resource = row.uuid("marketplace_resource_uuid").value_or(Uuid {}),
        .resource_state = row.text("marketplace_resource_state").value_or(""),
        .offering = row.uuid("marketplace_offering_uuid").value_or(Uuid {}),
        .broken = {},
    };
    made.broken = row.problem();
    return made;
}

AssociationRow association_of(RowReader& row)
{
    AssociationRow made {
        .uuid = row.uuid("uuid").value_or(Uuid {}),
        .allocation = row.reference("allocation").value_or(Uuid {}),
        .username = row.text("username"),
        .groupname = row.text("groupname"),
        .useridentifier = row.text("useridentifier"),
        .broken = row.problem(),
    };
    if (made.broken.empty() && made.allocation.is_nil())
        made.broken = "allocation: missing";
    return made;
}

/// Rows of one array. A row without a readable uuid is an error of the whole.
template <class Row>
Result<std::vector<Row>> rows_of(const json::array& array, std::span<const DoubledKey> doubled,
    std::string_view list, Row (*make)(RowReader&))
{
    std::vector<Row> rows;
    rows.reserve(array.size());
    for (std::size_t i = 0; i < array.size(); ++i) {
        const auto* object = array[i].if_object();
        if (object == nullptr)
            return Error { Errc::invalid, "row " + std::to_string(i + 1) + " is not an object" };
        RowReader reader { *object };
        rows.push_back(make(reader));
        if (rows.back().uuid.is_nil())
            return Error { Errc::invalid, "row " + std::to_string(i + 1) + " has no readable uuid" };
        if (const auto* kept = object->if_contains("_broken"))
            if (const auto* why = kept->if_string(); why != nullptr && !list.empty())
                rows.back().broken.assign(why->data(), why->size());
    }
    for (const auto& found : doubled)
        if (found.list == list && found.row && *found.row < rows.size())
            rows[*found.row].broken = site::cited(found.key) + ": stands twice in one object";
    return rows;
}

template <class Row> Result<std::vector<Row>> page_of(std::string_view text, Row (*make)(RowReader&))
{
    auto parsed = parse_json(text);
    if (!parsed)
        return parsed.error();
    const auto* array = parsed->value.if_array();
    if (array == nullptr)
        return Error { Errc::invalid, "a list was expected, something else came" };
    return rows_of(*array, parsed->doubled, {}, make);
}

/// The objects of a bare array, each read by `make`; the first problem is the whole one's.
template <class Row>
Result<std::vector<Row>> sound_rows(std::string_view text, std::string_view noun, Row (*make)(RowReader&))
{
    auto parsed = parse_json(text);
    if (!parsed)
        return parsed.error();
    const auto* array = parsed->value.if_array();
    if (array == nullptr)
        return Error { Errc::invalid, "a list was expected, something else came" };
    if (!parsed->doubled.empty())
        return Error { Errc::invalid,
            "member " + site::cited(parsed->doubled.front().key) + " stands twice in one object" };
    std::vector<Row> rows;
    for (const auto& value : *array) {
        const auto position = std::string(noun) + " " + std::to_string(rows.size() + 1);
        const auto* object = value.if_object();
        if (object == nullptr)
            return Error { Errc::invalid, position + ": not an object" };
        RowReader reader { *object };
        rows.push_back(make(reader));
        if (!reader.problem().empty())
            return Error { Errc::invalid, position + ": " + reader.problem() };
    }
    return rows;
}

Result<JsonText> parse_object(std::string_view text)
{
    auto parsed = parse_json(text);
    if (parsed && !parsed->value.is_object())
        return Error { Errc::invalid, "an object was expected, something else came" };
    return parsed;
}

template <class Row> Result<void> sort_distinct(std::vector<Row>& rows)
{
    std::ranges::sort(rows, {}, &Row::uuid);
    const auto twin = std::ranges::adjacent_find(rows, {}, &Row::uuid);
    if (twin != rows.end())
        return Error { Errc::invalid, "uuid " + twin->uuid.text() + " stands twice" };
    return {};
}

template <class Row>
Result<std::vector<Row>> snapshot_rows(const JsonText& parsed, std::string_view list, Row (*make)(RowReader&))
{
    const auto* member = parsed.value.get_object().if_contains(list);
    const auto* array = member == nullptr ? nullptr : member->if_array();
    if (array == nullptr)
        return Error { Errc::invalid, "it has no list " + site::cited(list) };
    auto rows = rows_of(*array, parsed.doubled, list, make);
    if (!rows)
        return rows.error().in(list);
    if (auto sorted = sort_distinct(*rows); !sorted)
        return sorted.error().in(list);
    return rows;
}

std::size_t count_of(RowReader& row, std::string_view key)
{
    return static_cast<std::size_t>(std::max<std::int64_t>(0, row.integer(key).value_or(0)));
}

} // namespace

PortalState portal_state(std::string_view text)
{
    std::string word;
    for (const char c : text)
        if (c != ' ' && c != '_' && c != '-')
            word += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    using enum PortalState;
    for (const auto state : { creation_scheduled, creating, ok, update_scheduled, updating, erred,
             deletion_scheduled, deleting }) {
        std::string known(name(state));
        std::erase(known, '_');
        if (word == known)
            return state;
    }
    return unknown;
}

Result<std::vector<AllocationRow>> read_allocations(std::string_view text)
{
    return page_of(text, &allocation_of);
}

Result<std::vector<AssociationRow>> read_associations(std::string_view text)
{
    return page_of(text, &association_of);
}

Result<std::vector<OfferedResource>> read_resources(std::string_view text)
{
    auto rows = sound_rows<OfferedResource>(text, "resource", [](RowReader& row) {
        return OfferedResource {
            .row = {
                .uuid = row.uuid("uuid").value_or(Uuid {}),
                .state = row.text("state").value_or(""),
                .paused = row.boolean("paused").value_or(false),
                .downscaled = row.boolean("downscaled").value_or(false),
                .restrict_member_access = row.boolean("restrict_member_access").value_or(false),
                .limits = row.amounts("limits"),
            },
            .offering = row.uuid("offering_uuid").value_or(Uuid {}),
        };
    });
    if (rows)
        for (const auto& resource : *rows)
            if (resource.row.uuid.is_nil())
                return Error { Errc::invalid, "a resource has no uuid" };
    return rows;
}

Result<std::vector<PeriodRecord>> read_usage_records(std::string_view text)
{
    auto rows = sound_rows<PeriodRecord>(text, "usage record", [](RowReader& row) {
        PeriodRecord made {
            .record = {
                .uuid = row.uuid("uuid").value_or(Uuid {}),
                .type = row.text("type").value_or(""),
                .usage = row.decimal("usage").value_or(Decimal {}),
            },
            .resource = row.uuid("resource_uuid").value_or(Uuid {}),
            .month = {},
        };
        if (auto day = parse_day(row.text("billing_period").value_or("")))
            made.month = month_of(Instant { *day });
        return made;
    });
    if (rows)
        for (const auto& row : *rows)
            if (row.record.uuid.is_nil() || row.record.type.empty() || !row.month)
                return Error { Errc::invalid, "a usage record lacks its uuid, type or billing_period" };
    return rows;
}

Result<std::vector<OfferingComponent>> read_components(std::string_view text)
{
    auto parsed = parse_object(text);
    if (!parsed)
        return parsed.error();
    const auto* member = parsed->value.get_object().if_contains("components");
    const auto* array = member == nullptr ? nullptr : member->if_array();
    if (array == nullptr)
        return Error { Errc::invalid, "it has no list of components" };
    std::vector<OfferingComponent> components;
    for (const auto& value : *array) {
        const auto* object = value.if_object();
        if (object == nullptr)
            return Error { Errc::invalid, "a component is not an object" };
        RowReader row { *object };
        components.push_back({ .type = row.text("type").value_or(""),
            .billing_type = row.text("billing_type").value_or(""),
            .measured_unit = row.text("measured_unit").value_or("") });
        if (!row.problem().empty() || components.back().type.empty())
            return Error { Errc::invalid,
                "a component: " + (row.problem().empty() ? "type: missing" : row.problem()) };
    }
    return components;
}

Result<std::string> read_text_member(std::string_view text, std::string_view key)
{
    auto parsed = parse_object(text);
    if (!parsed)
        return parsed.error();
    RowReader row { parsed->value.get_object() };
    auto value = row.text(key);
    if (!value)
        return Error { Errc::invalid,
            row.problem().empty() ? std::string(key) + ": missing" : row.problem() };
    return *value;
}

Result<Uuid> read_uuid_member(std::string_view text, std::string_view key)
{
    auto value = read_text_member(text, key);
    if (!value)
        return value.error();
    auto uuid = Uuid::parse(*value);
    if (!uuid)
        return uuid.error().in(key);
    return uuid;
}

Result<Grant> read_grant(std::string_view text)
{
    auto parsed = parse_object(text);
    if (!parsed)
        return parsed.error();
    const auto& object = parsed->value.get_object();
    RowReader row { object };
    Grant grant { .token = row.text("access_token").value_or("") };
    const auto fits = [](char c) { return c > ' ' && c <= '~'; };
    if (grant.token.empty() || !std::ranges::all_of(grant.token, fits))
        return Error { Errc::invalid, "access_token: missing or not usable" };
    std::int64_t seconds = grant.lifetime.count();
    const auto* expires = object.if_contains("expires_in");
    if (const auto* string = expires == nullptr ? nullptr : expires->if_string())
        std::from_chars(string->data(), string->data() + string->size(), seconds);
    else if (expires != nullptr && expires->is_number()) {
        const auto number = expires->to_number<double>();
        seconds = static_cast<std::int64_t>(std::clamp(number, 0.0, 1e9));
    }
    grant.lifetime = std::clamp(Seconds { seconds }, Seconds { 0 }, longest_lifetime);
    return grant;
}

Result<Listing> read_snapshot(std::string_view text)
{
    auto parsed = parse_object(text);
    if (!parsed)
        return parsed.error();
    for (const auto& found : parsed->doubled)
        if (!found.row)
            return Error { Errc::invalid,
                "member " + site::cited(found.key) + " stands twice in one object" };
    auto allocations = snapshot_rows(*parsed, "openportal-allocations", &allocation_of);
    if (!allocations)
        return allocations.error();
    auto associations = snapshot_rows(*parsed, "openportal-associations", &association_of);
    if (!associations)
        return associations.error();
    RowReader top { parsed->value.get_object() };
    return Listing { .allocations = std::move(*allocations),
        .associations = std::move(*associations),
        .foreign_allocations = count_of(top, "_foreign_allocations"),
        .foreign_associations = count_of(top, "_foreign_associations"),
        .taken = {} };
}

} // namespace site
