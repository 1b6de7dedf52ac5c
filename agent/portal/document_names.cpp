#include "portal/document_names.hpp"

#include <algorithm>

namespace site {
namespace {

Error invalid(std::string text)
{
    return { Errc::invalid, std::move(text) };
}

} // namespace

bool is_plain(std::string_view name)
{
    return !name.empty()
        && std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_of(std::string_view user, std::string_view project)
{
    const auto dot = user.find('.');
    return dot != std::string_view::npos && user.substr(dot + 1) == project;
}

Result<void> check_user(const std::string& user, const std::string& project)
{
    if (const auto identifier = UserIdentifier::parse(user); !identifier)
        return identifier.error();
    if (!is_of(user, project))
        return invalid(cited(user) + " is not of project " + project);
    return {};
}

Result<void> check_users(const LocalUsers& users, const std::string& project)
{
    for (const auto& [user, local] : users) {
        if (auto checked = check_user(user, project); !checked)
            return checked;
        if (!is_plain(local))
            return invalid("the local user of " + user + ", " + cited(local) + ", is no user's name");
    }
    return {};
}

Finding document_finding(std::string code, const std::string& subject, std::string text)
{
    return { .severity = Severity::warning,
        .code = std::move(code),
        .subject = subject,
        .text = std::move(text),
        .advice = "tell who made the document" };
}

} // namespace site
