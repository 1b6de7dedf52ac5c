#include "simulation/portal.hpp"

#include "portal/whole_listing.hpp"

#include <algorithm>
#include <array>

namespace site::simulation {
namespace {

Error unreachable()
{
    return { Errc::unreachable, "connection refused" };
}

} // namespace

const char* name(Lie lie)
{
    static constexpr std::array names { "none", "not-whole", "hidden-once", "hidden-found", "hidden",
        "no-allocations", "no-associations", "nothing", "other-lists", "wrong-clock", "other-settings" };
    static_assert(names.size() == lies);
    return names[static_cast<std::size_t>(lie)];
}

Uuid numbered(char family, std::uint64_t number)
{
    const auto digits = std::to_string(number);
    return Uuid::parse(family + std::string(31 - digits.size(), '0') + digits).value();
}

Result<Listing> TruePortal::listing(const AllocationFilter& filter)
{
    seam("listing");
    ++asked.listings;
    if (away || lie == Lie::not_whole) {
        asked.failed = true;
        if (away)
            return unreachable();
        return Error { Errc::conflict, "X-Result-Count differs from page to page (read 3 times)" };
    }
    Listing given;
    given.allocations = allocations;
    given.associations = associations;
    const auto is_hidden = [&](const auto& row) { return hidden.contains(row.uuid); };
    if (lie == Lie::hidden || lie == Lie::hidden_found || (lie == Lie::hidden_once && asked.listings == 1)) {
        std::erase_if(given.allocations, is_hidden);
        std::erase_if(given.associations, is_hidden);
    }
    if (lie == Lie::no_allocations || lie == Lie::nothing)
        given.allocations.clear();
    if (lie == Lie::no_associations || lie == Lie::nothing)
        given.associations.clear();
    if (lie == Lie::other_lists) {
        for (auto& row : given.allocations) {
            row.uuid = numbered('d', ++serial_);
            row.resource = numbered('d', ++serial_);
            row.backend_id = "stranger" + std::to_string(serial_) + ".brics";
            row.groupname = "brics.stranger" + std::to_string(serial_);
        }
        given.associations.clear();
    }
    if (lie == Lie::other_settings && !given.allocations.empty())
        given.allocations.front().service_settings = numbered('e', 99);
    const auto by_uuid = [](const auto& a, const auto& b) { return a.uuid < b.uuid; };
    std::sort(given.allocations.begin(), given.allocations.end(), by_uuid);
    std::sort(given.associations.begin(), given.associations.end(), by_uuid);
    given.taken = clock_.now();
    given.skew = Seconds { lie == Lie::wrong_clock ? 86400 : 1 };
    narrow(given, filter);
    asked.whole.push_back(given);
    return given;
}

Result<bool> TruePortal::is_there(Uuid uuid)
{
    seam("retrieve");
    ++asked.retrieves;
    if (away) {
        asked.failed = true;
        return unreachable();
    }
    const auto has = [&](const auto& rows) {
        return std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.uuid == uuid; });
    };
    const bool denies = lie == Lie::hidden || lie == Lie::no_allocations || lie == Lie::no_associations
        || lie == Lie::nothing || lie == Lie::other_lists;
    const bool there = !denies && (has(allocations) || has(associations));
    if (there)
        asked.found.insert(uuid);
    return there;
}

AllocationRow* TruePortal::allocation(Uuid uuid)
{
    const auto found = std::find_if(
        allocations.begin(), allocations.end(), [&](const auto& row) { return row.uuid == uuid; });
    return found == allocations.end() ? nullptr : &*found;
}

Result<void> TruePortal::accept(Uuid resource, Month month)
{
    ++asked.usage_calls;
    if (away)
        return unreachable();
    if (refuses.contains(resource))
        return Error { Errc::refused, "the resource is being provisioned" };
    if (closes_months && month < month_of(clock_.now()))
        return Error { Errc::refused, "only staff may report for past billing periods" };
    return {};
}

