#include "core/explain_links.hpp"
#include "model/identifier.hpp"

#include <algorithm>

namespace site {
namespace {

std::string word(bool value)
{
    return value ? "yes" : "no";
}

/// `12.5 node-hours`, rounded down: what is spent is never told as more than it is.
std::string hours(std::uint64_t node_seconds)
{
    const auto tenths = node_seconds / 360;
    return std::to_string(tenths / 10) + (tenths % 10 ? "." + std::to_string(tenths % 10) : "")
        + " node-hours";
}

/// What the portal says, and the first thing of it that keeps somebody out.
class Said {
public:
    Said(const ExplainSources& sources, const Subject& subject) : sources_(sources), subject_(subject) { }

    Link run()
    {
        facts();
        if (!subject_.row && !subject_.known)
            return unlisted();
        if (!subject_.row)
            return gone_project();
        if (auto refused = refused_project())
            return *refused;
        if (subject_.sort == SubjectSort::user)
            if (auto failing = member())
                return *failing;
        return flags();
    }

private:
    Link failing(LinkState state, std::string text, std::string advice, std::string who)
    {
        return { "portal", state, std::move(text), std::move(details_), std::move(advice), std::move(who) };
    }

    void note(std::string name, std::string text) { details_.emplace_back(std::move(name), std::move(text)); }

    void facts()
    {
        const bool user = subject_.sort == SubjectSort::user;
        note("listed", word(user ? subject_.association != nullptr : subject_.row != nullptr));
        if (const auto* row = subject_.row) {
            note("allocation", row->name);
            note("uuid", row->uuid.text());
            note("state", std::string(name(row->state)));
            note("active", word(row->is_active));
            if (const auto flags = sources_.resources.find(row->resource);
                flags != sources_.resources.end()) {
                note("paused", word(flags->second.paused));
                note("downscaled", word(flags->second.downscaled));
                note("restricted", word(flags->second.restrict_member_access));
            }
        }
        const auto& gone = user && subject_.known_member && subject_.known_member->gone
            ? subject_.known_member->gone
            : subject_.known ? subject_.known->gone
                             : none_;
        if (gone)
            note("gone_since", text(*gone));
        if (const auto until = kept_until())
            note("kept_until", text(*until));
    }

    [[nodiscard]] std::optional<Instant> kept_until() const
    {
        if (subject_.member && subject_.member->standing != Standing::present && subject_.member->until)
            return subject_.member->until;
        return subject_.allocation && !subject_.row ? subject_.allocation->until : none_;
    }

    Link unlisted()
    {
        if (subject_.sort == SubjectSort::project)
            return failing(LinkState::fails,
                "the portal lists no allocation that holds " + cited(subject_.group.text()),
                "if it should: let the portal have an allocation of this cluster for it", Whose::owner);
        const auto project = subject_.allocation ? subject_.allocation->identifier : std::string {};
        return failing(LinkState::fails,
            "the portal does not list him" + (project.empty() ? " in any project" : " in project " + project),
            "if he should be: add him to the project in the portal", Whose::owner);
    }

    static std::string gone_text(const std::string& what, const std::optional<Instant>& since,
        const std::optional<Instant>& until, bool expired)
    {
        auto out = what + " is gone from the portal" + (since ? " since " + text(*since) : "");
        if (expired)
            return out + "; the grace is over, and what is left is removed";
        return out
            + (until ? "; shut out, and kept until " + text(*until)
                     : "; what shuts out is not confirmed yet, so the grace has not begun");
    }

    Link gone_project()
    {
        const auto* allocation = subject_.allocation;
        return failing(LinkState::fails,
            gone_text("allocation " + cited(subject_.known->name), subject_.known->gone, kept_until(),
                allocation && allocation->standing == Standing::expired),
            "if it should be there: let the portal list it again; in its grace nothing is lost",
            Whose::owner);
    }

    [[nodiscard]] const Finding* told(const std::string& about) const
    {
        const auto& findings = sources_.judged.findings;
        const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) {
            return finding.subject == about && finding.severity == Severity::error
                && !finding.code.starts_with("limit-");
        });
        return found == findings.end() ? nullptr : &*found;
    }

    Link refused(const std::string& what, const std::string& why, const Finding* finding)
    {
        if (finding)
            note("refused", finding->code);
        return failing(LinkState::fails, what + " is refused: " + why,
            "mend the row in the portal"
                + (finding ? "; see " + finding->code + " in the runbook" : std::string {}),
            Whose::owner);
    }

