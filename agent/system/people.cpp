#include "system/people.hpp"

#include "model/identifier.hpp"
#include "system/os_error.hpp"

#include <cerrno>
#include <vector>

namespace site {
namespace {

constexpr std::size_t first_buffer = 4096; // an entry is seldom longer
constexpr std::size_t most_buffer = 64UL << 20;

/// Asks with a buffer that grows until the entry fits. `ask(entry, buffer, size, found)` returns what the
/// library returned; `take(entry)` makes the answer, whose text lies in the buffer.
template <class Entry, class Ask, class Take>
auto asked(const std::string& what, const Ask& ask, const Take& take)
    -> Result<std::optional<decltype(take(std::declval<const Entry&>()))>>
{
    using Answer = std::optional<decltype(take(std::declval<const Entry&>()))>;
    std::vector<char> buffer(first_buffer);
    while (true) {
        Entry entry {};
        Entry* found = nullptr;
        // what counts is the number returned; errno is left over from within
        const int number = ask(&entry, buffer.data(), buffer.size(), &found);
        if (number == 0 && found)
            return Answer(take(*found));
        // glibc returns 0 for "no such entry". The manual lets others return ENOENT or ESRCH, but from
        // glibc these mean that a source could not be asked (say, sssd's socket is gone).
        if (number == 0)
            return Answer {};
        if (number == EINTR)
            continue;
        if (number != ERANGE || buffer.size() >= most_buffer) {
            auto error = os_error("asking the name service for " + what, number);
            error.code = number == ERANGE ? Errc::internal : Errc::unreachable;
            return error;
        }
        buffer.resize(buffer.size() * 4);
    }
}

} // namespace

Result<std::optional<Person>> person(const std::string& name, PasswdLookup lookup)
{
    return asked<passwd>(
        "user " + cited(name),
        [&](passwd* entry, char* buffer, std::size_t size, passwd** found) {
            return lookup(name.c_str(), entry, buffer, size, found);
        },
        [](const passwd& entry) {
            return Person { entry.pw_uid, entry.pw_gid };
        });
}

Result<std::optional<std::string>> user_name(uid_t uid)
{
    return asked<passwd>(
        "uid " + std::to_string(uid),
        [&](passwd* entry, char* buffer, std::size_t size, passwd** found) {
            return ::getpwuid_r(uid, entry, buffer, size, found);
        },
        [](const passwd& entry) { return std::string(entry.pw_name); });
}

Result<std::optional<gid_t>> group_id(const std::string& name, GroupLookup lookup)
{
    return asked<group>(
        "group " + cited(name),
        [&](group* entry, char* buffer, std::size_t size, group** found) {
            return lookup(name.c_str(), entry, buffer, size, found);
        },
        [](const group& entry) { return entry.gr_gid; });
}

Result<std::optional<std::string>> group_name(gid_t gid)
{
    return asked<group>(
        "gid " + std::to_string(gid),
        [&](group* entry, char* buffer, std::size_t size, group** found) {
            return ::getgrgid_r(gid, entry, buffer, size, found);
        },
        [](const group& entry) { return std::string(entry.gr_name); });
}

} // namespace site
