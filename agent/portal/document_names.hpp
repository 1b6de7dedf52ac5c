#pragma once

#include "api/finding.hpp"
#include "model/identifier.hpp"
#include "model/result.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// What holds of names in the portal's documents of usage and of storage alike.

using LocalUsers = std::map<std::string, std::string>; ///< local user by `mia.climate.brics`

/// ASCII that is printed, at least one character, no blank.
bool is_plain(std::string_view name);

/// Whether a user's identifier is of `project`, an identifier too.
bool is_of(std::string_view user, std::string_view project);

/// Users of this project, each with a local user's name. Errors: `invalid`, with the first that isn't.
Result<void> check_user(const std::string& user, const std::string& project);
Result<void> check_users(const LocalUsers&, const std::string& project);

/// A warning about a document that was read.
Finding document_finding(std::string code, const std::string& subject, std::string text);

/// Takes out users of another project; with a finding if there are any.
template <class ByUser>
void leave_out_foreign(ByUser& users, const std::string& project, std::string_view where,
    const std::string& code, std::vector<Finding>& findings)
{
    std::string example;
    const auto count = std::erase_if(users, [&](const auto& user) {
        if (is_of(user.first, project))
            return false;
        if (example.empty())
            example = user.first;
        return true;
    });
    if (count > 0)
        findings.push_back(document_finding(code, project,
            std::string(where) + ": " + std::to_string(count) + " not of this project, left out, such as "
                + cited(example)));
}

} // namespace site
