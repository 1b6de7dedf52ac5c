#pragma once
// Internal to portal, as every header here that knows Boost.JSON.

#include "portal/document_names.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace site {

/// Members of the portal's documents of usage and of storage. Errors: `invalid`, with the member's name.

Result<const boost::json::value*> member(const boost::json::object&, std::string_view key);
Result<const boost::json::object*> object_member(const boost::json::object&, std::string_view key);
Result<std::string> text_member(const boost::json::object&, std::string_view key);
Result<std::string> project_member(const boost::json::object&, std::string_view key);
Result<LocalUsers> users_member(const boost::json::object&, std::string_view key);

/// A whole number from 0 to 2^64 - 1, written without a fraction and an exponent; none: it is something else.
std::optional<std::uint64_t> whole_number(const boost::json::value&);

/// The one object that a document is; a name that stands twice in an object is an error.
Result<boost::json::object> read_document(std::string_view text);

/// Of a portal's document: `portal`, and into `reports` what `read` makes of each project's.
template <class Report, class Read>
Result<Report> read_portal_document(const boost::json::object& object, Read read)
{
    Report out;
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
            return Error { Errc::invalid, "reports: " + cited(item.key()) + " is not an object" };
        auto one = read(*held);
        if (!one)
            return one.error().in("reports: " + cited(item.key()));
        out.reports.emplace(item.key(), std::move(*one));
    }
    return out;
}

} // namespace site
