#pragma once

#include "model/result.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace site {

struct GroupEntry {
    std::uint32_t gid = 0;
    std::string members {}; ///< as they stand there, joined by commas; see `member_list`
};

struct UserEntry {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0; ///< of the primary group
};

struct ShadowEntry {
    std::optional<std::int64_t> expires {}; ///< days since 1970-01-01; none: never
};

template <class Entry> using ByName = std::map<std::string, Entry, std::less<>>;

/// What stands in /etc/group, /etc/passwd and /etc/shadow, whoever put it there.
struct AccountFiles {
    ByName<GroupEntry> groups {};
    ByName<UserEntry> users {};
    ByName<ShadowEntry> shadow {}; ///< empty where it wasn't asked for
};

/// The text of a whole file, as of group(5), passwd(5) and shadow(5). Pure.
///
/// Lines of NIS (`+`, `-`), comments and blank lines are passed over. An error with the line's number for a
/// malformed line and for a name that stands there twice; an error for an empty file and for a last line
/// without an end, since such a file may not be whole. Names and members are taken as they are, odd ones too.
Result<ByName<GroupEntry>> parse_group(std::string_view text);
Result<ByName<UserEntry>> parse_passwd(std::string_view text);
Result<ByName<ShadowEntry>> parse_shadow(std::string_view text);

/// The members of a group in the file's order, each once.
std::vector<std::string_view> member_list(std::string_view members);

/// Whether the user can't log in on that day (since 1970-01-01): his account is past its last day.
/// 0 is no date: shadow(5) calls it unclear, and the tools never write it for us.
bool locked_on(const ShadowEntry&, std::int64_t today);

} // namespace site
