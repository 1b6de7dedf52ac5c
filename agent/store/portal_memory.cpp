#include "store/portal_memory.hpp"

#include "store/sql.hpp"
#include "store/statement.hpp"

#include <algorithm>
#include <limits>

namespace site {
namespace {

constexpr std::uint64_t most_amount = std::numeric_limits<std::int64_t>::max(); ///< that SQLite keeps

bool same_but_for_members(const KnownAllocation& a, const KnownAllocation& b)
{
    return a.resource == b.resource && a.name == b.name && a.identifier == b.identifier && a.group == b.group
        && a.customer == b.customer && a.customer_name == b.customer_name && a.gone == b.gone
        && a.blocked == b.blocked && a.shares == b.shares;
}

void depart(Transaction& transaction, Name cluster, const KnownAllocation& from, const KnownMember& member)
{
    if (!member.identifier.empty())
        run(prepared(transaction, sql::departed_put), cluster, from.uuid, member.user, member.identifier,
            from.group, member.gone);
}

void depart(Transaction& transaction, Name cluster, const KnownAllocation& allocation)
{
    if (allocation.identifier.empty() || allocation.group.empty())
        return;
    run(prepared(transaction, sql::departed_put), cluster, allocation.uuid, Name {}, allocation.identifier,
        allocation.group, allocation.gone);
    for (const auto& member : allocation.members)
        depart(transaction, cluster, allocation, member);
}

/// Both are sorted by user, so one walk finds what differs.
void save_members(Transaction& transaction, Name cluster, std::int64_t allocation,
    const KnownAllocation* known_before, const KnownAllocation& known_after)
{
    static const std::vector<KnownMember> nobody;
    const auto& before = known_before ? known_before->members : nobody;
    const auto& after = known_after.members;
    auto& put = prepared(transaction, sql::known_put_member);
    auto& drop = prepared(transaction, sql::known_drop_member);
    const auto leave = [&](const KnownMember& member) {
        run(drop, allocation, member.user);
        depart(transaction, cluster, *known_before, member);
    };
    auto old = before.begin();
    for (const auto& member : after) {
        for (; old != before.end() && old->user < member.user; ++old)
            leave(*old);
        const bool had = old != before.end() && old->user == member.user;
        if (!had || *old != member)
            run(put, allocation, member.user, member.association, member.identifier, member.gone,
                member.blocked);
        if (had)
            ++old;
    }
    for (; old != before.end(); ++old)
        leave(*old);
}

void save_allocation(
    Transaction& transaction, Name cluster, const KnownAllocation* before, const KnownAllocation& after)
{
    if (!before || !same_but_for_members(*before, after))
        run(prepared(transaction, sql::known_put), cluster, after.uuid, after.resource, after.name,
            after.identifier, after.group, after.customer, after.customer_name, after.gone, after.blocked,
            after.shares);
    auto& find = prepared(transaction, sql::known_find);
    with(find, cluster, after.uuid);
    if (!find.executeStep())
        throw SQLite::Exception("the allocation that was to be renewed is not there");
    const auto id = Columns(find).number();
    find.reset();
    save_members(transaction, cluster, id, before, after);
}

void read_members(SQLite::Statement& query, std::int64_t allocation, std::vector<KnownMember>& members)
{
    with(query, allocation);
    while (query.executeStep()) {
        Columns row(query);
        KnownMember member;
        member.user = row.name();
        member.association = row.uuid();
        member.identifier = row.text();
        member.gone = row.maybe_instant();
        member.blocked = row.maybe_instant();
        members.push_back(std::move(member));
    }
}

} // namespace

Result<Known> PortalMemory::known(Name cluster) const
{
    Known found;
    auto done = database_.read("reading what we know of the portal", [&](SQLite::Database& database) {
        SQLite::Statement allocations(database, sql::known_allocations);
        SQLite::Statement members(database, sql::known_members);
        with(allocations, cluster);
        while (allocations.executeStep()) {
            Columns row(allocations);
            const auto id = row.number();
            KnownAllocation known;
            known.uuid = row.uuid();
            known.resource = row.uuid();
            known.name = row.text();
            known.identifier = row.text();
            known.group = row.name();
            known.customer = row.name();
            known.customer_name = row.text();
            known.gone = row.maybe_instant();
            known.blocked = row.maybe_instant();
            known.shares = row.flag();
            read_members(members, id, known.members);
            const auto uuid = known.uuid;
            found.emplace_hint(found.end(), uuid, std::move(known));
        }
    });
    if (!done)
        return done.error();
    return found;
}

Result<Known> PortalMemory::remembered(Name cluster) const
{
    auto found = known(cluster);
    if (!found)
        return found.error();
    auto done = database_.read("reading who was there", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::departed_of);
        with(query, cluster);
        while (query.executeStep()) {
            Columns row(query);
            const auto uuid = row.uuid();
            const auto user = row.name();
            auto identifier = row.text();
            const auto group = row.name();
            // Of when it was is no more known than that it is over.
            const auto gone = row.maybe_instant().value_or(Instant {});
            if (user.empty()) {
                if (const auto [place, is_new] = found->try_emplace(uuid); is_new) {
                    auto& gone_one = place->second;
                    gone_one.uuid = uuid;
                    gone_one.identifier = std::move(identifier);
                    gone_one.group = group;
                    gone_one.gone = gone;
                }
                continue;
            }
            const auto of = found->find(uuid);
            if (of == found->end())
                continue; // it never had an identifier and a group, so no document names it
            auto& allocation = of->second;
            const auto place = std::ranges::lower_bound(allocation.members, user, {}, &KnownMember::user);
            if (place == allocation.members.end() || place->user != user)
                allocation.members.insert(place,
                    { .association = {}, .user = user, .identifier = std::move(identifier), .gone = gone });
        }
    });
    if (!done)
        return done.error();
    return found;
}

