#include "contract/subject.hpp"
#include "integration/storage_quota/storage_site.hpp"
#include "storage_quota/linux_quota.hpp"
#include "storage_quota/volume.hpp"

#include <sys/stat.h>

namespace site {
namespace {

/// The kernel's quotas on the file system of this run: directories and quotas of projects and of people.
class StorageSubject : public Subject {
public:
    StorageSubject()
    {
        settings_.name = "scratch";
        settings_.root = site_.root().string();
        settings_.projects = { .kept = true, .directory = "{project}", .group = "{group}" };
        settings_.projects.mode = 02770;
        settings_.projects.retire = RetireDirectory::move;
        settings_.projects.quota_by = QuotaBy::project;
        settings_.projects.quota = { 8 << 20, 1000 };
        settings_.users = { .kept = true, .directory = "{project}/home/{user}", .owner = "{user}" };
        settings_.users.group = "{group}";
        settings_.users.mode = 0700;
        settings_.users.retire = RetireDirectory::lock;
        settings_.users.quota_by = QuotaBy::user;
        settings_.users.quota = { 4 << 20, {} };
    }

    std::unique_ptr<Plugin> plugin() override
    {
        return std::make_unique<Volume>(
            cluster(), settings_, [](const VolumeSettings& kept) { return linux_engine(kept); });
    }
    [[nodiscard]] Name cluster() const override { return Name { "sandbox" }; }
    std::string state() override
    {
        std::string out;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(site_.root())) {
            struct stat status { };
            ::lstat(entry.path().c_str(), &status);
            out += entry.path().string() + " " + std::to_string(status.st_mode) + " "
                + std::to_string(status.st_uid) + " " + std::to_string(status.st_gid) + "\n";
        }
        const auto engine = linux_engine(settings_);
        std::vector<QuotaSubject> subjects;
        for (std::uint32_t id = 7001; id < 7010; ++id)
            subjects.push_back({ QuotaBy::project, id });
        for (std::uint32_t id = 6001; id < 6010; ++id)
            subjects.push_back({ QuotaBy::user, id });
        for (const auto& held : engine->read(subjects).value())
            out += std::to_string(held->limits.bytes.value_or(0)) + " "
                + std::to_string(held->limits.files.value_or(0)) + "\n";
        return out;
    }

private:
    StorageSite site_;
    VolumeSettings settings_;
};

std::unique_ptr<Subject> storage_subject()
{
    return std::make_unique<StorageSubject>();
}

} // namespace

std::vector<SubjectMaker> subjects()
{
    return { { "storage_quota", storage_subject } };
}

} // namespace site
