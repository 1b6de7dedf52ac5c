#pragma once

#include "api/change.hpp"
#include "unix_groups/account_files.hpp"
#include "unix_groups/tools.hpp"

#include <set>
#include <span>

namespace site {

/// What a command does, in the order in which they are run.
enum class UnixDeed : std::uint8_t {
    take_out, ///< one member
    replace, ///< the list as it stands, without some
    lock,
    add_group,
    add_user,
    add_members,
    unlock,
    remove_user,
    remove_group
};

/// One command, and the changes that it carries out.
struct UnixStep {
    UnixDeed deed {};
    Name group {};
    std::vector<std::size_t> changes {};
    Command command {};
};

struct UnixWork {
    std::vector<UnixStep> steps {};
    /// One a change: an error where it is refused before a tool is run. What holds already has no step.
    std::vector<Result<void>> results {};
};

/// Changes to commands, by what the files say. Pure; `today` in days since 1970-01-01.
///
/// One command a group for what is to be added, at most 1000 members each. Those whom the tool didn't know
/// last time (`unknown`) are in a command of their own, so that they don't stop the others.
UnixWork unix_work(std::span<const Change>, const AccountFiles&, const UnixTools&,
    const std::set<Name>& unknown, std::int64_t today);

/// How members are taken out of a group as it stands: one by `gpasswd -d`; several at once by replacing the
/// list, where all who stay can be named in a command; else one by one. Those who are out already are in no
/// step.
std::vector<UnixStep> taking_out(
    std::span<const Change>, const std::vector<std::size_t>& which, const AccountFiles&, const UnixTools&);

/// Each by himself.
std::vector<UnixStep> taking_out_singly(
    std::span<const Change>, const std::vector<std::size_t>& which, const UnixTools&);

/// The command for members to be added.
UnixStep adding(std::span<const Change>, Name group, std::vector<std::size_t> which, const UnixTools&);

} // namespace site
