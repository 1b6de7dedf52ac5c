#pragma once

#include "net/http.hpp"
#include "portal/operations/field.hpp"

namespace site {

/// One operation of the portal's REST interface. Everything is constant data of the program; the source is
/// the portal's published pages and its official client (tests/data/portal/waldur-openapi.yaml).
struct PortalOperation {
    enum class Answer : std::uint8_t {
        nothing, ///< no body, or one that says no more than its status
        presence, ///< HEAD: whether it is there
        count, ///< HEAD: X-Result-Count
        object,
        list
    };

    std::string_view id; ///< operationId
    std::string_view family; ///< on the command line; empty: only the agent calls it
    std::string_view verb {}; ///< on the command line; empty: the family has one operation
    HttpMethod method = HttpMethod::get;
    std::string_view path; ///< from `/api/` on, with `{name}` for each of `places`
    std::span<const PortalField> places {}; ///< in the path's order
    std::span<const PortalField> query {}; ///< without `field`, `page` and `page_size`
    const PortalShape* body = nullptr;
    bool body_is_list = false; ///< a list of `body`
    Answer answer = Answer::nothing;
    const PortalShape* shape = nullptr; ///< of the answer, or of each row
    bool paged = false; ///< `page`, `page_size`, Link, X-Result-Count
    bool takes_field = false; ///< `field` limits the answer to the members it names
    bool changes = false;
    bool repeatable = true; ///< may be sent twice when an answer is lost (waldur-api §6)
    bool published = true; ///< has a page of its own among the published ones
    std::string_view find_with {}; ///< query parameters that find the object where its path can't: `a,b`
    std::string_view columns {}; ///< what a table shows of it
    std::string_view help {};
};

/// All of them, the families in the order of their names.
std::span<const PortalOperation> portal_operations();

/// By operationId; a name that is not in the table is a bug and ends the program.
const PortalOperation& portal_operation(std::string_view id);

/// What a family is about, for a person who chooses one; empty for a family of one operation.
std::string_view portal_family_help(std::string_view family);

/// Of a family and a verb as on the command line; nullptr when there is none.
const PortalOperation* find_portal_operation(std::string_view family, std::string_view verb);

} // namespace site
