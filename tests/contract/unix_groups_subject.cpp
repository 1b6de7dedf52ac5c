#include "contract/subject.hpp"
#include "support/temp_dir.hpp"
#include "system/runner.hpp"
#include "unix_groups/unix_groups.hpp"

namespace site {
namespace {

/// shadow's own tools on the files of a prefix.
class UnixGroupsSubject : public Subject {
public:
    UnixGroupsSubject()
    {
        std::filesystem::create_directory(etc_);
        write_file(etc_ / "group", "root:x:0:\nusers:x:100:u001\n", 0644);
        write_file(etc_ / "gshadow", "root:*::\nusers:*::u001\n", 0640);
        std::string passwd = "root:x:0:0:root:/root:/bin/bash\n";
        for (const auto* user : { "u001", "u002", "u003" })
            passwd += std::string(user) + ":x:600" + user[3] + ":100::/home/" + user + ":/bin/bash\n";
        write_file(etc_ / "passwd", passwd, 0644);
        write_file(etc_ / "shadow", "root:*:19000:0:99999:7:::\n", 0640);
        settings_.prefix = dir_.path().string();
    }

    std::unique_ptr<Plugin> plugin() override
    {
        return std::make_unique<UnixGroups>(cluster(), settings_, runner_);
    }
    [[nodiscard]] Name cluster() const override { return Name { "sandbox" }; }
    std::string state() override
    {
        std::string out;
        for (const auto* file : { "group", "gshadow", "passwd", "shadow" })
            out += read_file(etc_ / file) + "--\n";
        return out;
    }

private:
    TempDir dir_;
    const std::filesystem::path etc_ = dir_.path() / "etc";
    SystemRunner runner_;
    UnixGroupsSettings settings_;
};

} // namespace

std::unique_ptr<Subject> unix_groups_subject()
{
    return std::make_unique<UnixGroupsSubject>();
}

} // namespace site