void TruePortal::keep(const FigureKey& key, Decimal amount)
{
    received[key] = amount;
    const auto& [resource, month, type, user] = key;
    asked.heard.push_back(
        resource.text().substr(24) + " " + text(month) + " " + type + " " + user + " = " + amount.text());
    if (heard)
        heard(key, amount);
}

Result<void> TruePortal::set_usage(Uuid resource, Instant date, std::span<const ComponentAmount> amounts)
{
    seam("before set_usage");
    const auto month = month_of(date);
    if (auto accepted = accept(resource, month); !accepted)
        return accepted;
    for (const auto& [type, amount] : amounts) {
        keep({ resource, month, type, "" }, amount);
        const bool known
            = std::any_of(records_.begin(), records_.end(), [&, &wanted = type](const auto& one) {
                  return one.second.resource == resource && one.second.month == month
                      && one.second.type == wanted;
              });
        if (!known)
            records_[numbered('c', ++serial_)] = { resource, month, type };
    }
    seam("after set_usage");
    if (loses_answers)
        return Error { Errc::timed_out, "no answer within 60 s" };
    return {};
}

Result<std::vector<UsageRecord>> TruePortal::usage_records(Uuid resource, Month month)
{
    if (away)
        return unreachable();
    std::vector<UsageRecord> found;
    for (const auto& [uuid, record] : records_)
        if (record.resource == resource && record.month == month)
            found.push_back({ uuid, record.type, received[{ resource, month, record.type, "" }] });
    return found;
}

Result<void> TruePortal::set_user_usages(Uuid record, Instant, std::span<const UserAmount> users)
{
    seam("before set_user_usages");
    const auto found = records_.find(record);
    if (found == records_.end())
        return Error { Errc::not_found, "no such record" };
    if (auto accepted = accept(found->second.resource, found->second.month); !accepted)
        return accepted;
    for (const auto& [user, amount] : users)
        keep({ found->second.resource, found->second.month, found->second.type, user }, amount);
    seam("after set_user_usages");
    if (loses_answers)
        return Error { Errc::timed_out, "no answer within 60 s" };
    return {};
}

namespace {
TruePortal* connecting = nullptr; // RestPortal::open takes a configuration, not a portal
} // namespace

} // namespace site::simulation

namespace site {

class RestPortal::State {
public:
    simulation::TruePortal& truth;
};

RestPortal::RestPortal(std::unique_ptr<State> state) : state_(std::move(state))
{
}

RestPortal::~RestPortal() = default;

Result<std::unique_ptr<RestPortal>> RestPortal::open(const PortalConfig&, const Clock&, std::function<bool()>)
{
    return std::unique_ptr<RestPortal>(
        new RestPortal(std::make_unique<State>(State { *simulation::connecting })));
}

Result<Listing> RestPortal::listing(const AllocationFilter& filter)
{
    return state_->truth.listing(filter);
}

Result<bool> RestPortal::is_there(RowFamily, Uuid uuid)
{
    return state_->truth.is_there(uuid);
}

Result<std::vector<ResourceRow>> RestPortal::resources(std::span<const Uuid>)
{
    if (state_->truth.away)
        return Error { Errc::unreachable, "connection refused" };
    std::vector<ResourceRow> rows;
    for (const auto& [uuid, row] : state_->truth.flags)
        rows.push_back(row);
    return rows;
}

Result<void> RestPortal::set_usage(Uuid resource, Instant date, std::span<const ComponentAmount> amounts)
{
    return state_->truth.set_usage(resource, date, amounts);
}

Result<std::vector<UsageRecord>> RestPortal::usage_records(Uuid resource, Month month)
{
    return state_->truth.usage_records(resource, month);
}

Result<void> RestPortal::set_user_usages(Uuid record, Instant date, std::span<const UserAmount> users)
{
    return state_->truth.set_user_usages(record, date, users);
}

bool is_closed_month(const Error& error)
{
    return error.code == Errc::refused && error.text.find("past billing periods") != std::string::npos;
}

namespace simulation {

std::unique_ptr<RestPortal> connect(TruePortal& truth, const Clock& clock)
{
    connecting = &truth;
    return RestPortal::open({}, clock).value();
}

} // namespace simulation
} // namespace site
