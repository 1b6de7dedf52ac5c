#include "system/people.hpp"

#include "model/identifier.hpp"
#include "system/os_error.hpp"

#include <cerrno>
#include <vector>

namespace site {
namespace {

constexpr std::size_t first_buffer = 4096; // an entry is seldom longer
constexpr std::size_t most_buffer = 64UL << 20;

} // namespace

Result<std::optional<Person>> person(const std::string& name, PasswdLookup lookup)
{
    std::vector<char> buffer(first_buffer);
    while (true) {
        passwd entry {};
        passwd* found = nullptr;
        // what counts is the number returned; errno is left over from within
        const int number = lookup(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
        if (number == 0 && found)
            return std::optional(Person { entry.pw_uid, entry.pw_gid });
        // glibc returns 0 for "no such user". The manual lets others return ENOENT or ESRCH, but from
        // glibc these mean that a source could not be asked (say, sssd's socket is gone).
        if (number == 0)
            return std::optional<Person> {};
        if (number == EINTR)
            continue;
        if (number != ERANGE || buffer.size() >= most_buffer) {
            auto error = os_error("asking the name service for user " + cited(name), number);
            error.code = number == ERANGE ? Errc::internal : Errc::unreachable;
            return error;
        }
        buffer.resize(buffer.size() * 4);
    }
}

} // namespace site
