#include "unit/config/sample.hpp"

namespace site::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string volumes = R"(    plugins: [slurm, storage_quota]
    storage:
      scratch:
        engine: linux
        root: /scratch
        projects: {directory: "{project}", quota_by: project, quota: 10TiB, files: 1000000, most_quota: 100TiB}
        users: {directory: "{user}", quota_by: user, quota: 50GiB, soft: 90%}
        overrides: {climate.brics: {quota: 50TiB}}
        granted_by: storage
        grace: 7d
      home:
        engine: exec
        root: /home
        program: /usr/local/libexec/home
        users: {directory: "{user}"}
)";

std::string with_volumes(std::string_view piece = "", std::string_view by = "")
{
    auto text = volumes;
    if (!piece.empty()) {
        const auto at = text.find(piece);
        EXPECT_NE(at, std::string::npos) << piece;
        if (at != std::string::npos)
            text.replace(at, piece.size(), by);
    }
    return sample_with("    plugins: [slurm]\n", text);
}

TEST(Storage, IsReadByVolume)
{
    const auto config = good(with_volumes());
    const auto& cluster = config.clusters.front();
    ASSERT_EQ(cluster.storage.size(), 2U);
    EXPECT_THAT(cluster.instances(), ElementsAre("slurm", "storage_quota/home", "storage_quota/scratch"));
    ASSERT_NE(cluster.volume_of("storage_quota/scratch"), nullptr);
    EXPECT_EQ(cluster.volume_of("slurm"), nullptr);
    const auto& scratch = *cluster.volume_of("storage_quota/scratch");
    EXPECT_EQ(scratch.projects.quota.bytes, 10UL << 40);
    EXPECT_EQ(scratch.projects.quota.files, 1000000U);
    EXPECT_EQ(scratch.projects.most.bytes, 100UL << 40);
    EXPECT_EQ(scratch.projects.mode, 02770U);
    EXPECT_EQ(scratch.projects.group, "{group}");
    EXPECT_EQ(scratch.users.quota.bytes, 50UL << 30);
    EXPECT_EQ(scratch.users.soft_percent, 90U);
    EXPECT_EQ(scratch.users.mode, 0700U);
    EXPECT_EQ(scratch.overrides.at("climate.brics").bytes, 50UL << 40);
    EXPECT_EQ(scratch.grace, Seconds { 7 * 86400 });
    EXPECT_FALSE(scratch.repair);
    EXPECT_EQ(scratch.read_every, Seconds { 3600 });
    EXPECT_FALSE(cluster.volume_of("storage_quota/home")->projects.kept);
}

TEST(Storage, AZeroIsRefusedWhereverItStands)
{
    for (const auto& [piece, by] : { std::pair { "quota: 10TiB", "quota: 0" },
             { "quota: 10TiB", "quota: 0KiB" }, { "files: 1000000", "files: 0" },
             { "quota: 50GiB", "quota: 0GiB" }, { "quota: 50TiB", "quota: 0TiB" } })
        EXPECT_THAT(problems_of(with_volumes(piece, by)), ElementsAre(HasSubstr(", allowed is a "))) << by;
}

TEST(Storage, BadTemplatesAreRefused)
{
    for (const auto* bad : { "/{project}", "{project}/..", "../{project}", "all", "{user}", "{projekt}",
             "{project}/", "a//{project}", "{project} x", ".{project}" })
        EXPECT_THAT(
            problems_of(with_volumes("directory: \"{project}\"", std::string("directory: \"") + bad + "\"")),
            ElementsAre(HasSubstr("clusters[0].storage.scratch.projects.directory: ")))
            << bad;
    EXPECT_THAT(problems_of(with_volumes("directory: \"{user}\", quota_by", "directory: all, quota_by")),
        ElementsAre(HasSubstr("does not have {user} in it")));
}

TEST(Storage, AModeThatEverybodyMayWriteToIsRefused)
{
    EXPECT_THAT(problems_of(with_volumes("quota_by: project", "mode: \"2777\", quota_by: project")),
        ElementsAre(HasSubstr("lets everybody write")));
    EXPECT_THAT(problems_of(with_volumes("quota_by: project", "mode: \"0000\", quota_by: project")),
        ElementsAre(HasSubstr("is what a locked directory has")));
}

