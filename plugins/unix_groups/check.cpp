#include "unix_groups/check.hpp"

#include "group_projection/name_caches.hpp"
#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace site {
namespace {

Finding good(std::string code, std::string text)
{
    return { Severity::info, std::move(code), "", std::move(text), "" };
}

Finding bad(Severity severity, std::string code, std::string text, std::string advice)
{
    return { severity, std::move(code), "", std::move(text), std::move(advice) };
}

std::string_view word_of(std::string_view& line)
{
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    const auto word = line.substr(0, line.find_first_of(" \t"));
    line.remove_prefix(word.size());
    return word;
}

class Check {
public:
    Check(const UnixGroupsSettings& settings, const UnixTree& tree, const UnixTools& tools, Runner& runner)
        : settings_(settings), tree_(tree), tools_(tools), runner_(runner)
    {
    }

    std::vector<Finding> run(const std::string& cache_trouble)
    {
        root();
        programs();
        files();
        writable();
        locks_left();
        name_service();
        caches(cache_trouble);
        return std::move(out_);
    }

private:
    void add(Finding finding) { out_.push_back(std::move(finding)); }

    void root()
    {
        if (::geteuid() == 0)
            return capabilities();
        add(bad(Severity::error, "unix-groups-not-root",
            "the agent runs as user id " + std::to_string(::geteuid()) + ", which may not change groups",
            "run it as root"));
    }

