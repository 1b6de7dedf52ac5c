#pragma once

#include "api/records.hpp"
#include "model/node_shape.hpp"
#include "model/time.hpp"
#include "model/uuid.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace site {

/// How a membership or an allocation stands; computed by the core (core/membership), never by a plugin.
enum class Standing : std::uint8_t {
    present, ///< the portal lists it
    waiting, ///< listed, but something it needs isn't there yet (no Unix user, say): make nothing, touch
             ///< nothing
    frozen, ///< listed, but the row is refused (see `why`): what exists stays as it is
    revoked, ///< gone, and in its grace: access is blocked by means that can be undone
    expired ///< gone, and its grace is over: it may be removed
};

std::string_view name(Standing);

struct Member {
    Name user; ///< local Unix and Slurm name
    std::string identifier; ///< `user.project.portal`
    Uuid association;
    Standing standing = Standing::present;
    std::optional<Instant> until {}; ///< end of the grace, once the block is confirmed
    std::string why {}; ///< of waiting, frozen, revoked
    /// Primary group of the Unix user; none: not looked up in this cycle, or there is no such user.
    std::optional<std::uint32_t> primary_gid {};
    /// NSS doesn't know the user, and the agent may make him with this uid; 0 until the core has settled it.
    std::optional<std::uint32_t> new_uid {};
    std::optional<std::uint32_t> uid {}; ///< none: not looked up in this cycle, or there is no such user
};

/// Node-seconds and the components, by our own ledger, of the current billing month.
struct Spent {
    std::uint64_t node_seconds = 0;
    std::uint64_t cpu_seconds = 0;
    std::uint64_t gpu_seconds = 0;
    std::uint64_t memory_mb_seconds = 0;
    std::uint64_t billing_seconds = 0;
    std::map<Name, std::uint64_t> extra {}; ///< count-seconds of further TRES, by their names
};

struct Allocation {
    Uuid uuid;
    Uuid resource; ///< marketplace resource; nil when there is none
    std::string name;
    std::string identifier; ///< `project.portal`
    Name group; ///< local Unix group, also the Slurm account
    Name customer; ///< short name of the organisation, folded to a local name; empty if unknown
    std::string customer_name;
    Standing standing = Standing::present;
    std::optional<Instant> until {};
    std::string why {};
    bool may_create = true; ///< false in ERRED and DELETION states and in creation without names
    bool active = true;
    bool deleting = false;
    bool paused = false;
    bool downscaled = false;
    std::optional<std::uint64_t>
        limit {}; ///< node-seconds of this month; none: unknown or refused, leave limits alone
    std::optional<Spent> spent {}; ///< none: the ledger has no whole figure for this month
    std::vector<Member> members {}; ///< sorted by user, each once
    /// Members of the project's other allocations that name the same group, those listed only. They belong in
    /// the Unix group whatever `members` says of them, and are nothing to the account. Sorted by user, each
    /// once.
    std::vector<Member> sharers {};
    /// Of the Unix group, settled by the core: the one it has or had, or the next free one.
    std::optional<std::uint32_t> gid {};
    std::string no_gid {}; ///< why there is none; empty where nobody asked for one
    /// What the resource's limits grant, by component, in the component's unit.
    std::map<Name, std::uint64_t> granted {};
    bool grants_known = false; ///< the portal said what is granted, be it nothing
};

/// Why an account admits no new work. The first that holds. `undecided`: the limit or what is spent is not
/// known, so a gate stays as it stands: an error is never a zero, and never a reason to open.
enum class Closure : std::uint8_t { open, gone, inactive, deleting, paused, limit_zero, spent, undecided };

std::string_view name(Closure);
Closure closure(const Allocation&);
/// `stops` for what our own ledger decides, `takes_away` for what the portal says.
Effect effect(Closure);

/// The portal's view of one cluster, after the core's judgement. Plugins read it only.
struct Snapshot {
    Name cluster;
    Instant taken; ///< when the portal was read
    Month month; ///< billing month of `taken`
    Instant month_end; ///< first moment of the next one
    bool fresh = true; ///< false: the portal is away and this is the last whole one
    std::vector<Allocation> allocations; ///< sorted by group, each group once
    const Ownership* owned = nullptr; ///< never null in a cycle
};

} // namespace site
