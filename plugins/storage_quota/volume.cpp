#include "storage_quota/volume.hpp"

#include "model/identifier.hpp"
#include "storage_quota/beneath.hpp"
#include "storage_quota/directory_change.hpp"
#include "storage_quota/fields.hpp"
#include "storage_quota/project_tree.hpp"
#include "storage_quota/projection.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <system_error>

namespace site {
namespace {

constexpr std::int64_t usual_grace = 7 * 86400; ///< of every file system that nobody has changed

Error os_error(const std::string& doing, int number)
{
    return { Errc::internal, doing + ": " + std::generic_category().message(number) };
}

Value number(const std::optional<std::uint64_t>& value)
{
    return value ? Value(static_cast<std::int64_t>(*value)) : Value {};
}

std::optional<std::uint64_t> after(
    const Change& change, Name field, const std::optional<std::uint64_t>& standing)
{
    const auto* found = change.field(field);
    if (found == nullptr)
        return standing;
    const auto value = found->after.number();
    return value && *value > 0 ? std::optional(static_cast<std::uint64_t>(*value)) : std::nullopt;
}

} // namespace

Volume::Volume(Name cluster, VolumeSettings settings,
    const std::function<std::unique_ptr<QuotaEngine>(const VolumeSettings&)>& make, Now now)
    : cluster_(cluster), settings_(std::move(settings)), places_(settings_, cluster),
      engine_(make(settings_)), now_(std::move(now))
{
}

Interest Volume::interest(const Snapshot& snapshot) const
{
    return places_.interest(snapshot);
}

QuotaBy Volume::quota_by(const Key& key) const
{
    return key.member.empty() ? settings_.projects.quota_by : settings_.users.quota_by;
}

QuotaSubject Volume::subject(const Key& key, std::uint32_t id) const
{
    QuotaSubject subject { quota_by(key), id, key.member.empty() ? key.name : key.member, {} };
    if (key.member.empty())
        if (const auto place = seen_.find(places_.project_directory(key.name)); place != seen_.end())
            subject.directory = settings_.root + "/" + place->second.path;
    return subject;
}

/// A costly engine is asked for what is not remembered from its last reading only.
Result<std::vector<Result<QuotaHeld>>> Volume::held(const std::vector<QuotaSubject>& subjects, bool anew)
{
    if (!engine_->costly() || anew)
        remembered_.clear();
    std::vector<QuotaSubject> unknown;
    const auto now = now_();
    // The reading of levels renews them every `read_every`; twice that means that it fails.
    for (const auto& one : subjects)
        if (const auto known = remembered_.find({ one.by, one.id });
            known == remembered_.end() || now - known->second.read > settings_.read_every * 2)
            unknown.push_back(one);
    std::map<SubjectKey, Result<QuotaHeld>> fresh;
    if (!unknown.empty()) {
        auto read = engine_->read(unknown);
        if (!read)
            return read.error();
        for (std::size_t i = 0; i < unknown.size(); ++i) {
            const SubjectKey key { unknown[i].by, unknown[i].id };
            if ((*read)[i])
                remembered_.insert_or_assign(key, Remembered { *(*read)[i], now });
            fresh.insert_or_assign(key, std::move((*read)[i]));
        }
    }
    std::vector<Result<QuotaHeld>> out;
    out.reserve(subjects.size());
    for (const auto& one : subjects) {
        const SubjectKey key { one.by, one.id };
        if (const auto read = fresh.find(key); read != fresh.end())
            out.push_back(read->second);
        else
            out.emplace_back(remembered_.at(key).held);
    }
    return out;
}

Result<Observation> Volume::observed(const Interest& interest)
{
    seen_.clear();
    held_.clear();
    for (const auto& place : interest.places)
        seen_.emplace(place.key, place);
    auto facts = std::make_shared<VolumeFacts>();
    const auto granularity = engine_->granularity();
    if (!granularity)
        return granularity.error();
    facts->granularity = std::max<std::uint64_t>(1, *granularity);
    facts->project_ids = engine_->project_ids();
    const auto root = open_root(settings_.root);
    if (!root)
        return root.error();
    Observation out;
    for (const auto& place : interest.places)
        if (place.key.kind == Kind::directory)
            look_at_directory(root->number(), place, out, *facts);
    if (auto looked = look_at_quotas(interest, out, *facts); !looked)
        return looked.error();
    if (auto looked = look_at_grace(interest, out); !looked)
        return looked.error();
    for (const auto& [key, finding] : walks_)
        out.findings.push_back(finding);
    std::sort(out.records.begin(), out.records.end(),
        [](const Record& a, const Record& b) { return a.key < b.key; });
    out.facts = std::move(facts);
    return out;
}

void Volume::look_at_directory(int root, const StoragePlace& place, Observation& out, VolumeFacts& facts)
{
    const auto& fields = storage_fields();
    const auto trouble = [&](const Error& error) {
        facts.trouble.emplace(place.key, error.text);
        out.findings.push_back({ Severity::error, "storage-directory", text(place.key), error.text,
            "look at it by hand; it stays as it is" });
    };
    const auto directory = open_beneath(root, place.path);
    if (!directory)
        return trouble(directory.error());
    if (!*directory)
        return;
    struct stat status { };
    if (::fstat((*directory)->number(), &status) != 0)
        return trouble(os_error("looking at " + cited(place.path, 256), errno));
    Record record { .key = place.key };
    record.fields
        = { { fields.path, Value(Name(place.path)) }, { fields.owner, Value(std::int64_t { status.st_uid }) },
              { fields.group, Value(std::int64_t { status.st_gid }) },
              { fields.mode, Value(Name(mode_text(status.st_mode & 07777))) } };
    if (place.key.member.empty() && settings_.projects.quota_by == QuotaBy::project
        && engine_->project_ids()) {
        const auto tree = project_tree((*directory)->number());
        if (!tree)
            return trouble(tree.error());
        if (tree->id != 0 && (tree->whole || !place.ours))
            record.fields.push_back({ fields.project_id, Value(std::int64_t { tree->id }) });
    }
    out.records.push_back(std::move(record));
}

Result<void> Volume::look_at_quotas(const Interest& interest, Observation& out, VolumeFacts& facts)
{
    const auto& fields = storage_fields();
    std::vector<const StoragePlace*> asked;
    std::vector<QuotaSubject> subjects;
    for (const auto& place : interest.places)
        if (place.key.kind == Kind::quota && place.id != nobody && place.id != 0
            && quota_by(place.key) != QuotaBy::none) {
            asked.push_back(&place);
            subjects.push_back(subject(place.key, place.id));
        }
    const auto all = held(subjects, false);
    if (!all)
        return all.error();
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto& key = asked[i]->key;
        const auto& one = (*all)[i];
        if (!one) {
            facts.trouble.emplace(key, one.error().text);
            out.findings.push_back({ Severity::error, "storage-quota", text(key), one.error().text, "" });
            continue;
        }
        held_.emplace(key, *one);
        if (one->used_bytes)
            facts.used.emplace(key, *one->used_bytes);
        if (one->limits == QuotaLimits {} && !asked[i]->ours)
            continue; // nothing stands there
        Record record { .key = key };
        record.fields = { { fields.id, Value(std::int64_t { asked[i]->id }) } };
        for (const auto& [field, value] :
            { std::pair { fields.bytes, one->limits.bytes }, { fields.soft_bytes, one->limits.soft_bytes },
                { fields.files, one->limits.files }, { fields.soft_files, one->limits.soft_files } })
            if (value)
                record.fields.push_back({ field, number(value) });
        out.records.push_back(std::move(record));
    }
    return {};
}