    std::optional<Link> refused_project()
    {
        const auto& row = *subject_.row;
        if (row.broken.empty() && (row.backend_id.empty() || !row.groupname || row.groupname->empty()))
            return failing(LinkState::waits,
                "allocation " + cited(row.name)
                    + " is listed, but the portal has given it no identifier and local group yet",
                "look why the portal has not set it up", Whose::owner);
        const auto what = "the row of allocation " + cited(row.name);
        const auto* allocation = subject_.allocation;
        if (allocation && allocation->uuid == row.uuid && allocation->standing == Standing::frozen)
            return refused(what, allocation->why, told(row.name));
        if (const auto* finding = allocation ? nullptr : told(row.name))
            return refused(what, finding->text, finding);
        return std::nullopt;
    }

    std::optional<Link> member()
    {
        const auto* row = subject_.association;
        const auto* member = subject_.member;
        if (!row) {
            if (!subject_.known_member)
                return unlisted();
            return failing(LinkState::fails,
                gone_text("his association with " + cited(subject_.row->name), subject_.known_member->gone,
                    kept_until(), member && member->standing == Standing::expired),
                "if he should be in the project: let the portal list him again; in his grace nothing is lost",
                Whose::owner);
        }
        if (row->broken.empty() && (!row->username || row->username->empty()))
            return failing(LinkState::waits,
                "he is listed in " + cited(subject_.row->name)
                    + ", but the portal has given him no local user name yet",
                "look why the portal has not set up his account", Whose::owner);
        const auto* finding = told(subject_.row->name + "/" + (row->username ? *row->username : ""));
        if (finding && (!member || member->standing == Standing::frozen))
            return refused("his row in " + cited(subject_.row->name), finding->text, finding);
        if (member && member->standing == Standing::revoked)
            return failing(LinkState::fails, "listed, but " + member->why,
                "lift the restriction of the resource in the portal", Whose::owner);
        return std::nullopt;
    }

    Link flags()
    {
        const auto& row = *subject_.row;
        const auto* allocation = subject_.allocation;
        const auto what = "allocation " + cited(row.name);
        if (!row.is_active)
            return failing(
                LinkState::fails, what + " is inactive", "make it active in the portal", Whose::owner);
        if (allocation && allocation->deleting)
            return failing(LinkState::fails, what + " is being deleted (state " + state() + ")",
                "ask for a new one, if that was not meant", Whose::owner);
        if (allocation && allocation->paused)
            return failing(LinkState::fails, "the resource of " + what + " is paused",
                "end the pause of the resource in the portal", Whose::owner);
        auto said = "listed in " + what + ", state " + state() + ", active";
        if (allocation && allocation->downscaled)
            said += ", downscaled: it runs with a lower QOS";
        if (subject_.sort == SubjectSort::project)
            said += ", " + std::to_string(subject_.listed_members) + " members"
                + (subject_.nameless > 0
                        ? ", " + std::to_string(subject_.nameless) + " of them without a local name yet"
                        : "");
        if (allocation && !allocation->may_create)
            said += "; nothing new is made in this state";
        return { "portal", LinkState::ok, std::move(said), std::move(details_) };
    }

    [[nodiscard]] std::string state() const { return std::string(name(subject_.row->state)); }

    const ExplainSources& sources_;
    const Subject& subject_;
    const std::optional<Instant> none_ {};
    std::vector<std::pair<std::string, std::string>> details_;
};

bool made_by_us(const ExplainSources& sources, Name user)
{
    return std::any_of(sources.sides.begin(), sources.sides.end(), [&](const ExplainSide& side) {
        return std::any_of(side.owned.begin(), side.owned.end(), [&](const auto& one) {
            return one.first.kind == Kind::user && one.first.member == user && one.second.record;
        });
    });
}

Link nobody_yet(const ExplainSources& sources, const Subject& subject)
{
    const auto user = cited(subject.user.text());
    const auto* place = subject.member ? subject.member : subject.sharer;
    if (made_by_us(sources, subject.user))
        return { "unix-user", LinkState::waits, "Unix user " + user + " was made, but NSS does not know him",
            {}, "look at the caches of nscd, sssd or nslcd: getent passwd " + subject.user.text(),
            Whose::admin };
    if (place && place->new_uid)
        return { "unix-user", LinkState::waits,
            "there is no Unix user " + user + " yet; he is to be made"
                + (*place->new_uid ? " with uid " + std::to_string(*place->new_uid) : ""),
            {}, "the next cycle makes him", Whose::nobody };
    return { "unix-user", LinkState::waits, "there is no Unix user " + user + " yet", {},
        "make him known to NSS on this machine: getent passwd " + subject.user.text(), Whose::admin };
}

