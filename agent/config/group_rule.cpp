#include "config/text_rule.hpp"

#include <algorithm>
#include <array>

namespace site::detail {
namespace {

Error bad(std::string why)
{
    return { Errc::invalid, std::move(why) };
}

Result<std::string> printable(std::string_view text, std::size_t most)
{
    if (text.size() > most)
        return bad("is longer than " + std::to_string(most) + " characters");
    if (std::any_of(text.begin(), text.end(), [](char c) { return c >= 0 && (c < 0x20 || c == 0x7f); }))
        return bad("has a control character");
    return std::string(text);
}

Result<std::string> checked_home(std::string_view text)
{
    constexpr std::string_view user = "{user}";
    const auto path = path_rule.checked(text);
    if (!path)
        return path;
    const auto at = path->find(user);
    if (at == std::string::npos || path->find(user, at + 1) != std::string::npos)
        return bad("does not have {user} in it once");
    if (path->find('/', at) != std::string::npos)
        return bad("has {user} in another part than the last");
    if (path->find_first_of("{}") != at || path->find_first_of("{}", at + 1) != at + user.size() - 1
        || path->find_first_of("{}", at + user.size()) != std::string::npos
        || path->find(':') != std::string::npos)
        return bad("has a character that isn't allowed");
    return path;
}

Result<std::string> checked_mode(std::string_view text)
{
    if (text.size() != 4 || text.front() != '0'
        || text.find_first_not_of("01234567") != std::string_view::npos)
        return bad("is not an octal mode of four digits");
    if ((text[2] - '0') & 2 || (text[3] - '0') & 2)
        return bad("lets others write");
    return std::string(text);
}

template <std::size_t N>
Result<std::string> one_of(std::string_view text, const std::array<std::string_view, N>& words)
{
    if (std::find(words.begin(), words.end(), text) == words.end())
        return bad("is not one of them");
    return std::string(text);
}

Result<std::string> checked_cache(std::string_view text)
{
    return one_of(text, std::array<std::string_view, 2> { "sssd", "nscd" });
}

Result<std::string> checked_kind(std::string_view text)
{
    return one_of(
        text, std::array<std::string_view, 4> { "group", "group_member", "account", "association" });
}

Result<std::string> checked_argument(std::string_view text)
{
    return printable(text, 1024);
}

/// Whether it is one is the directory's to say; here only that it can't be taken for something else.
Result<std::string> checked_dn(std::string_view text)
{
    auto dn = printable(text, 1024);
    if (dn && (text.find('=') == std::string_view::npos || text.front() == '=' || text.front() == ','))
        return bad("is not a distinguished name");
    return dn;
}

Result<std::string> checked_placeholder(std::string_view text)
{
    return text == "none" ? Result<std::string>(std::string(text)) : checked_dn(text);
}

Result<std::string> checked_filter(std::string_view text)
{
    auto filter = printable(text, 1024);
    if (!filter)
        return filter;
    int depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
        if (depth < 0 || (depth == 0 && i + 1 < text.size()))
            return bad("is not one filter in brackets");
    }
    if (depth != 0)
        return bad("has a bracket that is not closed");
    return filter;
}

Result<std::string> checked_ldap_word(std::string_view text)
{
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    };
    if (text.size() > 64 || !std::all_of(text.begin(), text.end(), fits))
        return bad("has a character that isn't allowed, or more than 64");
    if (text.front() == '-' || (text.front() >= '0' && text.front() <= '9'))
        return bad("does not begin with a letter");
    return std::string(text);
}

} // namespace

const TextRule home_rule { "an absolute path with {user} in its last part", checked_home };
const TextRule mode_rule { "an octal mode such as 0700, not writable for group and others", checked_mode };
const TextRule cache_rule { "sssd or nscd", checked_cache };
const TextRule exec_kind_rule { "group, group_member, account or association", checked_kind };
const TextRule argument_rule { "text of at most 1024 characters without control characters", checked_argument,
    TextRule::Echo::never };
const TextRule ldap_url_rule {
    "ldap://HOST[:PORT], ldaps://HOST[:PORT] or ldapi://%2Fpath%2Fof%2Fsocket, and nothing after it",
    checked_ldap_url, TextRule::Echo::never
};
const TextRule dn_rule { "a distinguished name such as ou=groups,dc=example,dc=org", checked_dn };
const TextRule ldap_filter_rule { "one LDAP filter in brackets", checked_filter };
const TextRule ldap_word_rule { "the name of an attribute or object class", checked_ldap_word };
const TextRule placeholder_rule { "a distinguished name, or none", checked_placeholder };

} // namespace site::detail