/// The grace that nobody has changed is no record, so that ours may be set.
Result<void> Volume::look_at_grace(const Interest& interest, Observation& out)
{
    const auto place = std::find_if(interest.places.begin(), interest.places.end(),
        [&](const StoragePlace& one) { return one.key == places_.volume_quota(); });
    const auto by = settings_.projects.quota_by != QuotaBy::none ? settings_.projects.quota_by
                                                                 : settings_.users.quota_by;
    if (place == interest.places.end() || by == QuotaBy::none)
        return {};
    const auto grace = engine_->grace(by);
    if (!grace)
        return grace.error();
    if (*grace && ((*grace)->count() != usual_grace || place->ours))
        out.records.push_back({ .key = place->key,
            .fields = { { storage_fields().grace, Value(std::int64_t { (*grace)->count() }) } } });
    return {};
}

Result<Desired> Volume::desired(const Snapshot& snapshot, const Observation& observation) const
{
    return volume_desired(settings_, places_, snapshot, observation);
}

Result<QuotaSetting> Volume::setting(const Change& change) const
{
    const auto& fields = storage_fields();
    const auto place = seen_.find(change.key);
    auto id = id_after(change, fields.id);
    if (!id && place != seen_.end() && place->second.id != nobody)
        id = place->second.id;
    if (!id || *id == 0)
        return Error { Errc::internal, text(change.key) + ": it is not known by which id it counts" };
    const auto standing = held_.find(change.key);
    const QuotaLimits now = standing == held_.end() ? QuotaLimits {} : standing->second.limits;
    return QuotaSetting { subject(change.key, *id),
        { after(change, fields.bytes, now.bytes), after(change, fields.soft_bytes, now.soft_bytes),
            after(change, fields.files, now.files), after(change, fields.soft_files, now.soft_files) } };
}

