#pragma once

#include "core/explain.hpp"

namespace site {

// The links of a chain, each pure; used by `explain` only.

/// Who has to do something about a link.
struct Whose {
    static constexpr const char* owner = "the project's owner in the portal";
    static constexpr const char* admin = "the site's admin";
    static constexpr const char* nobody = "nobody: wait";
};

// explain_said.cpp: what the portal, the name service and the ledger say.
Link portal_link(const ExplainSources&, const Subject&);
Link person_link(const ExplainSources&, const Subject&, const SubjectFacts&);
Link limit_link(const ExplainSources&, const Subject&, const SubjectFacts&);

// explain_held.cpp: what each plugin holds.
std::vector<Link> held_links(const ExplainSources&, const Subject&, const SubjectFacts&);

/// What becomes of a record that is not as it should be.
struct Prospect {
    LinkState state = LinkState::ok;
    std::string text {};
    std::string advice {};
    std::string who {};
};
Prospect prospect(const ExplainSources&, const Subject&, const SubjectFacts&, const ExplainSide&, const Key&);

/// A field of a record that shuts out, at the site now.
struct Hold {
    Name field;
    Value value;
    bool ours = false;
    bool wanted = false;
};
std::vector<Hold> holds(const ExplainSide&, const Key&);

// explain_blockers.cpp: what is in the way of a change, and what else is known.
Link blockers_link(const ExplainSources&, const Subject&, const SubjectFacts&);
bool keeps(const ExplainSide&, Kind);
/// Whether a record is the subject's or above it.
bool concerns(const Subject&, const Key&);
bool refuses(const Refusal&, const Key&);

} // namespace site
