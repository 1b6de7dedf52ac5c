#pragma once

#include "api/runner.hpp"
#include "api/settings.hpp"
#include "model/name.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace site {

struct NewUser {
    Name name;
    std::int64_t uid = 0;
    bool locked = false;
    bool group_there = false; ///< the group of his own is left over from before, with his number
};

/// shadow's own tools as argument vectors, with folder, prefix, root and deadline of the settings. Pure;
/// whoever calls has checked the names. Seen working with shadow 4.13.
class UnixTools {
public:
    explicit UnixTools(const UnixGroupsSettings&);

    [[nodiscard]] Command add_group(Name group, std::int64_t gid) const;
    [[nodiscard]] Command remove_group(Name group) const;
    /// Adds only, in one go under the tool's lock: what somebody else adds meanwhile is never lost.
    [[nodiscard]] Command add_members(Name group, std::string_view users) const;
    /// By gpasswd, which keeps gshadow in step. It has no --prefix, so it is given the prefix as its root.
    [[nodiscard]] Command take_out(Name group, Name user) const;
    /// The members are these and no others. Never by `groupmod -U` without -a, which frees the old list twice
    /// and mostly crashes (shadow 4.13, https://github.com/shadow-maint/shadow/issues/1420).
    [[nodiscard]] Command replace_members(Name group, std::string_view users) const;
    [[nodiscard]] Command add_user(const NewUser&) const;
    [[nodiscard]] Command lock_user(Name user) const;
    [[nodiscard]] Command unlock_user(Name user) const;
    [[nodiscard]] Command remove_user(Name user) const; ///< without his home
    /// What makes the machine forget groups and users that it remembers; none where none is configured.
    [[nodiscard]] std::vector<Command> forget() const;

    [[nodiscard]] bool own_group() const { return settings_.users.primary_group.empty(); }
    [[nodiscard]] std::string home(Name user) const; ///< inside the tree
    /// Whether a home of his is to be looked at before he is made.
    [[nodiscard]] bool own_home() const;
    /// The programs that are needed, by path.
    [[nodiscard]] std::vector<std::string> programs() const;

private:
    [[nodiscard]] Command command(std::string_view program, std::vector<std::string> arguments) const;
    [[nodiscard]] Command gpasswd(std::vector<std::string> arguments) const;

    UnixGroupsSettings settings_;
};

/// What a tool's answer means.
struct Answer {
    enum class Kind {
        done,
        already, ///< it said no because it is so already
        unknown_user, ///< `named` is known to no name service that the tool looks at
        read_only, ///< a file system is; each try waits for 15 s as for a lock
        locked, ///< a file could not be locked; `named` is its name in /etc, also of read_only
        failed
    };
    Kind kind = Kind::done;
    std::string named {};
    Error error {}; ///< of all but done and already
};

/// From exit and standard error. The messages are those of LC_ALL=C, which every child of ours has.
Answer judged(const Command&, const Output&);

/// Whether the tool of a command has to lock that file of /etc.
bool locks(const Command&, std::string_view file);

} // namespace site
