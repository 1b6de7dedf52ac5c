#include "config/text_rule.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace site::detail {
namespace {

constexpr std::string_view part_characters
    = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";

Error bad(std::string why)
{
    return { Errc::invalid, std::move(why) };
}

Result<std::string> checked_volume(std::string_view text)
{
    if (text.size() > 64 || text.find_first_not_of(part_characters) != std::string_view::npos)
        return bad("has a character that isn't allowed, or more than 64");
    if (text.front() == '.' || text.front() == '-')
        return bad("begins with a character that isn't allowed there");
    return std::string(text);
}

/// Parts with `/` between, each of plain characters and of the placeholders.
Result<std::string> checked_pattern(std::string_view text, std::span<const std::string_view> placeholders)
{
    if (text.size() > 256)
        return bad("is longer than 256 characters");
    if (text.front() == '/' || text.back() == '/')
        return bad("begins or ends with /: it lies below the root");
    for (std::size_t at = 0; at < text.size();) {
        const bool begins = at == 0 || text[at - 1] == '/';
        if (begins && (text[at] == '.' || text[at] == '/'))
            return bad("has a part that is empty or begins with a dot");
        if (text[at] != '{') {
            if (text[at] != '/' && part_characters.find(text[at]) == std::string_view::npos)
                return bad("has a character that isn't allowed");
            ++at;
            continue;
        }
        const auto rest = text.substr(at);
        const auto* const known = std::find_if(placeholders.data(), placeholders.data() + placeholders.size(),
            [&](std::string_view word) { return rest.starts_with(word); });
        if (known == placeholders.data() + placeholders.size())
            return bad("has a placeholder that is not known");
        at += known->size();
    }
    return std::string(text);
}

Result<std::string> checked_project_path(std::string_view text)
{
    static constexpr std::array<std::string_view, 3> words { "{project}", "{portal}", "{group}" };
    auto path = checked_pattern(text, words);
    if (path && path->find("{project}") == std::string::npos && path->find("{group}") == std::string::npos)
        return bad("has neither {project} nor {group} in it: all projects would be one directory");
    return path;
}

Result<std::string> checked_person_path(std::string_view text)
{
    static constexpr std::array<std::string_view, 4> words { "{project}", "{portal}", "{group}", "{user}" };
    auto path = checked_pattern(text, words);
    if (path && path->find("{user}") == std::string::npos)
        return bad("does not have {user} in it: all people would be one directory");
    return path;
}

Result<std::string> checked_id(std::string_view text)
{
    if (text.size() > 10 || text.find_first_not_of("0123456789") != std::string_view::npos)
        return bad("is neither of the words nor a number");
    return std::string(text);
}

Result<std::string> checked_owner(std::string_view text)
{
    return text == "root" || text == "{user}" ? Result<std::string>(std::string(text)) : checked_id(text);
}

Result<std::string> checked_group(std::string_view text)
{
    return text == "root" || text == "{group}" || text == "{primary}" ? Result<std::string>(std::string(text))
                                                                      : checked_id(text);
}

Result<std::string> checked_mode(std::string_view text)
{
    if (text.size() != 4 || text.find_first_not_of("01234567") != std::string_view::npos)
        return bad("is not an octal mode of four digits");
    if ((text[3] - '0') & 2)
        return bad("lets everybody write");
    if (text == "0000")
        return bad("is what a locked directory has");
    return std::string(text);
}

Result<std::string> checked_project(std::string_view text)
{
    if (!ProjectIdentifier::parse(text))
        return bad("is not a project's identifier");
    return std::string(text);
}

Result<std::string> checked_device(std::string_view text)
{
    if (text.size() > 256 || text.front() == '-')
        return bad("is longer than 256 characters or begins with a dash");
    for (const char c : text)
        if (c != '/' && part_characters.find(c) == std::string_view::npos)
            return bad("has a character that isn't allowed");
    return std::string(text);
}

} // namespace

const TextRule volume_rule { "a volume's name: at most 64 letters, digits, _ . -", checked_volume };
const TextRule project_path_rule { "a path below the root with {project} or {group} in it, also {portal}",
    checked_project_path };
const TextRule person_path_rule {
    "a path below the root with {user} in it, also {project}, {portal}, {group}", checked_person_path
};
const TextRule owner_rule { "root, {user}, or a uid", checked_owner };
const TextRule group_rule { "root, {group}, {primary}, or a gid", checked_group };
const TextRule directory_mode_rule {
    "an octal mode of four digits such as 2770, not writable for everybody, not 0000", checked_mode
};
const TextRule project_identifier_rule { "a project's identifier such as climate.brics", checked_project };
const TextRule device_rule { "a device, file system or dataset as its own tools name it", checked_device };

} // namespace site::detail
