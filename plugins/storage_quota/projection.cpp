#include "storage_quota/projection.hpp"

#include "model/identifier.hpp"
#include "storage_quota/fields.hpp"
#include "storage_quota/quota_amounts.hpp"

#include <algorithm>
#include <charconv>
#include <set>

namespace site {
namespace {

constexpr std::size_t most_named = 5; ///< names in one finding

bool gone(Standing standing)
{
    return standing == Standing::revoked || standing == Standing::expired;
}

/// How much of a person's place is left, most first.
enum class Claim : std::uint8_t { present, left_alone, revoked, expired };

Claim claim(const Allocation& allocation, const Member& member)
{
    const auto left_alone = [](Standing one) { return one == Standing::waiting || one == Standing::frozen; };
    if (left_alone(allocation.standing) || left_alone(member.standing))
        return Claim::left_alone;
    if (allocation.standing == Standing::expired || member.standing == Standing::expired)
        return Claim::expired;
    return gone(allocation.standing) || gone(member.standing) ? Claim::revoked : Claim::present;
}

/// One membership of a person: that which leaves him most.
struct Place {
    std::uint32_t allocation = nobody;
    std::uint32_t member = nobody;
    Claim claim = Claim::expired;
};

class Projection {
public:
    Projection(const VolumeSettings& settings, const VolumePlaces& places, const Snapshot& snapshot,
        const Observation& observation, const VolumeFacts& facts)
        : settings_(settings), places_(places), snapshot_(snapshot), observation_(observation), facts_(facts)
    {
    }

    Desired run()
    {
        for (std::uint32_t i = 0; i < snapshot_.allocations.size(); ++i) {
            if (settings_.projects.kept)
                project(i);
            if (settings_.users.kept)
                gather_people(i);
        }
        for (const auto& [key, place] : directories_of_people_)
            person(key, place, &Projection::person_directory);
        for (const auto& [key, place] : quotas_of_people_)
            person(key, place, &Projection::person_quota);
        if (settings_.grace)
            emit(places_.volume_quota(),
                { .key = {}, .fields = { { fields_.grace, Value(settings_.grace->count()) } } });
        retire_forgotten();
        report();
        std::sort(out_.records.begin(), out_.records.end(),
            [](const Record& a, const Record& b) { return a.key < b.key; });
        return std::move(out_);
    }

private:
    [[nodiscard]] const Record* observed(const Key& key) const
    {
        const auto& records = observation_.records;
        const auto found = std::lower_bound(records.begin(), records.end(), key,
            [](const Record& record, const Key& sought) { return record.key < sought; });
        return found != records.end() && found->key == key ? &*found : nullptr;
    }

    void refuse(const Key& key, std::string why)
    {
        said_.insert(key);
        out_.refused.push_back({ key, std::move(why) });
    }

    void emit(const Key& key, Record record)
    {
        if (!said_.insert(key).second)
            return;
        record.key = key;
        out_.records.push_back(std::move(record));
    }

    /// What could not be looked at stays as it is.
    bool in_trouble(const Key& key)
    {
        const auto trouble = facts_.trouble.find(key);
        if (trouble == facts_.trouble.end())
            return false;
        refuse(key, trouble->second);
        return true;
    }

    static std::string why_of(Standing standing, const std::string& why)
    {
        return why.empty() ? std::string(name(standing)) : why;
    }

    void project(std::uint32_t index)
    {
        const auto& allocation = snapshot_.allocations[index];
        if (allocation.group.empty())
            return;
        const auto directory = places_.project_directory(allocation.group);
        const auto quota = places_.project_quota(allocation.group);
        if (allocation.standing == Standing::frozen || allocation.standing == Standing::waiting) {
            for (const auto& key : { directory, quota })
                refuse(key, why_of(allocation.standing, allocation.why));
            return;
        }
        if (const auto fit = check_local_name(allocation.group.text()); !fit) {
            for (const auto& key : { directory, quota })
                refuse(key, "group " + fit.error().text);
            return;
        }
        if (!settings_.projects.directory.empty() && !in_trouble(directory))
            project_directory(index, directory);
        if (settings_.projects.quota_by != QuotaBy::none && !in_trouble(quota))
            project_quota(index, quota);
    }

