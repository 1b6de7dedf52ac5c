#include "core/explain.hpp"

#include "core/explain_links.hpp"

#include <algorithm>

namespace site {
namespace {

const Link* first_that_fails(const std::vector<Link>& links)
{
    const Link* first = nullptr;
    for (const auto& link : links) {
        // What could not be looked at is the answer only where nothing is known to keep him out.
        if (link.state == LinkState::fails && (!first || first->state == LinkState::unknown))
            return &link;
        if (link.state != LinkState::ok && !first)
            first = &link;
    }
    return first;
}

Verdict judged(const std::vector<Link>& links)
{
    const auto* first = first_that_fails(links);
    if (!first)
        return { LinkState::ok, {}, "can work" };
    const auto* so = first->state == LinkState::fails ? "can't work: "
        : first->state == LinkState::waits            ? "can't work yet: "
                                                      : "it can't be said: ";
    return { first->state, first->link, so + first->text, first->advice, first->who };
}

} // namespace

std::string_view name(LinkState state)
{
    switch (state) {
    case LinkState::ok:
        return "ok";
    case LinkState::fails:
        return "fails";
    case LinkState::waits:
        return "waits";
    case LinkState::unknown:
        break;
    }
    return "unknown";
}

bool ExplainReport::all_hold() const
{
    return !explained.empty() && std::all_of(explained.begin(), explained.end(), [](const Explanation& one) {
        return one.verdict.state == LinkState::ok;
    });
}

Explanation explain(const ExplainSources& sources, const Subject& subject, const SubjectFacts& facts)
{
    Explanation out { text(subject), subject.sort };
    out.links.push_back(portal_link(sources, subject));
    if (!subject.user.empty())
        out.links.push_back(person_link(sources, subject, facts));
    auto held = held_links(sources, subject, facts);
    std::move(held.begin(), held.end(), std::back_inserter(out.links));
    if (subject.allocation)
        out.links.push_back(limit_link(sources, subject, facts));
    out.links.push_back(blockers_link(sources, subject, facts));
    out.verdict = judged(out.links);
    return out;
}

} // namespace site
