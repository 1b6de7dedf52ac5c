#include "unix_groups/steps.hpp"

#include "group_projection/group_projection.hpp"
#include "model/identifier.hpp"

#include <algorithm>
#include <unordered_set>

namespace site {
namespace {

using Indices = std::vector<std::size_t>;

// An argument of a program may have 128 KiB (MAX_ARG_STRLEN); 1000 names of 32 characters have 33 kB.
constexpr std::size_t most_members = 1000;
constexpr std::size_t longest_list = 100'000;

std::string joined(const std::vector<std::string_view>& names)
{
    std::string out;
    for (const auto name : names) {
        if (!out.empty())
            out += ',';
        out += name;
    }
    return out;
}

std::optional<std::int64_t> number_after(const Change& change, Name field)
{
    const auto* found = change.field(field);
    return found ? found->after.number() : std::nullopt;
}

class Work {
public:
    Work(std::span<const Change> changes, const AccountFiles& files, const UnixTools& tools,
        const std::set<Name>& unknown, std::int64_t today)
        : changes_(changes), files_(files), tools_(tools), unknown_(unknown), today_(today)
    {
        for (const auto& [name, group] : files.groups)
            gids_.try_emplace(group.gid, name);
        for (const auto& [name, user] : files.users)
            uids_.try_emplace(user.uid, name);
    }

    UnixWork run()
    {
        out_.results.resize(changes_.size());
        for (std::size_t i = 0; i < changes_.size(); ++i)
            if (auto taken = take(i); !taken)
                out_.results[i] = taken.error().in(text(changes_[i].key));
        for (const auto& [group, which] : joining_)
            join(group, which);
        for (const auto& [group, which] : leaving_)
            leave(which);
        std::stable_sort(out_.steps.begin(), out_.steps.end(), [](const auto& a, const auto& b) {
            // Both ways of taking out are one rank, so that a group's are together.
            return std::max(a.deed, UnixDeed::replace) < std::max(b.deed, UnixDeed::replace);
        });
        return std::move(out_);
    }

private:
    Result<void> take(std::size_t index)
    {
        const auto& change = changes_[index];
        switch (change.key.kind) {
        case Kind::group:
            if (auto fit = check_local_name(change.key.name.text()); !fit)
                return fit;
            return take_group(index, change);
        case Kind::group_member:
            for (const auto name : { change.key.name, change.key.member })
                if (auto fit = check_local_name(name.text()); !fit)
                    return fit;
            return take_member(index, change);
        case Kind::user:
            if (auto fit = check_local_name(change.key.member.text()); !fit)
                return fit;
            return take_user(index, change);
        default:
            return Error { Errc::internal, "it is nothing that local files keep" };
        }
    }

    Result<void> take_group(std::size_t index, const Change& change)
    {
        const auto name = change.key.name;
        const auto there = files_.groups.find(name.text());
        if (change.action == Action::remove) {
            if (there != files_.groups.end())
                add(UnixDeed::remove_group, index, tools_.remove_group(name));
            return {};
        }
        const auto gid = number_after(change, group_fields().gid);
        if (!gid || *gid <= 0 || *gid >= 0xffffffff)
            return Error { Errc::invalid, "there is no group id for it" };
        if (there != files_.groups.end()) {
            if (there->second.gid == *gid)
                return {};
            return Error { Errc::refused,
                "it has the group id " + std::to_string(there->second.gid) + ", not " + std::to_string(*gid)
                    + ", and an id is never changed" };
        }
        if (change.action == Action::update)
            return Error { Errc::not_found, "it isn't there" };
        if (auto free = claim(gids_, *gid, name, "group"); !free)
            return free;
        add(UnixDeed::add_group, index, tools_.add_group(name, *gid));
        return {};
    }

    Result<void> take_member(std::size_t index, const Change& change)
    {
        const bool in = is_member(change.key.name, change.key.member);
        if (change.action == Action::remove) {
            if (in)
                leaving_[change.key.name].push_back(index);
        } else if (!in) {
            joining_[change.key.name].push_back(index);
        }
        return {};
    }

    Result<void> take_user(std::size_t index, const Change& change)
    {
        const auto name = change.key.member;
        const auto there = files_.users.find(name.text());
        if (change.action == Action::remove) {
            if (there != files_.users.end())
                add(UnixDeed::remove_user, index, tools_.remove_user(name));
            return {};
        }
        const auto uid = number_after(change, group_fields().uid);
        if (there != files_.users.end() && uid && there->second.uid != *uid)
            return Error { Errc::refused,
                "he has the user id " + std::to_string(there->second.uid) + ", not " + std::to_string(*uid)
                    + ", and an id is never changed" };
        const bool lock = number_after(change, group_fields().locked).value_or(0) != 0;
        if (change.action == Action::create && there == files_.users.end())
            return make_user(index, name, uid, lock);
        if (change.field(group_fields().locked) == nullptr)
            return {};
        const auto shadow = files_.shadow.find(name.text());
        if (shadow != files_.shadow.end() && locked_on(shadow->second, today_) == lock)
            return {};
        if (lock)
            add(UnixDeed::lock, index, tools_.lock_user(name));
        else
            add(UnixDeed::unlock, index, tools_.unlock_user(name));
        return {};
    }