/// Where a directory is, or is to be; empty: it isn't known.
std::string Volume::path_of(const Change& change) const
{
    const auto* field = change.action == Action::create ? change.field(storage_fields().path) : nullptr;
    if (field != nullptr && field->after.word() != nullptr)
        return field->after.word()->text();
    const auto place = seen_.find(change.key);
    return place == seen_.end() ? std::string() : place->second.path;
}

std::vector<std::string> Volume::commands(std::span<const Change> changes) const
{
    std::vector<std::string> out;
    std::vector<QuotaSetting> settings;
    for (const auto& change : changes) {
        if (change.key.kind == Kind::quota) {
            if (change.key == places_.volume_quota())
                out.push_back("quotactl Q_XSETQLIM " + settings_.root + " grace");
            else if (auto one = setting(change))
                settings.push_back(std::move(*one));
            continue;
        }
        for (auto& line : directory_commands(change, settings_.root, settings_.root + "/" + path_of(change)))
            out.push_back(std::move(line));
    }
    for (auto& line : engine_->commands(settings))
        out.push_back(std::move(line));
    return out;
}

std::vector<Result<void>> Volume::apply(std::span<const Change> changes)
{
    std::vector<Result<void>> results(changes.size());
    std::vector<QuotaSetting> settings;
    std::vector<std::size_t> settings_of;
    const auto root = open_root(settings_.root);
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const auto& change = changes[i];
        if (!root)
            results[i] = root.error();
        else if (change.key.kind == Kind::directory)
            results[i] = apply_to_directory(root->number(), change);
        else if (change.key == places_.volume_quota())
            results[i] = apply_grace(change);
        else if (change.action == Action::remove)
            results[i] = Error { Errc::refused, "a quota is never taken away" };
        else if (auto one = setting(change); !one)
            results[i] = one.error();
        else {
            remembered_.erase({ one->subject.by, one->subject.id });
            settings.push_back(std::move(*one));
            settings_of.push_back(i);
        }
    }
    if (settings.empty())
        return results;
    auto set = engine_->set(settings);
    for (std::size_t i = 0; i < settings_of.size(); ++i)
        results[settings_of[i]] = std::move(set[i]);
    return results;
}

Result<void> Volume::apply_to_directory(int root, const Change& change)
{
    const auto path = path_of(change);
    walks_.erase(change.key);
    const auto foreign = [&](std::uint64_t entries) {
        walks_.insert_or_assign(change.key,
            Finding { Severity::warning, "storage-foreign-id", settings_.root + "/" + path,
                std::to_string(entries)
                    + " entries in it bear another project id and were left: they don't count for it",
                "look for them with lsattr -p -R" });
    };
    return change_directory({ root, path, settings_.tree_step, foreign }, change);
}

Result<void> Volume::apply_grace(const Change& change)
{
    const auto grace = id_after(change, storage_fields().grace);
    if (change.action == Action::remove || !grace)
        return engine_->set_grace(settings_.projects.quota_by, Seconds { usual_grace });
    for (const auto by : { settings_.projects.quota_by, settings_.users.quota_by })
        if (by != QuotaBy::none)
            if (auto set = engine_->set_grace(by, Seconds { *grace }); !set)
                return set;
    return {};
}

} // namespace site