void PortalMemory::save(Transaction& transaction, Name cluster, const Known& before, const Known& after)
{
    auto& drop = prepared(transaction, sql::known_drop);
    for (const auto& [uuid, known] : before)
        if (!after.contains(uuid)) {
            run(drop, cluster, uuid);
            depart(transaction, cluster, known);
        }
    for (const auto& [uuid, known] : after) {
        const auto had = before.find(uuid);
        const auto* old = had == before.end() ? nullptr : &had->second;
        if (!old || *old != known)
            save_allocation(transaction, cluster, old, known);
    }
}

Result<std::optional<StoredSnapshot>> PortalMemory::snapshot(Name cluster) const
{
    std::optional<StoredSnapshot> found;
    auto done = database_.read("reading the last snapshot", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::snapshot_of);
        with(query, cluster);
        if (!query.executeStep())
            return;
        Columns row(query);
        found = StoredSnapshot { .taken = row.instant(), .text = row.text() };
    });
    if (!done)
        return done.error();
    return found;
}

void PortalMemory::save_snapshot(Transaction& transaction, Name cluster, Instant taken, std::string_view text)
{
    if (text.empty())
        run(prepared(transaction, sql::snapshot_renew), taken, cluster);
    else
        run(prepared(transaction, sql::snapshot_put), cluster, taken, text);
}

Result<std::map<Uuid, ResourceRow>> PortalMemory::resources(Name cluster) const
{
    std::map<Uuid, ResourceRow> found;
    auto done = database_.read("reading the resources' states", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::resources_of);
        with(query, cluster);
        while (query.executeStep()) {
            Columns row(query);
            ResourceRow resource { .uuid = row.uuid(),
                .state = row.text(),
                .paused = row.flag(),
                .downscaled = row.flag(),
                .restrict_member_access = row.flag() };
            found.emplace(resource.uuid, std::move(resource));
        }
        SQLite::Statement limits(database, sql::resource_limits_of);
        with(limits, cluster);
        while (limits.executeStep()) {
            Columns row(limits);
            const auto of = found.find(row.uuid());
            const auto component = row.text();
            if (of != found.end())
                of->second.limits.emplace(component, row.count());
        }
    });
    if (!done)
        return done.error();
    return found;
}

void PortalMemory::save_resources(
    Transaction& transaction, Name cluster, const std::vector<ResourceRow>& resources)
{
    run(prepared(transaction, sql::resources_drop), cluster);
    auto& add = prepared(transaction, sql::resource_add);
    for (const auto& resource : resources)
        run(add, cluster, resource.uuid, resource.state, resource.paused, resource.downscaled,
            resource.restrict_member_access);
    run(prepared(transaction, sql::resource_limits_drop), cluster);
    auto& limit = prepared(transaction, sql::resource_limit_add);
    for (const auto& resource : resources)
        for (const auto& [component, amount] : resource.limits)
            run(limit, cluster, resource.uuid, std::string_view(component), std::min(amount, most_amount));
}

} // namespace site
