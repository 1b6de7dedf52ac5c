#pragma once

#include "accounting/collect.hpp"
#include "core/cycle.hpp"
#include "core/explain.hpp"
#include "core/grace.hpp"
#include "core/portal_reading.hpp"
#include "core/settle.hpp"
#include "core/trouble.hpp"
#include "store/allowances.hpp"
#include "store/founding.hpp"
#include "store/journal.hpp"
#include "store/ownership_store.hpp"
#include "store/portal_memory.hpp"
#include "store/settled_ids.hpp"
#include "store/troubles.hpp"

#include <map>
#include <set>

namespace site {

/// One backend's part of the cycle.
struct CyclePart {
    Backend* backend = nullptr;
    Ownership owned;
    std::vector<JournalEntry> open {}; ///< intents that a crash left without outcome
    Observation observation {};
    Desired desired {};
    Difference difference {};
    std::optional<Error> sick {};
    bool resting = false; ///< sick only because its worker reads levels
};

/// The steps of one cycle, used by `cycle`, `adopt`, `take_stock` and `explain` only; see there.
/// cycle_plan.cpp makes the plan, cycle_grants.cpp learns what is granted, cycle_work.cpp carries it out,
/// cycle_finish.cpp leaves what is to be kept, cycle_stock.cpp lists and adopts what is at the site,
/// cycle_explain.cpp explains one name.
class CycleRun {
public:
    CycleRun(const CycleParts&, CycleMode);

    Result<void> make_plan();
    Result<void> carry_out();
    Result<void> adopt(const AdoptRequest&, AdoptReport&);
    void take_stock(Inventory&);
    Result<void> explain(const ExplainRequest&, ExplainReport&);

    CycleReport& report() { return report_; }

private:
    // cycle_plan.cpp
    Result<void> load();
    [[nodiscard]] MembershipRules rules() const;
    Result<void> read();
    [[nodiscard]] std::set<Place> placed() const;
    [[nodiscard]] std::set<Place> settled_places() const;
    [[nodiscard]] std::optional<std::set<Name>> stored_for(const CyclePart&) const;
    Interest interest(CyclePart&);
    void look(CyclePart&);
    void settle_ids();
    void project(CyclePart&);
    void tell_of(const CyclePart&);
    void answer_open_intents(CyclePart&);
    void differ();
    void doubt_store();
    Result<void> guard();
    Result<std::vector<GuardTrip>> trips() const;
    Result<void> allow(const std::vector<GuardTrip>& tripped);

    // cycle_grants.cpp
    void learn_grants(const Listing&);
    void keep_grants(Transaction&);

    // cycle_work.cpp
    Result<void> batch(CyclePart&, std::vector<Change>);
    void put_off_unmet(std::vector<Change>&);
    void keep_new_ids(Transaction&, Instant now);
    void fall_sick(CyclePart&, const Error&);
    Result<void> book(CyclePart&, const std::vector<Change>&, const std::vector<std::int64_t>& ids,
        const Result<std::vector<Result<void>>>& said);
    [[nodiscard]] std::optional<Known> with_newcomers() const;
    void use_allowances(Transaction&, const std::string& plugin, const Change&);
    [[nodiscard]] bool allowed(const std::string& plugin, const Change&) const;
    Result<void> keep_new_allowances();
    void count_outcome(const Change&, const Settled&);

    // cycle_finish.cpp
    Result<void> finish();
    void keep_owned_ids(Transaction&, Instant now);
    [[nodiscard]] Known remembered() const;
    [[nodiscard]] bool doubted() const;
    void keep_listed(Transaction&, Instant now);
    [[nodiscard]] TroubleMap troubles_after() const;
    [[nodiscard]] bool unfounded_and_seen() const;
    void finish_allowances(Transaction&, Instant now);
    void note_guards(Transaction&, Instant now);

    // cycle_explain.cpp
    [[nodiscard]] std::vector<Subject> strangers(const ExplainRequest&) const;
    Result<SubjectFacts> facts_of(const Subject&) const;

    void progress(std::string doing, std::size_t done, std::size_t total) const;

    const CycleParts& parts_;
    const CycleMode mode_;
    const Name cluster_;
    Journal journal_;
    OwnershipStore ownership_;
    PortalMemory memory_;
    Known known_; ///< as the store has it
    bool newcomers_kept_ = false;
    std::map<Uuid, ResourceRow> resources_;
    bool learned_ = false; ///< of them, in this cycle
    std::optional<Error> grants_unknown_; ///< why they could not be
    std::optional<std::map<Name, Spent>> spent_;
    std::vector<Allowance> allowances_;
    std::set<Uuid> settings_; ///< service settings that earlier cycles saw
    ListedRows listed_before_; ///< what this cycle's lists are held against
    bool in_doubt_ = false; ///< as the store has it: a guard doubted the lists of an earlier cycle
    TroubleMap troubles_;
    IdMemory ids_; ///< as the store has it
    IdMemory new_ids_; ///< settled in this cycle, not yet in the store
    std::string guards_before_; ///< what was tripped in the cycle before
    Founding founding_ = Founding::founded;
    std::string founding_text_;
    bool newly_lost_ = false;
    ResourceOutcomes fared_;
    Listing listing_;
    std::vector<GuardTrip> snapshot_trips_;
    std::set<AllowedChange> wanted_; ///< every change of the plan before the guards
    std::vector<CyclePart> sides_;
    CycleReport report_;
};

} // namespace site
