#include "config/key_binding.hpp"

#include <charconv>

namespace site::detail {
namespace {

using namespace std::chrono_literals;

constexpr auto required = Fallback::Kind::required;
constexpr auto none = Fallback::Kind::none;
constexpr Seconds day { 86400 };
constexpr std::int64_t most_id = 4'294'967'293;
constexpr std::int64_t most_files = 1LL << 60;
constexpr SizeType amount { 1 << 10, 4096LL << 50 };

const ChoiceType engines { { { "linux", static_cast<int>(StorageEngine::linux_quota) },
    { "lustre", static_cast<int>(StorageEngine::lustre) }, { "gpfs", static_cast<int>(StorageEngine::gpfs) },
    { "cephfs", static_cast<int>(StorageEngine::cephfs) }, { "zfs", static_cast<int>(StorageEngine::zfs) },
    { "beegfs", static_cast<int>(StorageEngine::beegfs) },
    { "exec", static_cast<int>(StorageEngine::exec) } } };
const ChoiceType projects_by { { { "none", static_cast<int>(QuotaBy::none) },
    { "project", static_cast<int>(QuotaBy::project) }, { "group", static_cast<int>(QuotaBy::group) } } };
const ChoiceType people_by { { { "none", static_cast<int>(QuotaBy::none) },
    { "user", static_cast<int>(QuotaBy::user) } } };
const ChoiceType retirements { { { "keep", static_cast<int>(RetireDirectory::keep) },
    { "lock", static_cast<int>(RetireDirectory::lock) },
    { "move", static_cast<int>(RetireDirectory::move) } } };
const ChoiceType by_hand { { { "keep", 0 }, { "repair", 1 } } };
const ChoiceType figures { { { "current", static_cast<int>(StorageFigure::current) },
    { "highest", static_cast<int>(StorageFigure::highest) },
    { "mean", static_cast<int>(StorageFigure::mean) } } };

void open_volume(Target& target, const Value& name)
{
    target.volume = &target.cluster->storage.emplace_back();
    target.volume->name = std::get<std::string>(name);
}

void open_projects(Target& target, const Value&)
{
    target.storage = &target.volume->projects;
    target.storage->kept = true;
}

void open_people(Target& target, const Value&)
{
    target.storage = &target.volume->users;
    target.storage->kept = true;
}

void open_override(Target& target, const Value& project)
{
    target.amounts = &target.volume->overrides[std::get<std::string>(project)];
}

void open_level(Target& target, const Value& type)
{
    target.level = &target.cluster->usage.storage_components[std::get<std::string>(type)];
}

void put_repair(Target& target, const Value& value)
{
    target.volume->repair = std::get<std::int64_t>(value) != 0;
}

void put_mode(Target& target, const Value& value)
{
    const auto& text = std::get<std::string>(value); // four octal digits, by its rule
    std::from_chars(text.data(), text.data() + text.size(), target.storage->mode, 8);
}

// clang-format off
std::vector<Key> volume_keys()
{
    return {
        { "clusters[].storage", SectionMapType { &volume_rule }, "{}",
            "The volumes of the plugin storage_quota, by the names that reports call them.", open_volume },
        { "clusters[].storage.*.engine", engines, required,
            "What keeps its quotas: the kernel (ext4, XFS, tmpfs), the file system's own tools, or a site's program.",
            into(&VolumeSettings::engine) },
        { "clusters[].storage.*.root", TextType { &path_rule }, required,
            "The folder below which directories are made; nobody but root may write to it.", into(&VolumeSettings::root) },
        { "clusters[].storage.*.device", TextType { &device_rule }, none,
            "gpfs: the file system; zfs: the dataset; beegfs: where it is mounted. None with other engines.",
            into(&VolumeSettings::device) },
        { "clusters[].storage.*.programs", TextType { &path_rule }, none,
            "Folder of the engine's tools; left out: where its packages put them.", into(&VolumeSettings::programs) },
        { "clusters[].storage.*.program", TextType { &path_rule }, none,
            "exec: the site's program, root's and not writable for others.", into(&VolumeSettings::program) },
        { "clusters[].storage.*.arguments", TextListType { &argument_rule, 0, true }, "[]",
            "exec: what it is given before the verb. No secrets: everybody can read them.", into(&VolumeSettings::arguments) },
        { "clusters[].storage.*.projects", SectionType {}, none,
            "What each project has on it; left out: nothing.", open_projects },
    };
}

std::vector<Key> rule_keys_of_projects()
{
    return {
        { "clusters[].storage.*.projects.directory", TextType { &project_path_rule }, none,
            "Its directory below the root; left out: none is made.", into(&StorageRules::directory) },
        { "clusters[].storage.*.projects.owner", TextType { &owner_rule }, "root",
            "Owner of a new directory.", into(&StorageRules::owner) },
        { "clusters[].storage.*.projects.group", TextType { &group_rule }, "{group}",
            "Group of a new directory; {group} is the project's.", into(&StorageRules::group) },
        { "clusters[].storage.*.projects.mode", TextType { &directory_mode_rule }, "2770",
            "Mode of a new directory.", put_mode },
        { "clusters[].storage.*.projects.retire", retirements, "keep",
            "What happens to the directory after grace: it stays, gets mode 0000, or is moved to .retired with the date.",
            into(&StorageRules::retire) },
        { "clusters[].storage.*.projects.quota_by", projects_by, "none",
            "What its quota counts by: the directory (a project id, a fileset), or the Unix group.", into(&StorageRules::quota_by) },
        { "clusters[].storage.*.projects.quota", amount, none,
            "Quota of a new project; left out: none, unless one is granted.", into(&StorageRules::quota, &QuotaAmounts::bytes) },
        { "clusters[].storage.*.projects.files", CountType { 1, most_files }, none,
            "Quota of files of a new project.", into(&StorageRules::quota, &QuotaAmounts::files) },
        { "clusters[].storage.*.projects.most_quota", amount, none,
            "No project gets more, whatever is granted.", into(&StorageRules::most, &QuotaAmounts::bytes) },
        { "clusters[].storage.*.projects.most_files", CountType { 1, most_files }, none,
            "The same of files.", into(&StorageRules::most, &QuotaAmounts::files) },
        { "clusters[].storage.*.projects.soft", PercentType { 0, 99, 1 }, "0",
            "The soft limit as a share of the quota; 0: no soft limit.", into(&StorageRules::soft_percent) },
        { "clusters[].storage.*.users", SectionType {}, none,
            "What each person has on it; left out: nothing.", open_people },
    };
}

std::vector<Key> rule_keys_of_people()
{
    return {
        { "clusters[].storage.*.users.directory", TextType { &person_path_rule }, none,
            "His directory below the root; left out: none is made.", into(&StorageRules::directory) },
        { "clusters[].storage.*.users.owner", TextType { &owner_rule }, "{user}",
            "Owner of a new directory.", into(&StorageRules::owner) },
        { "clusters[].storage.*.users.group", TextType { &group_rule }, "{primary}",
            "Group of a new directory; {primary} is his primary group.", into(&StorageRules::group) },
        { "clusters[].storage.*.users.mode", TextType { &directory_mode_rule }, "0700",
            "Mode of a new directory.", put_mode },
        { "clusters[].storage.*.users.retire", retirements, "keep",
            "As of projects, of who is in no project any more.", into(&StorageRules::retire) },
        { "clusters[].storage.*.users.quota_by", people_by, "none",
            "What his quota counts by: the Unix user.", into(&StorageRules::quota_by) },
        { "clusters[].storage.*.users.quota", amount, none,
            "Quota of a new person.", into(&StorageRules::quota, &QuotaAmounts::bytes) },
        { "clusters[].storage.*.users.files", CountType { 1, most_files }, none,
            "Quota of files of a new person.", into(&StorageRules::quota, &QuotaAmounts::files) },
        { "clusters[].storage.*.users.soft", PercentType { 0, 99, 1 }, "0",
            "As of projects.", into(&StorageRules::soft_percent) },
    };
}

std::vector<Key> other_keys()
{
    return {
        { "clusters[].storage.*.overrides", SectionMapType { &project_identifier_rule }, "{}",
            "Quotas of single projects, by identifier; they stand above what is granted.", open_override },
        { "clusters[].storage.*.overrides.*.quota", amount, none,
            "The project's quota; left out: as of all.", into(&QuotaAmounts::bytes) },
        { "clusters[].storage.*.overrides.*.files", CountType { 1, most_files }, none,
            "Its quota of files; left out: as of all.", into(&QuotaAmounts::files) },
        { "clusters[].storage.*.granted_by", TextType { &component_rule }, none,
            "Component of the resource's limits that sets a project's quota; left out: none does.",
            into(&VolumeSettings::granted_by) },
        { "clusters[].storage.*.granted_unit", SizeType { 1 << 10, 1LL << 50 }, "1GiB",
            "What the component counts.", into(&VolumeSettings::granted_unit) },
        { "clusters[].storage.*.smallest", SizeType { 1 << 10, 1 << 30 }, none,
            "The quota for a grant of zero, which is never written as zero; left out: one block.",
            into(&VolumeSettings::smallest) },
        { "clusters[].storage.*.by_hand", by_hand, "keep",
            "Whether a quota or directory that somebody else changed stays so and is told, or is set right.",
            put_repair },
        { "clusters[].storage.*.grace", DurationType { 1min, 365 * day }, none,
            "linux: how long a soft limit may be passed, of the whole file system; left out: not touched.",
            into(&VolumeSettings::grace) },
        { "clusters[].storage.*.project_id_offset", CountType { 0, most_id }, "0",
            "A project id is the id of the project's group and this.", into(&VolumeSettings::project_id_offset) },
        { "clusters[].storage.*.read_deadline", DurationType { 1s, 1h }, "5m",
            "For one program that reads.", into(&VolumeSettings::read_deadline) },
        { "clusters[].storage.*.change_deadline", DurationType { 1s, day }, "5m",
            "For one program that changes something.", into(&VolumeSettings::change_deadline) },
        { "clusters[].storage.*.most_output", SizeType { 64 << 10, 1 << 30 }, "256MiB",
            "An answer of a program larger than this is an error.", into(&VolumeSettings::most_output) },
        { "clusters[].storage.*.tree_step", CountType { 1000, 100'000'000 }, "200000",
            "Entries of a directory that was there before which are given the project id in one cycle.",
            into(&VolumeSettings::tree_step) },
        { "clusters[].usage.storage", SectionMapType { &component_rule }, "{}",
            "Components of the offering that tell how much is stored; empty: none.", open_level },
        { "clusters[].usage.storage.*.volume", TextType { &volume_rule }, required,
            "The volume.", into(&StorageComponent::volume) },
        { "clusters[].usage.storage.*.unit", SizeType { 1 << 10, 1LL << 50 }, "1GiB",
            "The portal's unit.", into(&StorageComponent::unit) },
        { "clusters[].usage.storage.*.figure", figures, "current",
            "The last level, the highest of the month, or the mean of its days.", into(&StorageComponent::figure) },
    };
}
// clang-format on

} // namespace

std::vector<Key> storage_keys()
{
    std::vector<Key> all;
    for (auto* more : { &volume_keys, &rule_keys_of_projects, &rule_keys_of_people, &other_keys }) {
        auto keys = (*more)();
        all.insert(all.end(), keys.begin(), keys.end());
    }
    return all;
}

} // namespace site::detail
