#pragma once

#include "portal/portal.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>

namespace site {

/// How many requests were made and bytes received, since the object was made.
struct TrafficCount {
    std::uint64_t requests = 0;
    std::uint64_t bytes = 0;
};

/// The REST client of one portal. Blocking; one call at a time; keeps its connections alive between calls.
///
/// Transport errors, 429 and 5xx are tried again with jittered, growing pauses (or Retry-After), within
/// the retries of the configuration; everything that is sent again is safe to repeat (waldur-api §6).
class RestPortal : public Portal {
public:
    /// `stop` is asked while waiting; when it says true, the call ends with Errc::timed_out.
    /// Reads secrets at construction and again after a 401.
    static Result<std::unique_ptr<RestPortal>> open(
        const PortalConfig&, const Clock&, std::function<bool()> stop = {});
    ~RestPortal() override;

    Result<Listing> listing(const AllocationFilter&) override;
    Result<bool> is_there(RowFamily, Uuid) override;

    Result<std::string> version();
    /// Name of the token's user: proves the token.
    Result<std::string> whoami();
    Result<std::vector<OfferingComponent>> components(Uuid offering);
    /// All resources that the token sees, of the given offerings (all when empty).
    Result<std::vector<ResourceRow>> resources(std::span<const Uuid> offerings);

    /// Month-to-date totals; `date` lies in the month that they belong to. Errc::refused carries the
    /// portal's words; `is_closed_month` tells a refusal for a past month.
    Result<void> set_usage(Uuid resource, Instant date, std::span<const ComponentAmount>);
    Result<std::vector<UsageRecord>> usage_records(Uuid resource, Month);
    /// All or nothing; falls back to one call a user where the server lacks the bulk call.
    Result<void> set_user_usages(Uuid record, Instant date, std::span<const UserAmount>);
    Result<void> refresh_last_sync(Uuid resource);
    Result<void> set_as_ok(Uuid resource);
    Result<void> set_as_erred(Uuid resource, std::string_view message);

    [[nodiscard]] TrafficCount traffic() const;

private:
    class State;
    explicit RestPortal(std::unique_ptr<State>);
    std::unique_ptr<State> state_;
};

/// Whether a refusal of set_usage is the portal's "this month is closed" (waldur-api §7.6).
bool is_closed_month(const Error&);

} // namespace site