struct Wrong {
    const char* piece;
    const char* by;
    const char* said;
};

class StorageCheck : public testing::TestWithParam<Wrong> { };

TEST_P(StorageCheck, SaysWhatDoesNotBelongTogether)
{
    const auto& [piece, by, said] = GetParam();
    EXPECT_THAT(problems_of(with_volumes(piece, by)), testing::Contains(HasSubstr(said)));
}

INSTANTIATE_TEST_SUITE_P(Of, StorageCheck,
    testing::Values(Wrong { "[slurm, storage_quota]", "[slurm]", "plugins does not list storage_quota" },
        Wrong { "        program: /usr/local/libexec/home\n", "", "has the engine exec and no program" },
        Wrong { "engine: linux", "engine: gpfs", "has the engine gpfs and no device" },
        Wrong { "root: /scratch\n", "root: /scratch\n        device: x\n",
            "allowed is only with gpfs, zfs or beegfs" },
        Wrong { "root: /scratch\n", "root: /scratch\n        program: /x\n", "allowed is only with exec" },
        Wrong { "quota: 10TiB", "quota: 200TiB", "is more than most_quota" },
        Wrong { "quota: 50TiB", "quota: 500TiB", "is more than most_quota" },
        Wrong { "{quota: 50TiB}", "{}", "says nothing" },
        Wrong { "directory: \"{project}\", ", "", "there is no directory to count by" },
        Wrong { "soft: 90%", "soft: 90%, group: \"{group}\"", "directory has no project in it" },
        Wrong { "        users: {directory: \"{user}\"}\n", "", "has nothing on it" },
        Wrong { "        users: {directory: \"{user}\"}\n", "        users: {}\n",
            "has neither directory nor quota_by" },
        Wrong { "quota_by: user, ", "", "is given without quota_by" },
        Wrong { "climate.brics", "climate", "is not a project's identifier" }));

TEST(Storage, EnginesCountByWhatTheyCan)
{
    const auto volume = [](const std::string& engine, const std::string& projects) {
        return sample_with("    plugins: [slurm]\n",
            "    plugins: [slurm, storage_quota]\n    storage: {v: {engine: " + engine
                + ", root: /v, projects: " + projects + "}}\n");
    };
    EXPECT_THAT(problems_of(volume("cephfs", "{directory: \"{project}\", quota_by: group}")),
        ElementsAre(HasSubstr("group is nothing that cephfs counts by, allowed is none or project")));
    EXPECT_THAT(problems_of(volume("beegfs, device: /v", "{directory: \"{project}\", quota_by: project}")),
        ElementsAre(HasSubstr("project is nothing that beegfs counts by, allowed is none or group")));
    EXPECT_THAT(problems_of(volume("zfs, device: tank/v",
                    "{directory: \"{project}\", quota_by: project, quota: 1TiB, soft: 50}")),
        ElementsAre(HasSubstr("zfs has no soft limits")));
    EXPECT_THAT(
        problems_of(volume("lustre", "{directory: \"{project}\", quota_by: project, quota: 1TiB, soft: 50}")),
        IsEmpty());
}

TEST(Storage, ComponentsNameAVolume)
{
    const auto with = [](const std::string& usage) { return with_volumes() + "    usage: " + usage + "\n"; };
    const auto config = good(with("{storage: {disk: {volume: scratch, unit: 1TiB, figure: mean}}}"));
    const auto& component = config.clusters.front().usage.storage_components.at("disk");
    EXPECT_EQ(component.volume, "scratch");
    EXPECT_EQ(component.unit, 1UL << 40);
    EXPECT_EQ(component.figure, StorageFigure::mean);
    EXPECT_THAT(problems_of(with("{storage: {disk: {volume: tape}}}")),
        ElementsAre(HasSubstr("\"tape\" is not a volume of this cluster")));
    EXPECT_THAT(
        problems_of(
            with("{components: {disk: {measure: node, unit: hours}}, storage: {disk: {volume: scratch}}}")),
        ElementsAre(HasSubstr("is also one of usage.components")));
}

} // namespace
} // namespace site::test