    /// Whether it may be made, or only kept right.
    [[nodiscard]] Record new_record(std::uint32_t allocation, std::uint32_t member, Claim claim) const
    {
        Record record { .key = {}, .allocation = allocation, .member = member };
        record.only_if_there = claim != Claim::present || !snapshot_.allocations[allocation].may_create;
        return record;
    }

    [[nodiscard]] Claim claim_of(const Allocation& allocation) const
    {
        return allocation.standing == Standing::expired ? Claim::expired
            : gone(allocation.standing)                 ? Claim::revoked
                                                        : Claim::present;
    }

    void project_directory(std::uint32_t index, const Key& key)
    {
        const auto& allocation = snapshot_.allocations[index];
        auto record = new_record(index, nobody, claim_of(allocation));
        const auto path = places_.path(settings_.projects.directory, allocation);
        if (!path && !record.only_if_there)
            return refuse(key, path.error().text);
        directory(key, std::move(record), settings_.projects, allocation, nullptr, path ? *path : "",
            claim_of(allocation));
    }

    void person_directory(const Key& key, const Place& place)
    {
        const auto& allocation = snapshot_.allocations[place.allocation];
        const auto& member = allocation.members[place.member];
        auto record = new_record(place.allocation, place.member, place.claim);
        const auto path = places_.path(settings_.users.directory, allocation, &member);
        if (!path && !record.only_if_there)
            return refuse(key, path.error().text);
        if (member.new_uid)
            record.needs.push_back({ Kind::user, key.cluster, {}, member.user });
        if (places_.people_by_project() && settings_.projects.kept && !settings_.projects.directory.empty())
            record.needs.push_back(places_.project_directory(allocation.group));
        directory(
            key, std::move(record), settings_.users, allocation, &member, path ? *path : "", place.claim);
    }

    /// A uid or gid of the settings; none: it isn't known yet.
    static std::optional<std::uint32_t> id_of(
        const std::string& word, const Allocation& allocation, const Member* member)
    {
        if (word == "{group}")
            return allocation.gid;
        if (word == "{user}" && member != nullptr)
            return member->uid ? member->uid : member->new_uid;
        if (word == "{primary}" && member != nullptr)
            return member->primary_gid;
        std::uint32_t id = 0;
        if (word.empty() || word == "root")
            return id;
        const auto* end = word.data() + word.size();
        const auto read = std::from_chars(word.data(), end, id);
        return read.ec == std::errc {} && read.ptr == end ? std::optional(id) : std::nullopt;
    }

    [[nodiscard]] std::optional<std::uint32_t> wanted_project_id(
        const StorageRules& rules, const Allocation& allocation) const
    {
        if (rules.quota_by != QuotaBy::project || !facts_.project_ids || !allocation.gid)
            return std::nullopt;
        return *allocation.gid + settings_.project_id_offset;
    }

    void directory(const Key& key, Record record, const StorageRules& rules, const Allocation& allocation,
        const Member* member, const std::string& path, Claim claim)
    {
        const auto* there = observed(key);
        const auto* mine = owned_record(snapshot_, key);
        const auto project_id = member == nullptr ? wanted_project_id(rules, allocation) : std::nullopt;
        if (there == nullptr) {
            if (claim != Claim::expired && !record.only_if_there) {
                const auto owner = id_of(rules.owner, allocation, member);
                const auto group = id_of(rules.group, allocation, member);
                const bool counted = member != nullptr || rules.quota_by != QuotaBy::project
                    || !facts_.project_ids || project_id;
                if (!owner || !group || !counted)
                    return refuse(key, unknown_id(allocation, owner ? nullptr : member));
                record.fields = { { fields_.path, Value(Name(path)) },
                    { fields_.owner, Value(std::int64_t { *owner }) },
                    { fields_.group, Value(std::int64_t { *group }) },
                    { fields_.mode, Value(Name(mode_text(rules.mode))) } };
                if (const auto acl = acl_text(rules); !acl.empty())
                    record.fields.push_back({ fields_.acl, Value(Name(acl)) });
                if (project_id)
                    record.fields.push_back({ fields_.project_id, Value(std::int64_t { *project_id }) });
            }
        } else {
            if (claim == Claim::expired && rules.retire == RetireDirectory::move) {
                said_.insert(key);
                return; // left out, and so moved aside if it is ours
            }
            stand(key, record, *there, mine,
                { fields_.path, fields_.owner, fields_.group, fields_.acl, fields_.project_id });
            add_mode(key, record, *there, mine, rules, claim);
            if (project_id && claim != Claim::expired)
                set(record, { fields_.project_id, Value(std::int64_t { *project_id }) });
        }
        emit(key, std::move(record));
    }