    /// What children may have at most; a unit's CapabilityBoundingSet takes it away from root as well.
    void capabilities()
    {
        // Without CHOWN, groupadd writes group and then fails at gshadow (4.13).
        std::vector<std::pair<int, std::string>> needed { { CAP_CHOWN, "CAP_CHOWN" } };
        if (settings_.users.create)
            needed.insert(
                needed.end(), { { CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE" }, { CAP_FOWNER, "CAP_FOWNER" } });
        if (!settings_.prefix.empty() || !settings_.root.empty())
            needed.emplace_back(CAP_SYS_CHROOT, "CAP_SYS_CHROOT");
        std::string missing;
        for (const auto& [number, name] : needed)
            if (::prctl(PR_CAPBSET_READ, number, 0, 0, 0) != 1)
                missing += " " + name;
        if (missing.empty())
            return add(good("unix-groups-root", "the agent runs as root, which may change groups"));
        add(bad(Severity::error, "unix-groups-no-capability", "root is without" + missing + " here",
            "in the unit: CapabilityBoundingSet, as in drop-ins/unix-groups.conf"));
    }

    void programs()
    {
        bool all = true;
        for (const auto& program : tools_.programs())
            if (::access(program.c_str(), X_OK) != 0) {
                all = false;
                add(bad(Severity::error, "unix-groups-no-tool",
                    program + ": " + std::generic_category().message(errno),
                    "install shadow's tools (package passwd), or set `programs` and `gpasswd`"));
            }
        if (!all)
            return;
        Command help { .program = settings_.programs + "/groupmod", .arguments = { "--help" } };
        help.most_output = 1UL << 20;
        const auto said = runner_.run(help);
        if (!said || said->text.find("--append") == std::string::npos)
            return add(bad(Severity::error, "unix-groups-no-append",
                said ? help.program + " knows no --append" : said.error().text,
                "a shadow that can add members (4.10 or newer) is needed"));
        add(good("unix-groups-tools", "shadow's tools are there and can add members"));
    }

    void files()
    {
        const auto read = tree_.read(settings_.users.create ? WithShadow::yes : WithShadow::no);
        if (!read)
            return add(bad(Severity::error, "unix-groups-unreadable", read.error().text,
                "mend the file; grpck and pwck name what is wrong"));
        add(good("unix-groups-files",
            std::to_string(read->groups.size()) + " groups and " + std::to_string(read->users.size())
                + " users in " + tree_.path("/etc")));
    }

    [[nodiscard]] std::vector<std::string> changed_files() const
    {
        if (settings_.users.create)
            return { "/etc/group", "/etc/gshadow", "/etc/passwd", "/etc/shadow" };
        return { "/etc/group", "/etc/gshadow" };
    }

    /// The tools make a file beside the old one and put it in its place, so the folder must be writable, and
    /// a file that is a mount of its own can't be replaced.
    void writable()
    {
        const auto folder = tree_.path("/etc");
        if (::faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) != 0)
            return add(bad(Severity::error, "unix-groups-read-only",
                folder + " can't be written: " + std::generic_category().message(errno),
                "in the unit: ReadWritePaths=/etc, the folder and not single files"));
        bool all = true;
        for (const auto& inside : changed_files()) {
            const auto file = tree_.path(inside);
            struct statx status { };
            if (::statx(AT_FDCWD, file.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &status) != 0)
                continue; // a tree without gshadow is fine, and one without group was told of above
            if (S_ISREG(status.stx_mode) && (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) == 0)
                continue;
            all = false;
            add(bad(Severity::error, "unix-groups-read-only",
                file + (S_ISREG(status.stx_mode) ? " is a mount of its own" : " is no regular file")
                    + ", so the tools can't replace it",
                "in the unit: ReadWritePaths=/etc, the folder and not single files"));
        }
        if (all)
            add(good("unix-groups-writable", folder + " can be written"));
    }

    void locks_left()
    {
        for (const auto& inside : changed_files()) {
            const auto file = tree_.path(inside) + ".lock";
            struct stat status { };
            if (::lstat(file.c_str(), &status) != 0)
                continue;
            const auto text = whole_file(file);
            if (!text)
                continue; // gone again
            const auto owner = lock_owner(*text);
            if (owner.kind == LockOwner::Kind::nothing)
                add(bad(Severity::error, "unix-groups-lock",
                    file + " is left over: it names no process, so every change waits 15 s and fails",
                    "remove it when no groupadd, usermod or vigr runs"));
            else if (::kill(static_cast<pid_t>(owner.pid), 0) == 0 || errno == EPERM)
                add(bad(Severity::warning, "unix-groups-lock",
                    file + " is held by process " + std::to_string(owner.pid),
                    "if that isn't one of shadow's tools, the lock is left over: remove it"));
        }
    }

    void name_service()
    {
        const auto file = tree_.path("/etc/nsswitch.conf");
        const auto text = whole_file(file);
        if (!text && ::access(file.c_str(), F_OK) == 0)
            return add(bad(Severity::warning, "unix-groups-no-files", text.error().text, ""));
        for (const auto* database : { "group", "passwd" })
            if (text && !asks_files(*text, database))
                return add(bad(Severity::error, "unix-groups-no-files",
                    file + " has no `files` for " + database + ", so nothing made here is seen",
                    "add files to that line"));
        add(good("unix-groups-nsswitch", "the name service asks local files"));
    }

    void caches(const std::string& trouble)
    {
        for (const auto& command : tools_.forget())
            if (::access(command.program.c_str(), X_OK) != 0)
                return add(cache_finding(
                    "unix-groups-cache", command.program + ": " + std::generic_category().message(errno)));
        if (!trouble.empty())
            add(cache_finding("unix-groups-cache", trouble));
    }

    const UnixGroupsSettings& settings_;
    const UnixTree& tree_;
    const UnixTools& tools_;
    Runner& runner_;
    std::vector<Finding> out_;
};

} // namespace

bool asks_files(std::string_view nsswitch, std::string_view database)
{
    while (!nsswitch.empty()) {
        auto line = nsswitch.substr(0, nsswitch.find('\n'));
        nsswitch.remove_prefix(std::min(line.size() + 1, nsswitch.size()));
        line = line.substr(0, line.find('#'));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos)
            continue;
        auto name = line.substr(0, colon);
        if (word_of(name) != database)
            continue;
        line.remove_prefix(colon + 1);
        for (auto word = word_of(line); !word.empty(); word = word_of(line))
            if (word == "files" || word == "compat")
                return true;
        return false;
    }
    return true;
}

LockOwner lock_owner(std::string_view text)
{
    // As commonio.c reads it (shadow 4.13): digits to the end, or a NUL byte.
    text = text.substr(0, text.find('\0'));
    long pid = 0;
    const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
    if (error != std::errc {} || stopped != text.data() + text.size() || pid <= 0)
        return {};
    return { LockOwner::Kind::process, pid };
}

std::vector<Finding> check_unix(const UnixGroupsSettings& settings, const UnixTree& tree,
    const UnixTools& tools, Runner& runner, const std::string& cache_trouble)
{
    return Check(settings, tree, tools, runner).run(cache_trouble);
}

} // namespace site
