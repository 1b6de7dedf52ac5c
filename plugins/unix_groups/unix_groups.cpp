#include "unix_groups/unix_groups.hpp"

#include "group_projection/group_projection.hpp"
#include "group_projection/name_caches.hpp"
#include "unix_groups/check.hpp"
#include "unix_groups/listing.hpp"

#include <thread>

namespace site {

UnixGroups::UnixGroups(Name cluster, const UnixGroupsSettings& settings, Runner& runner, Wait wait)
    : cluster_(cluster), settings_(settings), tools_(settings_), tree_(settings_), runner_(runner),
      wait_(std::move(wait))
{
    if (!wait_)
        wait_ = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
}

Interest UnixGroups::interest(const Snapshot& snapshot) const
{
    return group_interest(cluster_, snapshot);
}

Result<Observation> UnixGroups::observed(const Interest& interest)
{
    auto files = tree_.read(interest.users.empty() ? WithShadow::no : WithShadow::yes);
    if (!files)
        return files.error();
    seen_ = std::move(*files);
    auto out = unix_listing(cluster_, interest, seen_, today());
    if (!memory_.cache_trouble.empty())
        out.findings.push_back(cache_finding("unix-groups-cache", memory_.cache_trouble));
    return out;
}

Result<Desired> UnixGroups::desired(const Snapshot& snapshot, const Observation& observation) const
{
    return group_desired(settings_.groups, settings_.users, cluster_, snapshot, observation);
}

std::vector<std::string> UnixGroups::commands(std::span<const Change> changes) const
{
    std::vector<std::string> out;
    for (const auto& step : unix_work(changes, seen_, tools_, memory_.unknown, today()).steps)
        out.push_back(text(step.command));
    if (!out.empty())
        for (const auto& command : tools_.forget())
            out.push_back(text(command));
    return out;
}

std::vector<Result<void>> UnixGroups::apply(std::span<const Change> changes)
{
    return apply_unix(changes, tree_, tools_, runner_, memory_, wait_);
}

std::vector<Finding> UnixGroups::check()
{
    return check_unix(settings_, tree_, tools_, runner_, memory_.cache_trouble);
}

} // namespace site
