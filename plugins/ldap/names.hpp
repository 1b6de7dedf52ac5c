#pragma once

#include "model/result.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace site {

/// A value as it stands in a DN (RFC 4514).
std::string escaped_dn_value(std::string_view value);
/// A value as it stands in a filter (RFC 4515).
std::string escaped_filter_value(std::string_view value);
/// `attribute=value,base`, with the value escaped. The base is a DN already.
std::string child_dn(std::string_view attribute, std::string_view value, std::string_view base);

/// One spelling for all that mean the same entry: attribute names and values in lower case, spaces single,
/// parts of a multi-valued RDN sorted. Letters beyond ASCII are left as they are. An error for what is no DN.
Result<std::string> normal_dn(std::string_view dn);

/// The value of a DN's first part, as it stands there, when that part is this attribute alone.
std::optional<std::string> first_value(std::string_view dn, std::string_view attribute);

/// Users as the DNs of their entries directly below the people's base, and back.
class MemberNames {
public:
    MemberNames() = default;
    /// An error when the base is no DN.
    static Result<MemberNames> make(std::string_view attribute, std::string_view people_base);

    [[nodiscard]] std::string dn(std::string_view user) const;
    /// The user, in lower case as directories compare; for any other entry the DN as it stands.
    [[nodiscard]] std::string name(std::string_view dn) const;

private:
    std::string attribute_;
    std::string base_;
    std::string normal_base_;
};

} // namespace site
