#include "config/text_rule.hpp"

#include "model/identifier.hpp"
#include "model/uuid.hpp"

#include <algorithm>
#include <array>

namespace site::detail {
namespace {

enum class Case { lower, both };

Error bad(std::string why)
{
    return { Errc::invalid, std::move(why) };
}

bool digit(char c)
{
    return c >= '0' && c <= '9';
}

bool letter(char c, Case allowed)
{
    return (c >= 'a' && c <= 'z') || (allowed == Case::both && c >= 'A' && c <= 'Z');
}

/// Nothing that a command's argument list, a shell or Slurm's own `name=a,b` would read as more than a name.
Result<std::string> checked_word(
    std::string_view text, Case allowed, std::string_view marks, std::size_t most)
{
    if (text.size() > most)
        return bad("is longer than " + std::to_string(most) + " characters");
    for (const char c : text) {
        if (letter(c, allowed) || digit(c) || marks.find(c) != std::string_view::npos)
            continue;
        return bad(letter(c, Case::both) ? "has an upper-case letter" : "has a character that isn't allowed");
    }
    if (!letter(text.front(), allowed) && !digit(text.front()))
        return bad("begins with a character that isn't allowed there");
    return std::string(text);
}

Result<std::string> checked_path(std::string_view text)
{
    constexpr std::size_t most = 1024; // far under PATH_MAX, with room for the names put beneath
    if (text.front() != '/')
        return bad("is not an absolute path");
    if (text.size() > most)
        return bad("is longer than " + std::to_string(most) + " characters");
    if (text.find_first_of("\n\r\t") != std::string_view::npos)
        return bad("has a line break or a tab in it");
    for (auto rest = text; !rest.empty();) {
        rest.remove_prefix(1);
        const auto part = rest.substr(0, rest.find('/'));
        if (part == "." || part == "..")
            return bad("has a . or .. in it");
        rest.remove_prefix(part.size());
    }
    while (!text.empty() && text.back() == '/')
        text.remove_suffix(1);
    if (text.empty())
        return bad("is the root folder");
    return std::string(text);
}

Result<std::string> checked_visible(std::string_view text, std::string_view refused)
{
    constexpr std::size_t most = 256;
    if (text.size() > most)
        return bad("is longer than " + std::to_string(most) + " characters");
    for (const char c : text)
        if (c < 0x20 || c > 0x7e || refused.find(c) != std::string_view::npos)
            return bad("has a character that isn't allowed");
    return std::string(text);
}

/// A Waldur token, 40 hex digits, is also a good name; put here by mistake it would be shown as one.
Result<std::string> checked_credential(std::string_view text)
{
    if (text.size() == 40 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos)
        return bad("looks like the secret itself");
    return checked_word(text, Case::both, "_.-", 128);
}

Result<std::string> checked_log_level(std::string_view text)
{
    static constexpr std::array<std::string_view, 4> levels { "debug", "info", "warn", "error" };
    if (std::find(levels.begin(), levels.end(), text) == levels.end())
        return bad("is not a level");
    return std::string(text);
}

Result<std::string> checked_portal_identifier(std::string_view text)
{
    if (!letter(text.front(), Case::both))
        return bad("does not begin with a letter");
    return checked_word(text, Case::both, "_-", 64);
}

Result<std::string> checked_uuid(std::string_view text)
{
    const auto uuid = Uuid::parse(text);
    if (!uuid)
        return bad("is not a UUID");
    if (uuid->is_nil())
        return bad("is all zeros");
    return uuid->text();
}

Result<std::string> checked_local(std::string_view text)
{
    if (!check_local_name(text))
        return bad("is not the name of a user or group");
    return std::string(text);
}

} // namespace

const TextRule path_rule { "an absolute path", checked_path };
const TextRule secret_path_rule { "the absolute path of a file", checked_path, TextRule::Echo::never };
const TextRule credential_rule { "the name of a systemd credential (letters, digits, _ . -)",
    checked_credential, TextRule::Echo::never };
const TextRule log_level_rule { "debug, info, warn or error", checked_log_level };
const TextRule base_url_rule {
    "an https URL such as https://portal.example.org/ (http only for a loopback host)", checked_base_url,
    TextRule::Echo::never
};
const TextRule token_url_rule { "an https URL (http only for a loopback host)", checked_token_url,
    TextRule::Echo::never };
const TextRule proxy_rule { "http://HOST:PORT", checked_proxy, TextRule::Echo::never };
const TextRule label_rule { "a name of at most 64 letters, digits, _ . -, a letter or digit first",
    [](std::string_view text) { return checked_word(text, Case::both, "_.-", 64); } };
const TextRule portal_identifier_rule {
    "the portal part of its identifiers: a letter, then at most 63 letters, digits, _ -",
    checked_portal_identifier
};
const TextRule client_id_rule { "at most 256 visible ASCII characters without spaces",
    [](std::string_view text) { return checked_visible(text, " \"\\"); }, TextRule::Echo::never };
const TextRule scope_rule { "words of visible ASCII characters, at most 256 in all",
    [](std::string_view text) { return checked_visible(text, "\"\\"); }, TextRule::Echo::never };
const TextRule cluster_name_rule { "Slurm's ClusterName in lower case: at most 40 of a-z, 0-9, _ -",
    [](std::string_view text) { return checked_word(text, Case::lower, "_-", 40); } };
const TextRule slurm_name_rule { "a name as Slurm keeps it: at most 64 of a-z, 0-9, _ . -",
    [](std::string_view text) { return checked_word(text, Case::lower, "_.-", 64); } };
const TextRule partition_rule { "the name of a partition: at most 64 letters, digits, _ . -",
    [](std::string_view text) { return checked_word(text, Case::both, "_.-", 64); } };
const TextRule component_rule { "a component type of the offering: at most 50 letters, digits, _ . -",
    [](std::string_view text) { return checked_word(text, Case::both, "_.-", 50); } };
const TextRule plugin_rule { "the name of a plugin: at most 64 of a-z, 0-9, _ -",
    [](std::string_view text) { return checked_word(text, Case::lower, "_-", 64); } };
const TextRule uuid_rule { "a UUID, with or without dashes", checked_uuid };
const TextRule local_name_rule {
    "the name of a user or group: at most 32 of a-z, 0-9, _ . -, a letter or _ first", checked_local
};

} // namespace site::detail
