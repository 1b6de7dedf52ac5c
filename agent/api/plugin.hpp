#pragma once

#include "api/change.hpp"
#include "api/finding.hpp"
#include "api/records.hpp"
#include "api/runner.hpp"
#include "api/settings.hpp"
#include "api/snapshot.hpp"
#include "api/storage.hpp"
#include "api/usage.hpp"
#include "model/result.hpp"

#include <boost/version.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace site {

/// A directory or quota to look for, by what is known of it before.
struct StoragePlace {
    Key key;
    std::string path {}; ///< below the volume's root; empty: it has no directory
    std::uint32_t id = nobody; ///< project id, gid or uid that a quota counts by; nobody: not known yet
    bool ours = false; ///< told even where the site holds no limit for it
};

/// What `observed` must look for.
struct Interest {
    std::vector<Name>
        names; ///< first part of the keys, sorted: accounts or groups that are ours or asked for
    bool removals = false; ///< something may be removed: read what a safe removal needs to know
    bool marked = false; ///< also every record that bears our mark, whatever its name
    IdRange gids {}; ///< ids of new groups are taken from here: say which are in use
    IdRange uids {}; ///< the same of new users
    std::vector<Name> users {}; ///< Unix users that are ours or to be made, sorted
    std::vector<StoragePlace> places {}; ///< sorted by key, each key once
};

/// Group and user ids in use at the site, at least all within the ranges of the interest, by whom.
struct IdsInUse {
    std::map<std::uint32_t, Name> groups {};
    std::map<std::uint32_t, Name> users {};
};

/// What a plugin read beside records and `desired` needs; each plugin has its own.
class Facts {
public:
    virtual ~Facts() = default;
};

struct Observation {
    std::vector<Record> records; ///< of the interest only; sorted by key, each key once
    std::shared_ptr<const Facts> facts {};
    std::vector<Finding> findings {};
    std::optional<IdsInUse> ids {}; ///< none: this backend gives no ids
};

/// A thing that is left as it is, with everything beneath it (same kind or later, same cluster and name,
/// and same member and part if one is named).
struct Refusal {
    Key key;
    std::string why;
};

/// What stands beneath a record of ours, was not put there by us, and is to go by the site's own setting.
struct Stray {
    Key key;
    Key under; ///< acted on only where we made this one
    std::string why;
};

struct Desired {
    std::vector<Record> records; ///< sorted by key, each key once
    std::vector<Stray> strays {};
    std::vector<Refusal> refused {};
    std::vector<Finding> findings {};
};

/// A backend. It projects, observes and applies; the agent diffs, orders, guards, journals and dry-runs.
/// So no plugin knows the portal, the database, or whether this is a dry run.
///
/// Called from one worker thread of its own, one call at a time.
class Plugin {
public:
    virtual ~Plugin() = default;

    /// The kinds of records that this backend keeps. Constant.
    [[nodiscard]] virtual std::vector<Kind> kinds() const = 0;
    /// Pure.
    [[nodiscard]] virtual Interest interest(const Snapshot&) const = 0;
    /// Reads only; a constant number of processes, whatever the size of the interest.
    virtual Result<Observation> observed(const Interest&) = 0;
    /// Pure: the records that should be, and those refused with why.
    [[nodiscard]] virtual Result<Desired> desired(const Snapshot&, const Observation&) const = 0;
    /// The commands that `apply` would run now, for people to read; `observed` has been called before.
    [[nodiscard]] virtual std::vector<std::string> commands(std::span<const Change>) const = 0;
    /// What the tool said, one for each change; the truth is what `observed` shows next. Repeating a
    /// change that already holds is a success. `Errc::conflict` means "later, not an error".
    virtual std::vector<Result<void>> apply(std::span<const Change>) = 0;
    /// What a sysadmin should know of this backend's set-up. Reads only.
    virtual std::vector<Finding> check() = 0;
    /// Null when this backend ran no jobs.
    virtual JobSource* job_source() { return nullptr; }
    /// Null when this backend keeps no quotas.
    virtual StorageSource* storage_source() { return nullptr; }
};

/// Reads a secret of the settings, with its modes checked; the error never holds a piece of it.
using SecretReader = std::function<Result<std::string>(const SecretSource&)>;

/// What a plugin is made from. The runner outlives the plugin.
struct PluginContext {
    Name cluster;
    const PluginSettings& settings;
    Runner& runner;
    SecretReader secrets {};
};

/// What a module exports as `site_plugin`. Refused when name or stamp differ.
struct PluginDescriptor {
    const char* name;
    const char* version;
    const char* stamp; ///< compiler, C++ library, Boost, options: `SITE_BUILD_STAMP`
    Plugin* (*create)(
        const PluginContext&); ///< the caller owns it; null when the settings are another plugin's
};

extern const char* const build_stamp;

} // namespace site

#define SITE_STRINGIZE_DETAIL(x) #x
#define SITE_STRINGIZE(x) SITE_STRINGIZE_DETAIL(x)
/// Evaluated where it is used, so that a module carries the stamp of its own build.
#define SITE_BUILD_STAMP                                                                                     \
    "g++ " __VERSION__ ", libstdc++ " SITE_STRINGIZE(__GLIBCXX__) ", boost " SITE_STRINGIZE(BOOST_VERSION)
