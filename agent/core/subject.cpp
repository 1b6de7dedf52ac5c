#include "core/subject.hpp"

#include "config/nearest.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

namespace site {
namespace {

constexpr std::size_t most_proposed = 3;

Name local(const std::optional<std::string>& word)
{
    return word ? Name { *word } : Name {};
}

const Member* member_of(const std::vector<Member>& members, Name user)
{
    const auto found = std::find_if(
        members.begin(), members.end(), [&](const Member& member) { return member.user == user; });
    return found == members.end() ? nullptr : &*found;
}

const Allocation* allocation_of(const Snapshot& snapshot, Name group)
{
    const auto found = std::lower_bound(snapshot.allocations.begin(), snapshot.allocations.end(), group,
        [](const Allocation& one, Name name) { return one.group < name; });
    return found != snapshot.allocations.end() && found->group == group ? &*found : nullptr;
}

class Search {
public:
    Search(const Listing& listing, const Judged& judged, std::string_view sought)
        : listing_(listing), judged_(judged), sought_(sought)
    {
        for (const auto& row : listing.allocations)
            rows_.emplace(row.uuid, &row);
        if (auto uuid = Uuid::parse(std::string(sought)))
            uuid_ = *uuid;
    }

    std::vector<Subject> run(std::optional<SubjectSort> sort)
    {
        if (sort != SubjectSort::project)
            users();
        if (sort != SubjectSort::user)
            projects();
        return std::move(found_);
    }

private:
    [[nodiscard]] bool is(const std::optional<std::string>& word) const
    {
        return word && !word->empty() && *word == sought_;
    }

    [[nodiscard]] Subject project(Uuid uuid) const
    {
        Subject subject { SubjectSort::project };
        if (const auto row = rows_.find(uuid); row != rows_.end()) {
            subject.row = row->second;
            subject.group = local(subject.row->groupname);
            subject.identifier = subject.row->backend_id;
        }
        if (const auto known = judged_.known.find(uuid); known != judged_.known.end()) {
            subject.known = &known->second;
            if (subject.group.empty())
                subject.group = subject.known->group;
            if (subject.identifier.empty())
                subject.identifier = subject.known->identifier;
        }
        // Whose row is refused has no say in a group that another project holds.
        const auto* holder = allocation_of(judged_.snapshot, subject.group);
        if (holder && (holder->uuid == uuid || subject.shares()))
            subject.allocation = holder;
        return subject;
    }

    void add(Uuid allocation, Name user, const AssociationRow* row, const KnownMember* known)
    {
        if (!user.empty() && !places_.emplace(allocation, user).second)
            return;
        auto subject = project(allocation);
        subject.sort = SubjectSort::user;
        subject.user = user;
        subject.association = row;
        subject.identifier = row && row->useridentifier ? *row->useridentifier
            : known                                     ? known->identifier
                                                        : std::string {};
        if (subject.known)
            for (const auto& member : subject.known->members)
                if (member.user == user)
                    subject.known_member = &member;
        if (subject.allocation) {
            if (!subject.shares())
                subject.member = member_of(subject.allocation->members, user);
            subject.sharer = member_of(subject.allocation->sharers, user);
        }
        found_.push_back(std::move(subject));
    }

    void users()
    {
        for (const auto& row : listing_.associations)
            if (is(row.username) || is(row.useridentifier))
                add(row.allocation, local(row.username), &row, nullptr);
        for (const auto& [uuid, allocation] : judged_.known)
            for (const auto& member : allocation.members)
                if (member.user.text() == sought_ || member.identifier == sought_)
                    add(uuid, member.user, nullptr, &member);
    }

    [[nodiscard]] Subject counted(Uuid uuid) const
    {
        auto subject = project(uuid);
        for (const auto& row : listing_.associations)
            if (row.allocation == uuid) {
                ++subject.listed_members;
                subject.nameless += !row.username || row.username->empty() ? 1 : 0;
            }
        return subject;
    }

    void projects()
    {
        for (const auto& row : listing_.allocations)
            if (is(row.groupname) || row.backend_id == sought_ || row.name == sought_ || uuid_ == row.uuid)
                found_.push_back(counted(row.uuid));
        for (const auto& [uuid, known] : judged_.known)
            if (!rows_.contains(uuid)
                && (known.group.text() == sought_ || known.identifier == sought_ || known.name == sought_
                    || uuid_ == uuid))
                found_.push_back(project(uuid));
    }

    const Listing& listing_;
    const Judged& judged_;
    const std::string_view sought_;
    std::optional<Uuid> uuid_;
    std::unordered_map<Uuid, const AllocationRow*> rows_;
    std::set<std::pair<Uuid, Name>> places_;
    std::vector<Subject> found_;
};

} // namespace

std::string_view name(SubjectSort sort)
{
    return sort == SubjectSort::user ? "user" : "project";
}

std::string text(const Subject& subject)
{
    const auto also = [](const std::string& main, const std::string& other) {
        if (main.empty() || other.empty() || main == other)
            return main.empty() ? other : main;
        return main + " (" + other + ")";
    };
    auto out = std::string(name(subject.sort)) + " ";
    const auto allocation = subject.row ? subject.row->name : subject.known ? subject.known->name : "";
    if (subject.sort == SubjectSort::project)
        return out + also(also(subject.group.text(), subject.identifier), allocation);
    out += also(subject.user.text(), subject.identifier);
    const auto project = also(subject.group.text(), allocation);
    return project.empty() ? out : out + " in " + project;
}

std::vector<Subject> subjects(
    const Listing& listing, const Judged& judged, std::string_view name, std::optional<SubjectSort> sort)
{
    if (name.empty())
        return {};
    return Search(listing, judged, name).run(sort);
}

Subject unlisted(const Judged& judged, SubjectSort sort, Name group, Name user)
{
    Subject subject { sort, group, user };
    subject.allocation = allocation_of(judged.snapshot, group);
    return subject;
}

std::vector<std::string> nearest_names(
    const Listing& listing, const Judged& judged, std::string_view name, std::optional<SubjectSort> sort)
{
    std::set<std::string_view> known;
    // Whose length is further off can't be near; most are left out so, since comparing is dear.
    const auto add = [&](std::string_view word) {
        const auto apart = word.size() > name.size() ? word.size() - name.size() : name.size() - word.size();
        if (!word.empty() && apart <= std::max<std::size_t>(1, name.size() / 3))
            known.insert(word);
    };
    if (sort != SubjectSort::project) {
        for (const auto& row : listing.associations)
            for (const auto* word : { &row.username, &row.useridentifier })
                if (*word)
                    add(**word);
        for (const auto& [uuid, allocation] : judged.known)
            for (const auto& member : allocation.members) {
                add(member.user.text());
                add(member.identifier);
            }
    }
    if (sort != SubjectSort::user) {
        for (const auto& row : listing.allocations) {
            if (row.groupname)
                add(*row.groupname);
            add(row.backend_id);
            add(row.name);
        }
        for (const auto& [uuid, allocation] : judged.known)
            for (const auto* word : { &allocation.group.text(), &allocation.identifier, &allocation.name })
                add(*word);
    }
    std::vector<std::string_view> left(known.begin(), known.end());
    std::vector<std::string> out;
    while (out.size() < most_proposed) {
        const auto best = detail::nearest(name, left);
        if (!best)
            break;
        out.emplace_back(*best);
        std::erase(left, *best);
    }
    return out;
}

} // namespace site
