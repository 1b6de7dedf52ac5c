#include "slurm/sacctmgr.hpp"

#include "model/identifier.hpp"
#include "slurm/programs.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace site {
namespace {

bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

template <std::size_t N> bool split(std::string_view line, std::array<std::string_view, N>& columns)
{
    for (std::size_t i = 0; i < N; ++i) {
        const auto bar = line.find('|');
        if ((bar == std::string_view::npos) != (i + 1 == N))
            return false;
        columns[i] = line.substr(0, bar);
        line.remove_prefix(std::min(columns[i].size() + 1, line.size()));
    }
    return true;
}

Error not_understood(std::string_view line)
{
    return { Errc::invalid, "line " + cited(line) + " of sacctmgr is not understood" };
}

/// A count, or nothing where the column is empty; false for anything else.
bool count(std::string_view text, std::optional<std::int64_t>& out)
{
    out.reset();
    if (text.empty())
        return true;
    std::int64_t value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc {} || end != text.data() + text.size() || value < 0)
        return false;
    out = value;
    return true;
}

std::string_view value_after(std::string_view line, std::string_view key)
{
    const auto at = line.find(key);
    if (at == std::string_view::npos)
        return {};
    auto rest = line.substr(at + key.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return rest.substr(0, rest.find_first_of(" \t"));
}

/// From lines such as `  JobID = 34   C = sandbox    A = r1         U = u005`.
std::vector<Named> named_in(std::string_view text)
{
    std::vector<Named> out;
    std::string_view line;
    while (next_line(text, line)) {
        const auto account = value_after(line, " A = ");
        if (account.empty())
            continue;
        Named one { std::string(account), std::string(value_after(line, " U = ")) };
        if (std::find(out.begin(), out.end(), one) == out.end())
            out.push_back(std::move(one));
    }
    return out;
}

bool says_done(Deed deed, std::string_view said)
{
    switch (deed) {
    case Deed::add:
        return contains(said, "Associations") || contains(said, "Adding ");
    case Deed::modify:
        return contains(said, "Modified ");
    case Deed::remove:
        return contains(said, "Deleting ");
    case Deed::load:
        return true; // it lists what it did in many forms; a bad line makes it fail
    }
    return false;
}

} // namespace

bool next_line(std::string_view& text, std::string_view& line)
{
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!line.empty())
            return true;
    }
    return false;
}

std::vector<std::string> association_arguments(Name cluster)
{
    return { "-nP", "show", "assoc", "where", "cluster=" + cluster.text(),
        "format=Account,User,Partition,ParentName,Fairshare,GrpSubmitJobs,GrpJobs,GrpTRESMins,MaxSubmitJobs,"
        "QOS,DefaultQOS" };
}

Result<AssociationLine> parse_association(std::string_view line)
{
    std::array<std::string_view, 11> columns;
    if (!split(line, columns) || columns[0].empty())
        return not_understood(line);
    AssociationLine row { .account = columns[0],
        .user = columns[1],
        .partition = columns[2],
        .parent = columns[3],
        .fairshare = columns[4],
        .grp_submit = {},
        .grp_jobs = {},
        .grp_tres_mins = columns[7],
        .max_submit = {},
        .qos = columns[9],
        .default_qos = columns[10] };
    if (!count(columns[5], row.grp_submit) || !count(columns[6], row.grp_jobs)
        || !count(columns[8], row.max_submit))
        return not_understood(line);
    return row;
}

std::vector<std::string> account_arguments()
{
    return { "-nP", "show", "account", "format=Account,Description,Organization" };
}

Result<AccountRow> parse_account(std::string_view line)
{
    // A description is the site's free text and may hold the separator.
    const auto first = line.find('|');
    const auto last = line.rfind('|');
    if (first == std::string_view::npos || first == last || first == 0)
        return not_understood(line);
    return AccountRow { line.substr(0, first), line.substr(first + 1, last - first - 1),
        line.substr(last + 1) };
}

std::vector<std::string> default_arguments(Name cluster)
{
    return { "-nP", "show", "assoc", "where", "cluster=" + cluster.text(), "onlydefaults",
        "format=User,Account" };
}

Result<std::pair<std::string_view, std::string_view>> parse_default(std::string_view line)
{
    std::array<std::string_view, 2> columns;
    if (!split(line, columns) || columns[1].empty())
        return not_understood(line);
    return std::pair(columns[0], columns[1]);
}

Verdict judge(Deed deed, const Output& output)
{
    const auto failed = [&](Error error) { return Verdict { Verdict::Kind::failed, {}, std::move(error) }; };
    const std::string_view errors = output.exit.errors;
    const std::string_view said = output.text;
    if (contains(errors, "Job(s) active") || contains(said, "Job(s) active"))
        return { Verdict::Kind::jobs_active, named_in(contains(errors, "Job(s) active") ? errors : said),
            { Errc::conflict, "jobs are active" } };
    if (contains(errors, "can not remove the default account"))
        return { Verdict::Kind::default_account, named_in(errors),
            { Errc::refused, "it is the user's default account" } };
    // A prompt, or its answer: nothing was committed, whatever the exit status.
    if (contains(said, "Changes Discarded") || contains(errors, "Changes Discarded")
        || contains(said, "(N/y)"))
        return failed({ Errc::refused, "sacctmgr discarded the change: " + first_line(errors) });
    if (output.exit.ok()) {
        if (complains(errors))
            return failed(explained(output.exit, said));
        if (!says_done(deed, said) && !contains(said, " Nothing "))
            return failed(explained(output.exit, said));
        return {};
    }
    const bool nothing = contains(said, "Nothing new added") || contains(said, "Nothing modified")
        || contains(said, "Nothing deleted");
    // Beside a reason, "nothing" is not what was wanted: `This account 'x' doesn't exist.`
    if (nothing && output.exit.status == 1 && !output.exit.signal && first_line(errors).empty())
        return {};
    return failed(explained(output.exit, said));
}

} // namespace site
