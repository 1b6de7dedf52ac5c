#pragma once

#include "api/settings.hpp"
#include "unix_groups/account_files.hpp"

#include <string>

namespace site {

enum class WithShadow : std::uint8_t { no, yes };

/// The tree whose files are kept: under a prefix, under another root, or the machine's own.
class UnixTree {
public:
    explicit UnixTree(const UnixGroupsSettings&);

    /// Where a path of the tree is for us: `/etc/group` is `/srv/image/etc/group`.
    [[nodiscard]] std::string path(const std::string& inside) const;
    /// One read of each file, bounded, no process. Each file is replaced whole by the tools (rename), so a
    /// read never sees half of a change.
    [[nodiscard]] Result<AccountFiles> read(WithShadow) const;
    [[nodiscard]] Result<ByName<GroupEntry>> groups() const;

private:
    std::string top_; ///< empty: the machine's own
};

/// A whole regular file of at most 64 MiB: 10,000 groups of 200 members are 20 MB.
Result<std::string> whole_file(const std::string& file);

} // namespace site
