#include "model/identifier.hpp"

#include <algorithm>
#include <vector>

namespace site {
namespace {

bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool digit(char c)
{
    return c >= '0' && c <= '9';
}

Result<void> check_part(std::string_view part, std::string_view whole)
{
    const auto bad = [&](std::string why) {
        return Error { Errc::invalid, "identifier " + cited(whole) + ": " + std::move(why) };
    };
    if (part.empty())
        return bad("a part is empty");
    if (part.size() > 64)
        return bad("a part is longer than 64 characters");
    if (!letter(part.front()))
        return bad("part " + cited(part) + " does not begin with a letter");
    for (const char c : part)
        if (!letter(c) && !digit(c) && c != '_' && c != '-')
            return bad("part " + cited(part) + " contains " + cited({ &c, 1 }));
    return {};
}

Result<std::vector<std::string>> parts(std::string_view whole, std::size_t count)
{
    std::vector<std::string> found;
    std::size_t from = 0;
    while (true) {
        const auto dot = whole.find('.', from);
        const auto part = whole.substr(from, dot == std::string_view::npos ? dot : dot - from);
        if (auto checked = check_part(part, whole); !checked)
            return checked.error();
        found.emplace_back(part);
        if (dot == std::string_view::npos)
            break;
        if (found.size() == count)
            break;
        from = dot + 1;
    }
    if (found.size() != count || std::count(whole.begin(), whole.end(), '.') + 1 != static_cast<long>(count))
        return Error { Errc::invalid,
            "identifier " + cited(whole) + ": " + std::to_string(count)
                + " parts joined by dots are wanted" };
    return found;
}

} // namespace

Result<ProjectIdentifier> ProjectIdentifier::parse(std::string_view text)
{
    auto found = parts(text, 2);
    if (!found)
        return found.error();
    return ProjectIdentifier { (*found)[0], (*found)[1] };
}

Result<UserIdentifier> UserIdentifier::parse(std::string_view text)
{
    auto found = parts(text, 3);
    if (!found)
        return found.error();
    return UserIdentifier { (*found)[0], (*found)[1], (*found)[2] };
}

Result<void> check_portal_name(std::string_view name)
{
    return check_part(name, name);
}

Result<void> check_local_name(std::string_view name)
{
    const auto bad = [&](std::string why) {
        return Error { Errc::invalid, "name " + cited(name) + ": " + std::move(why) };
    };
    if (name.empty())
        return bad("is empty");
    if (name.size() > 32)
        return bad("is longer than 32 characters");
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    if (!lower(name.front()) && name.front() != '_')
        return bad("must begin with a lower-case letter or _");
    for (const char c : name)
        if (!lower(c) && !digit(c) && c != '_' && c != '.' && c != '-')
            return bad("contains " + cited({ &c, 1 }) + "; allowed are a-z 0-9 _ . -");
    return {};
}

std::string cited(std::string_view text, std::size_t most)
{
    std::string out = "\"";
    for (const char c : text.substr(0, most))
        out += (c < 0x20 || c > 0x7e) ? '?' : c;
    if (text.size() > most)
        out += "...";
    return out + "\"";
}

} // namespace site