    Result<void> make_user(std::size_t index, Name name, std::optional<std::int64_t> uid, bool lock)
    {
        if (!uid || *uid <= 0 || *uid >= 0xffffffff)
            return Error { Errc::invalid, "there is no user id for him" };
        if (auto free = claim(uids_, *uid, name, "user"); !free)
            return free;
        // useradd -U would take another group id by itself, one that nobody settled.
        if (tools_.own_group())
            if (auto free = claim(gids_, *uid, name, "group"); !free)
                return free.error().in("a group of his own with the number of his user id");
        const auto group = files_.groups.find(name.text());
        const bool group_there = group != files_.groups.end() && group->second.gid == *uid;
        add(UnixDeed::add_user, index, tools_.add_user({ name, *uid, lock, group_there }));
        return {};
    }

    static Result<void> claim(
        std::map<std::int64_t, std::string>& ids, std::int64_t id, Name name, const std::string& what)
    {
        const auto [held, free] = ids.try_emplace(id, name.text());
        if (free || held->second == name.text())
            return {};
        return Error { Errc::refused,
            what + " id " + std::to_string(id) + " is in use by " + what + " " + cited(held->second) };
    }

    bool is_member(Name group, Name user)
    {
        auto [known, added] = members_.try_emplace(group);
        if (added)
            if (const auto there = files_.groups.find(group.text()); there != files_.groups.end())
                for (const auto member : member_list(there->second.members))
                    known->second.insert(member);
        return known->second.contains(user.text());
    }

    void join(Name group, const Indices& which)
    {
        Indices known;
        Indices unknown;
        for (const auto index : which)
            (unknown_.contains(changes_[index].key.member) ? unknown : known).push_back(index);
        for (const auto* part : { &known, &unknown })
            for (std::size_t from = 0; from < part->size(); from += most_members) {
                const auto first = part->begin() + static_cast<std::ptrdiff_t>(from);
                const auto count = std::min(most_members, part->size() - from);
                out_.steps.push_back(adding(
                    changes_, group, Indices(first, first + static_cast<std::ptrdiff_t>(count)), tools_));
            }
    }

    void leave(const Indices& which)
    {
        auto steps = taking_out(changes_, which, files_, tools_);
        std::move(steps.begin(), steps.end(), std::back_inserter(out_.steps));
    }

    void add(UnixDeed deed, std::size_t index, Command command)
    {
        out_.steps.push_back({ deed, changes_[index].key.name, { index }, std::move(command) });
    }

    std::span<const Change> changes_;
    const AccountFiles& files_;
    const UnixTools& tools_;
    const std::set<Name>& unknown_;
    const std::int64_t today_;
    std::map<std::int64_t, std::string> gids_;
    std::map<std::int64_t, std::string> uids_;
    std::map<Name, std::unordered_set<std::string_view>> members_;
    std::map<Name, Indices> joining_;
    std::map<Name, Indices> leaving_;
    UnixWork out_;
};

} // namespace

UnixStep adding(std::span<const Change> changes, Name group, Indices which, const UnixTools& tools)
{
    std::vector<std::string_view> users;
    for (const auto index : which)
        users.emplace_back(changes[index].key.member.text());
    auto command = tools.add_members(group, joined(users));
    return { UnixDeed::add_members, group, std::move(which), std::move(command) };
}

std::vector<UnixStep> taking_out_singly(
    std::span<const Change> changes, const Indices& which, const UnixTools& tools)
{
    std::vector<UnixStep> out;
    for (const auto index : which) {
        const auto& key = changes[index].key;
        out.push_back({ UnixDeed::take_out, key.name, { index }, tools.take_out(key.name, key.member) });
    }
    return out;
}

std::vector<UnixStep> taking_out(
    std::span<const Change> changes, const Indices& which, const AccountFiles& files, const UnixTools& tools)
{
    const auto group = changes[which.front()].key.name;
    const auto there = files.groups.find(group.text());
    if (there == files.groups.end())
        return {};
    std::unordered_map<std::string_view, std::size_t> asked;
    for (const auto index : which)
        asked.emplace(changes[index].key.member.text(), index);
    Indices leaving;
    std::vector<std::string_view> staying;
    bool nameable = true;
    for (const auto member : member_list(there->second.members)) {
        if (const auto found = asked.find(member); found != asked.end()) {
            leaving.push_back(found->second);
            continue;
        }
        staying.push_back(member);
        nameable = nameable && check_local_name(member);
    }
    const auto list = joined(staying);
    if (leaving.size() < 2 || !nameable || list.size() > longest_list)
        return taking_out_singly(changes, leaving, tools);
    return { { UnixDeed::replace, group, std::move(leaving), tools.replace_members(group, list) } };
}

UnixWork unix_work(std::span<const Change> changes, const AccountFiles& files, const UnixTools& tools,
    const std::set<Name>& unknown, std::int64_t today)
{
    return Work(changes, files, tools, unknown, today).run();
}

} // namespace site
