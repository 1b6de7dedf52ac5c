#pragma once

#include "api/snapshot.hpp"
#include "core/diff.hpp"
#include "support/temp_dir.hpp"
#include "system/runner.hpp"
#include "unix_groups/unix_groups.hpp"

#include <string>
#include <vector>

namespace site {

/// The Unix groups plugin on shadow's own tools, with the core's diff, and the ownership kept in memory as
/// the store would. Its files are a tree of its own.
class UnixSite {
public:
    enum class Where { prefix, root };
    explicit UnixSite(Where);
    /// On the machine's own files.
    UnixSite() = default;

    UnixGroups& plugin();
    Observation observed(const std::vector<Allocation>&);
    Difference plan(const std::vector<Allocation>&);
    /// Plans and applies; each change with what came of it, `create group c1/proja: ... ok`.
    std::vector<std::string> reconcile(const std::vector<Allocation>&);
    /// Reconciles, expects that every change is done, and that nothing is left to do.
    void settle(const std::vector<Allocation>&);

    /// Takes out those whom `desired` has as strays.
    void take_out_strays(const std::vector<Allocation>&);

    void add_user(const std::string& name, unsigned uid, unsigned gid = 100); ///< by hand
    [[nodiscard]] std::filesystem::path path(const std::string& inside) const { return top() + inside; }
    /// A line of a file of /etc without its newline; empty when there is none.
    [[nodiscard]] std::string line(const std::string& file, const std::string& name) const;
    /// Puts a line in the place of the one with its name, or after the last.
    void put_line(const std::string& file, const std::string& line) const;

    static Member member(const std::string& user, Standing standing = Standing::present);
    static Allocation project(const std::string& group, std::uint32_t gid, std::vector<Member> members = {});

    UnixGroupsSettings settings;
    SystemRunner runner;
    Ownership owned;

private:
    [[nodiscard]] Snapshot snapshot(const std::vector<Allocation>&) const;
    [[nodiscard]] std::string top() const { return settings.prefix + settings.root; }

    std::optional<TempDir> dir_;
    std::unique_ptr<UnixGroups> plugin_;
};

} // namespace site
