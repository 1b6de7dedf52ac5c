#include "slurm/sshare.hpp"

#include "model/identifier.hpp"

#include <algorithm>

namespace site {

std::vector<std::string> accumulated_arguments()
{
    return { "-P", "-n", "-o", "Account,User,GrpTRESRaw" };
}

Result<Accumulated> parse_accumulated(std::string_view text, std::span<const Name> wanted)
{
    Accumulated accumulated;
    bool any = false;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty())
            continue;
        const auto first = line.find('|');
        const auto second = first == std::string_view::npos ? first : line.find('|', first + 1);
        if (second == std::string_view::npos)
            return Error { Errc::invalid, "line " + cited(line) + " of sshare is not understood" };
        any = true;
        auto account = line.substr(0, first);
        account.remove_prefix(std::min(account.find_first_not_of(' '), account.size()));
        if (second != first + 1) // a user's row
            continue;
        const auto found = std::lower_bound(wanted.begin(), wanted.end(), account,
            [](Name name, std::string_view sought) { return name.text() < sought; });
        if (found == wanted.end() || found->text() != account)
            continue;
        auto tres = parse_tres(line.substr(second + 1));
        if (!tres)
            return tres.error().in("reading the count of account " + cited(account));
        accumulated.emplace(*found, *tres);
    }
    if (!any)
        return Error { Errc::unreachable, "sshare lists nothing" };
    return accumulated;
}

} // namespace site