    static std::string acl_text(const StorageRules& rules)
    {
        std::string all;
        for (const auto& entry : rules.acl)
            all += (all.empty() ? "" : ",") + entry;
        return all;
    }

    static std::string unknown_id(const Allocation& allocation, const Member* member)
    {
        if (member != nullptr)
            return "the uid of " + cited(member->user.text()) + " is not known yet";
        return allocation.no_gid.empty() ? "the id of its group is not known yet" : allocation.no_gid;
    }

    /// Mode 0 is our lock, which is lifted for who is there again.
    void add_mode(const Key& key, Record& record, const Record& there, const Owned* mine,
        const StorageRules& rules, Claim claim)
    {
        const Name locked { "0000" };
        const auto* held = there.field(fields_.mode);
        const auto* ours = mine == nullptr ? nullptr : mine->field(fields_.mode);
        const bool by_us = ours != nullptr && ours->ours == Value(locked);
        if (claim == Claim::expired && rules.retire == RetireDirectory::lock) {
            const auto before = by_us                              ? ours->basis
                : held != nullptr && held->value.word() != nullptr ? *held->value.word()
                                                                   : Name {};
            set(record, { fields_.mode, Value(locked), Take::hold, Effect::takes_away, before });
        } else if (by_us && claim != Claim::expired) {
            set(record,
                { fields_.mode, Value(ours->basis.empty() ? Name(mode_text(rules.mode)) : ours->basis) });
        } else {
            stand(key, record, there, mine, { fields_.mode });
        }
    }

    static void set(Record& record, FieldValue value)
    {
        for (auto& field : record.fields)
            if (field.field == value.field) {
                field = value;
                return;
            }
        record.fields.push_back(value);
    }

    /// The fields as they stand; of ours that somebody changed as we left them, where that is set right.
    void stand(const Key& key, Record& record, const Record& there, const Owned* mine,
        const std::vector<Name>& names)
    {
        bool differs = false;
        for (const auto name : names) {
            const auto* held = there.field(name);
            const auto* ours = mine == nullptr ? nullptr : mine->field(name);
            Value value = held == nullptr ? Value {} : held->value;
            if (ours != nullptr && ours->ours != value) {
                differs = true;
                if (settings_.repair)
                    value = ours->ours;
            }
            if (ours != nullptr || held != nullptr)
                set(record, { name, value, Take::if_unset, Effect::gives, ours ? ours->basis : Name {} });
        }
        if (differs && !settings_.repair)
            by_hand_.insert(key);
    }

    void project_quota(std::uint32_t index, const Key& key)
    {
        const auto& allocation = snapshot_.allocations[index];
        auto record = new_record(index, nobody, claim_of(allocation));
        const auto by = settings_.projects.quota_by;
        std::optional<std::uint32_t> id;
        if (allocation.gid)
            id = *allocation.gid + (by == QuotaBy::project ? settings_.project_id_offset : 0);
        if (by == QuotaBy::project && !settings_.projects.directory.empty())
            record.needs.push_back(places_.project_directory(allocation.group));
        if (!id && owned_record(snapshot_, key) == nullptr && !record.only_if_there)
            return refuse(key, unknown_id(allocation, nullptr));
        if (!settings_.granted_by.empty() && !allocation.grants_known
            && owned_record(snapshot_, key) == nullptr && !record.only_if_there)
            return refuse(key, "what is granted to it is not known yet");
        const auto wish = project_wish(settings_, allocation, facts_.granularity);
        if (wish && wish->cut && claim_of(allocation) == Claim::present)
            cut_.insert(key);
        quota(key, std::move(record), id, wish, claim_of(allocation));
    }

