#pragma once

#include "model/result.hpp"

#include <string>
#include <string_view>

namespace site {

/// `project.portal`, the strict form: each part ASCII, a letter first, then letters, digits, `_` or
/// `-`, at most 64 characters. Case is kept and never changed.
/// Format: OpenPortal identifiers (templemeads grammar 0.32), narrowed to what is safe in a command or path.
struct ProjectIdentifier {
    std::string project;
    std::string portal;

    static Result<ProjectIdentifier> parse(std::string_view text);
    [[nodiscard]] std::string text() const { return project + "." + portal; }
    bool operator==(const ProjectIdentifier&) const = default;
};

/// `user.project.portal`, with the same rule for each part.
struct UserIdentifier {
    std::string user;
    std::string project;
    std::string portal;

    static Result<UserIdentifier> parse(std::string_view text);
    [[nodiscard]] std::string text() const { return user + "." + project + "." + portal; }
    bool operator==(const UserIdentifier&) const = default;
};

/// A portal's name by itself, with the same rule.
Result<void> check_portal_name(std::string_view name);

/// A Unix user or group name that may reach a command: `^[a-z_][a-z0-9_.-]{0,31}$`.
/// The error names the first character that doesn't fit.
Result<void> check_local_name(std::string_view name);

/// Text from outside made fit for a message: in double quotes, control and non-ASCII bytes as `?`, cut to
/// `most` characters. (Not named `quoted`: std::quoted would be found through its argument.)
std::string cited(std::string_view text, std::size_t most = 64);

} // namespace site
