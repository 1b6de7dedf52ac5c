#pragma once

#include "core/cycle.hpp"
#include "core/subject.hpp"
#include "store/journal.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace site {

enum class LinkState : std::uint8_t {
    ok,
    fails,
    waits, ///< it comes by itself, or once somebody else has done his part
    unknown ///< it could not be looked at
};

std::string_view name(LinkState);

/// One link of the chain from the portal to the site.
struct Link {
    std::string
        link; ///< stable: `portal`, `unix-user`, `limit`, `blocked-by`, or a kind of records: `account`
    LinkState state = LinkState::ok;
    std::string text {}; ///< what holds, or why not
    std::vector<std::pair<std::string, std::string>> details {}; ///< stable names and what was found
    std::string advice {}; ///< what to do about it; empty when it holds
    std::string who {}; ///< who has to do it
};

struct Verdict {
    LinkState state = LinkState::ok;
    std::string link {}; ///< the first that does not hold; empty when all do
    std::string text {};
    std::string advice {};
    std::string who {};
};

/// Why somebody can or can't work, or a project.
struct Explanation {
    std::string subject;
    SubjectSort sort = SubjectSort::user;
    std::vector<Link> links {};
    Verdict verdict {};
};

/// One plugin's side of the site, as the cycle looked at it.
struct ExplainSide {
    const std::string& plugin;
    const std::vector<Kind>& kinds;
    const Ownership& owned;
    const Observation& observation;
    const Desired& desired;
    const Difference& difference;
    const Error* sick = nullptr; ///< it could not look: the rest says nothing
    Desired closed {}; ///< what should be if everyone were shut out: tells which fields shut out, and how
};

/// What an explanation is made from.
struct ExplainSources {
    const Judged& judged;
    const std::map<Uuid, ResourceRow>& resources;
    const Plan& plan;
    const std::vector<ExplainSide>& sides;
    std::uint32_t lowest_uid = 1000;
    bool audit = false; ///< nothing is ever changed
};

/// What is looked up for one subject only.
struct SubjectFacts {
    std::vector<JournalEntry> last {}; ///< the newest entry of each of his records
    /// What the name service says of the user now; none: it was not asked.
    std::optional<Result<std::optional<Person>>> person {};
};

/// The whole chain, whatever of it holds, and the first link that does not. Pure.
Explanation explain(const ExplainSources&, const Subject&, const SubjectFacts&);

struct ExplainRequest {
    std::string name;
    std::optional<SubjectSort> sort {}; ///< none: both
};

struct ExplainReport {
    std::vector<Explanation> explained {}; ///< empty: nobody bears that name
    std::optional<Error> error {}; ///< nothing could be explained
    std::optional<Error> portal_error {}; ///< the portal is away: what it said at `taken` is explained
    Instant taken {};
    std::vector<std::string> nearest {}; ///< known names that look like it, when nobody bears it

    [[nodiscard]] bool all_hold() const;
};

/// Looks at everything as a cycle does, and explains. Nothing is changed, at the site or in the store.
ExplainReport explain(const CycleParts&, const ExplainRequest&);

} // namespace site