    void person_quota(const Key& key, const Place& place)
    {
        const auto& allocation = snapshot_.allocations[place.allocation];
        const auto& member = allocation.members[place.member];
        auto record = new_record(place.allocation, place.member, place.claim);
        const auto id = member.uid ? member.uid : member.new_uid;
        if (member.new_uid)
            record.needs.push_back({ Kind::user, key.cluster, {}, member.user });
        if (!id && owned_record(snapshot_, key) == nullptr && !record.only_if_there)
            return refuse(key, unknown_id(allocation, &member));
        quota(key, std::move(record), id, person_wish(settings_, facts_.granularity), place.claim);
    }

    static FieldValue amount(Name field, const std::optional<std::uint64_t>& value, Name basis)
    {
        return { field, value ? Value(static_cast<std::int64_t>(*value)) : Value {}, Take::if_unset,
            Effect::gives, basis };
    }

    void quota(const Key& key, Record record, std::optional<std::uint32_t> id,
        const std::optional<QuotaWish>& wish, Claim claim)
    {
        const auto* there = observed(key);
        const auto* mine = owned_record(snapshot_, key);
        if (there == nullptr) {
            if (!wish || !id || record.only_if_there)
                return;
            record.fields = { { fields_.id, Value(std::int64_t { *id }) } };
            add_amounts(record, *wish);
            return emit(key, std::move(record));
        }
        const std::vector<Name> amounts { fields_.bytes, fields_.soft_bytes, fields_.files,
            fields_.soft_files };
        stand(key, record, *there, mine, { fields_.id });
        const auto* ours = mine == nullptr ? nullptr : mine->field(fields_.bytes);
        if (ours == nullptr && mine != nullptr)
            ours = mine->field(fields_.files);
        const bool renamed = claim == Claim::present && wish && !wish->basis.empty() && mine != nullptr
            && (ours == nullptr || ours->basis != wish->basis);
        if (renamed) {
            add_amounts(record, *wish);
            judge(key, record, *there, *wish);
        } else {
            stand(key, record, *there, mine, amounts);
        }
        emit(key, std::move(record));
    }

    void add_amounts(Record& record, const QuotaWish& wish) const
    {
        set(record, amount(fields_.bytes, wish.amounts.bytes, wish.basis));
        set(record, amount(fields_.soft_bytes, wish.soft_bytes, wish.basis));
        set(record, amount(fields_.files, wish.amounts.files, wish.basis));
        set(record, amount(fields_.soft_files, wish.soft_files, wish.basis));
    }

    /// A limit below what is stored takes away the right to write.
    void judge(const Key& key, Record& record, const Record& there, const QuotaWish& wish) const
    {
        const auto* held = there.field(fields_.bytes);
        const auto now = held == nullptr ? std::nullopt : held->value.number();
        if (!wish.amounts.bytes
            || (now && static_cast<std::uint64_t>(*now) <= *wish.amounts.bytes && !wish.nothing))
            return;
        const auto used = facts_.used.find(key);
        if (!wish.nothing && used != facts_.used.end() && used->second <= *wish.amounts.bytes)
            return;
        for (auto& field : record.fields)
            if (field.field == fields_.bytes || field.field == fields_.soft_bytes)
                field.effect = Effect::takes_away;
    }