/// Where a gate of ours shuts the account at the site; null when none does.
const ExplainSide* shut(const ExplainSources& sources, const Key& account)
{
    for (const auto& side : sources.sides)
        if (!side.sick && keeps(side, Kind::account)) {
            const auto stand = holds(side, account);
            if (std::any_of(stand.begin(), stand.end(), [](const Hold& hold) { return hold.ours; }))
                return &side;
        }
    return nullptr;
}

} // namespace

Link portal_link(const ExplainSources& sources, const Subject& subject)
{
    return Said(sources, subject).run();
}

Link person_link(const ExplainSources& sources, const Subject& subject, const SubjectFacts& facts)
{
    const auto user = cited(subject.user.text());
    if (!facts.person)
        return { "unix-user", LinkState::ok, "NSS is not asked (resolve_people: false)" };
    const auto& found = *facts.person;
    if (!found)
        return { "unix-user", LinkState::unknown, "looking up Unix user " + user + ": " + found.error().text,
            {}, "look at sssd or nslcd", Whose::admin };
    if (!*found)
        return nobody_yet(sources, subject);
    Link link { "unix-user", LinkState::ok, "Unix user " + user + " is known to NSS" };
    link.details = { { "uid", std::to_string((*found)->uid) }, { "gid", std::to_string((*found)->gid) } };
    if ((*found)->uid >= sources.lowest_uid)
        return link;
    link.state = LinkState::fails;
    link.text = "Unix user " + user + " has uid " + std::to_string((*found)->uid)
        + ", below guards.lowest_uid (" + std::to_string(sources.lowest_uid) + "): a system's account";
    link.advice = "find out why the portal has that name for him";
    link.who = Whose::admin;
    return link;
}

Link limit_link(const ExplainSources& sources, const Subject& subject, const SubjectFacts& facts)
{
    const auto& allocation = *subject.allocation;
    const auto why = closure(allocation);
    Link link { "limit" };
    const auto limit = allocation.limit ? hours(*allocation.limit) : "unknown";
    const auto spent = allocation.spent ? hours(allocation.spent->node_seconds) : "unknown";
    const Key account { Kind::account, sources.judged.snapshot.cluster, allocation.group };
    const auto* gate = shut(sources, account);
    link.details = { { "month", text(sources.judged.snapshot.month) }, { "limit", limit }, { "spent", spent },
        { "closure", std::string(name(why)) }, { "gate", gate ? "closed" : "open" } };
    const auto figures = "limit of " + text(sources.judged.snapshot.month) + ": " + limit
        + ", spent by our ledger: " + spent;
    if (why == Closure::open) {
        link.text = figures;
        if (!gate)
            return link;
        const auto next = prospect(sources, subject, facts, *gate, account);
        link.state = next.state == LinkState::ok ? LinkState::waits : next.state;
        link.text += "; but the account is still closed by us: " + next.text;
        link.advice = next.advice;
        link.who = next.who;
        return link;
    }
    if (why == Closure::undecided) {
        link.text = figures + "; so the gate stays as it stands: " + (gate ? "closed" : "open");
        if (!gate)
            return link;
        link.state = LinkState::waits;
        link.advice = allocation.limit ? "let the ledger be whole: site-agent usage collect"
                                       : "let the portal give the allocation a limit";
        link.who = allocation.limit ? Whose::admin : Whose::owner;
        return link;
    }
    link.state = LinkState::fails;
    link.text = "closed: " + std::string(name(why)) + " (" + figures + ")"
        + (gate ? "" : "; the gate is not shut yet at the site");
    link.who = Whose::owner;
    if (why == Closure::spent)
        link.advice = "raise the limit in the portal, or wait until "
            + text(sources.judged.snapshot.month_end) + ", when the next month begins";
    else if (why == Closure::limit_zero)
        link.advice = "give the allocation a limit above 0 in the portal";
    else
        link.advice = "see what the portal says of it, above";
    return link;
}

} // namespace site