    void gather_people(std::uint32_t index)
    {
        const auto& allocation = snapshot_.allocations[index];
        for (std::uint32_t i = 0; i < allocation.members.size(); ++i) {
            const auto& member = allocation.members[i];
            if (member.user.empty())
                continue;
            const Place place { index, i, claim(allocation, member) };
            const auto note = [&](std::map<Key, Place>& all, const Key& key) {
                const auto [at, first] = all.try_emplace(key, place);
                if (!first && place.claim < at->second.claim)
                    at->second = place;
            };
            if (!settings_.users.directory.empty())
                note(directories_of_people_, places_.person_directory(allocation.group, member.user));
            if (settings_.users.quota_by != QuotaBy::none)
                note(quotas_of_people_, places_.person_quota(member.user));
        }
    }

    void person(const Key& key, const Place& place, void (Projection::*made)(const Key&, const Place&))
    {
        const auto& allocation = snapshot_.allocations[place.allocation];
        const auto& member = allocation.members[place.member];
        if (place.claim == Claim::left_alone) {
            const bool of_member
                = member.standing == Standing::waiting || member.standing == Standing::frozen;
            return refuse(key,
                of_member ? why_of(member.standing, member.why)
                          : why_of(allocation.standing, allocation.why));
        }
        if (const auto fit = check_local_name(member.user.text()); !fit)
            return refuse(key, "user " + fit.error().text);
        if (!in_trouble(key))
            (this->*made)(key, place);
    }

    /// Ours, and of nobody whom the portal or our memory knows any more. A quota is never taken away.
    void retire_forgotten()
    {
        if (snapshot_.owned == nullptr)
            return;
        for (const auto& [key, owned] : *snapshot_.owned) {
            if (key.cluster != snapshot_.cluster || !owned.record || said_.contains(key) || in_trouble(key))
                continue;
            const auto* there = observed(key);
            const auto& rules = key.member.empty() ? settings_.projects : settings_.users;
            const bool directory = key.kind == Kind::directory;
            if (there == nullptr || (directory && rules.retire == RetireDirectory::move))
                continue;
            Record record { .key = {} };
            record.only_if_there = true;
            for (const auto& field : there->fields)
                set(record, { field.field, field.value });
            for (const auto& field : owned.fields)
                if (record.field(field.field) == nullptr)
                    set(record, { field.field, Value {} });
            if (directory)
                add_mode(key, record, *there, &owned, rules, Claim::expired);
            emit(key, std::move(record));
        }
    }

    void report()
    {
        tell(by_hand_, "storage-by-hand", "differ from what the agent left there, and stay so",
            "by_hand: repair sets them right again");
        tell(cut_, "storage-most", "were granted more than the volume's most, which holds",
            "raise most_quota, or lower what is granted");
    }

    void tell(const std::set<Key>& keys, std::string code, const std::string& what, std::string advice)
    {
        if (keys.empty())
            return;
        std::string all;
        std::size_t named = 0;
        for (const auto& key : keys)
            if (named++ < most_named)
                all += (all.empty() ? "" : ", ") + text(key);
        if (keys.size() > most_named)
            all += " and " + std::to_string(keys.size() - most_named) + " more";
        out_.findings.push_back({ Severity::info, std::move(code), settings_.name,
            std::to_string(keys.size()) + " on volume " + settings_.name + " " + what + ": " + all,
            std::move(advice) });
    }

    const StorageFields& fields_ = storage_fields();
    const VolumeSettings& settings_;
    const VolumePlaces& places_;
    const Snapshot& snapshot_;
    const Observation& observation_;
    const VolumeFacts& facts_;
    std::map<Key, Place> directories_of_people_;
    std::map<Key, Place> quotas_of_people_;
    std::set<Key> said_; ///< kept, refused, or left out on purpose
    std::set<Key> by_hand_;
    std::set<Key> cut_;
    Desired out_;
};

} // namespace

Result<Desired> volume_desired(const VolumeSettings& settings, const VolumePlaces& places,
    const Snapshot& snapshot, const Observation& observation)
{
    const auto* facts = dynamic_cast<const VolumeFacts*>(observation.facts.get());
    if (facts == nullptr)
        return Error { Errc::internal, "nothing is known of the volume: it was not looked at" };
    return Projection(settings, places, snapshot, observation, *facts).run();
}

} // namespace site
