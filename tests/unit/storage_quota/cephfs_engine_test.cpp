#include "storage_quota/cephfs_engine.hpp"

#include "sample.hpp"
#include "support/temp_dir.hpp"

#include <cerrno>
#include <dirent.h>
#include <map>
#include <sys/xattr.h>
#include <tuple>

namespace site {
namespace {

using namespace test;
using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

/// Directories with attributes, in a table.
struct Table {
    std::map<std::string, std::map<std::string, std::string>> directories;
    std::map<std::string, int> open_errors; ///< by directory
    std::map<std::string, int> errors; ///< by call and attribute: `set ceph.quota.max_bytes`
    bool leaves_attributes = false; ///< as old releases, which say that there is nothing to remove
    std::map<int, std::string> open;
    int opened = 0;
    std::vector<std::string> said;

    AttributeCalls calls()
    {
        return {
            .open =
                [this](const std::string& directory, int& descriptor) {
                    if (const auto error = open_errors.find(directory); error != open_errors.end())
                        return error->second;
                    if (!directories.contains(directory))
                        return ENOENT;
                    descriptor = ++opened;
                    open.emplace(descriptor, directory);
                    return 0;
                },
            .get =
                [this](int descriptor, const std::string& name, std::string& value) {
                    if (const auto error = errors.find("get " + name); error != errors.end())
                        return error->second;
                    const auto& attributes = directories.at(open.at(descriptor));
                    const auto found = attributes.find(name);
                    if (found == attributes.end())
                        return ENODATA;
                    value = found->second;
                    return 0;
                },
            .set =
                [this](int descriptor, const std::string& name, const std::string& value) {
                    said.push_back(open.at(descriptor) + " " + name + "=" + value);
                    if (const auto error = errors.find("set " + name); error != errors.end())
                        return error->second;
                    directories.at(open.at(descriptor))[name] = value;
                    return 0;
                },
            .remove =
                [this](int descriptor, const std::string& name) {
                    said.push_back(open.at(descriptor) + " -" + name);
                    if (leaves_attributes)
                        return ENODATA;
                    return directories.at(open.at(descriptor)).erase(name) == 1 ? 0 : ENODATA;
                },
            .close = [this](int descriptor) { open.erase(descriptor); },
        };
    }
};

QuotaSubject at(const std::string& directory, const std::string& name = "proja")
{
    return { QuotaBy::project, 7001, Name(name), directory };
}

class CephfsEngine : public testing::Test {
protected:
    CephfsEngine()
    {
        settings.name = "project";
        settings.root = "/ceph";
        table.directories
            = { { "/ceph", used(9, 9) }, { "/ceph/a", used(4096, 12) }, { "/ceph/b", used(0, 0) } };
        table.directories["/ceph/a"]["ceph.quota.max_bytes"] = "1099511627776";
        table.directories["/ceph/a"]["ceph.quota.max_files"] = "1000";
    }
    ~CephfsEngine() override { EXPECT_THAT(table.open, IsEmpty()); }

    static std::map<std::string, std::string> used(int bytes, int files)
    {
        return { { "ceph.dir.rbytes", std::to_string(bytes) }, { "ceph.dir.rfiles", std::to_string(files) } };
    }
    std::vector<std::string> read(const std::vector<QuotaSubject>& subjects)
    {
        return shown(engine->read(subjects));
    }
    std::vector<std::string> set(const std::vector<QuotaSetting>& wanted)
    {
        return shown(engine->set(wanted));
    }

    VolumeSettings settings;
    Table table;
    std::unique_ptr<QuotaEngine> engine = cephfs_engine(settings, table.calls(), "ceph.");
};

TEST_F(CephfsEngine, CountsByDirectoryOnly)
{
    EXPECT_FALSE(engine->cannot(QuotaBy::project));
    EXPECT_TRUE(engine->cannot(QuotaBy::group));
    EXPECT_TRUE(engine->cannot(QuotaBy::user));
    EXPECT_FALSE(engine->costly());
    EXPECT_FALSE(engine->project_ids());
    EXPECT_EQ(*engine->granularity(), 4U << 20);
    EXPECT_THAT(read({ group(7001) }), ElementsAre(StartsWith("! the engine cephfs can't count by group")));
    EXPECT_THAT(
        set({ { user(6001), { 1, {}, {}, {} } } }), ElementsAre(StartsWith("invalid: the engine cephfs")));
    EXPECT_THAT(table.said, IsEmpty());
}

TEST_F(CephfsEngine, ReadsLimitsAndWhatLiesBeneath)
{
    EXPECT_THAT(read({ at("/ceph/a"), at("/ceph/b") }),
        ElementsAre("used 4096 of 1099511627776 soft -, files 12 of 1000 soft -",
            "used 0 of - soft -, files 0 of - soft -"));
    table.directories["/ceph/a"]["ceph.quota.max_bytes"] = "0";
    EXPECT_THAT(read({ at("/ceph/a") }), ElementsAre("used 4096 of - soft -, files 12 of 1000 soft -"));
}

TEST_F(CephfsEngine, ADirectoryThatIsNotThereHoldsNothingAndWhatItUsesIsNotKnown)
{
    EXPECT_THAT(read({ at("/ceph/c") }), ElementsAre("used ? of - soft -, files ? of - soft -"));
}

TEST_F(CephfsEngine, AVolumeThatIsNotMountedIsAnError)
{
    table.directories["/ceph"].clear();
    table.directories.erase("/ceph/a");
    EXPECT_THAT(read({ at("/ceph/a") }), ElementsAre(AllOf(StartsWith("!! "), HasSubstr("not in a CephFS"))));
    EXPECT_THAT(shown(engine->check()), ElementsAre(StartsWith("storage-no-quotas: ")));
    table.directories.erase("/ceph");
    EXPECT_THAT(read({ at("/ceph/a") }), ElementsAre(AllOf(StartsWith("!! "), HasSubstr("No such file"))));
    table.directories["/ceph"] = used(1, 1);
    EXPECT_THAT(engine->check(), IsEmpty());
}

TEST_F(CephfsEngine, UsageThatIsMissingIsAnErrorOfThatOneAndNoZero)
{
    table.directories["/ceph/a"].erase("ceph.dir.rbytes");
    table.directories["/ceph/b"].erase("ceph.dir.rfiles");
    EXPECT_THAT(
        read({ at("/ceph/a"), at("/ceph/b") }), Each(AllOf(StartsWith("! "), HasSubstr("not in a CephFS"))));
    table.directories["/ceph/a"]["ceph.dir.rbytes"] = "4096.0";
    EXPECT_THAT(read({ at("/ceph/a") }), ElementsAre(HasSubstr("ceph.dir.rbytes is \"4096.0\"")));
}

TEST_F(CephfsEngine, LinksAndOtherTroubleAreErrorsOfThatOneAndAnAbsentServerIsOneOfAll)
{
    table.open_errors = { { "/ceph/l", ELOOP }, { "/ceph/x", EACCES } };
    EXPECT_THAT(read({ at("/ceph/l"), at("/ceph/x"), at(""), at("/ceph/b") }),
        ElementsAre(HasSubstr("it is a link, or no directory"), HasSubstr("Permission denied"),
            HasSubstr("has no directory"), StartsWith("used 0")));
    table.open_errors["/ceph/x"] = ETIMEDOUT;
    EXPECT_THAT(read({ at("/ceph/x"), at("/ceph/b") }), ElementsAre(HasSubstr("timed out")));
    table.errors["get ceph.quota.max_files"] = EIO;
    EXPECT_THAT(read({ at("/ceph/b") }), ElementsAre(StartsWith("!! ")));
}

TEST_F(CephfsEngine, StorageQuotas3SetsLimitsAndRemovesWhatIsUnlimited)
{
    const std::vector<QuotaSetting> wanted { { at("/ceph/b"), { 8UL << 20, {}, 10, {} } },
        { at("/ceph/a"), { 4UL << 20, {}, {}, {} } } };
    EXPECT_THAT(set(wanted), Each("ok"));
    EXPECT_THAT(table.said,
        ElementsAre("/ceph/b ceph.quota.max_bytes=8388608", "/ceph/b ceph.quota.max_files=10",
            "/ceph/a ceph.quota.max_bytes=4194304", "/ceph/a -ceph.quota.max_files"));
    EXPECT_THAT(engine->commands(wanted),
        ElementsAre("setfattr -n ceph.quota.max_bytes -v 8388608 /ceph/b",
            "setfattr -n ceph.quota.max_files -v 10 /ceph/b",
            "setfattr -n ceph.quota.max_bytes -v 4194304 /ceph/a",
            "setfattr -x ceph.quota.max_files /ceph/a"));
    EXPECT_THAT(read({ at("/ceph/a") }), ElementsAre("used 4096 of 4194304 soft -, files 12 of - soft -"));
    EXPECT_THAT(set(wanted), Each("ok"));
}

TEST_F(CephfsEngine, StorageQuotas3ZeroAndSoftLimitsAreNeverWritten)
{
    EXPECT_THAT(set({ { at("/ceph/a"), { 0, {}, {}, {} } }, { at("/ceph/a"), { {}, {}, 0, {} } },
                    { at("/ceph/a"), { 5, 4, {}, {} } }, { at(""), { 5, {}, {}, {} } } }),
        ElementsAre(HasSubstr("would be 0"), HasSubstr("would be 0"), HasSubstr("soft limit"),
            HasSubstr("has no directory")));
    EXPECT_THAT(table.said, IsEmpty());
}

TEST_F(CephfsEngine, SaysWhyALimitCannotBeSet)
{
    table.errors["set ceph.quota.max_bytes"] = EACCES;
    EXPECT_THAT(
        set({ { at("/ceph/a"), { 4UL << 20, {}, {}, {} } }, { at("/ceph/c"), { 4UL << 20, {}, {}, {} } } }),
        ElementsAre(AllOf(StartsWith("refused: "), HasSubstr("`p` among its MDS capabilities")),
            StartsWith("not_found: ")));
    table.errors["set ceph.quota.max_bytes"] = EINVAL;
    EXPECT_THAT(set({ { at("/ceph/a"), { 5, {}, {}, {} } } }), ElementsAre(HasSubstr("Invalid argument")));
}

TEST_F(CephfsEngine, ALimitThatStaysAfterItsRemovalIsTold)
{
    table.leaves_attributes = true;
    EXPECT_THAT(set({ { at("/ceph/a"), {} }, { at("/ceph/b"), {} } }),
        ElementsAre(HasSubstr("does not remove ceph.quota.max_bytes"), "ok"));
}

/// The kernel's own calls, on whatever file system there is here.
TEST(CephfsCalls, WorkOnARealFileSystem)
{
    const TempDir dir;
    const auto place = dir.path() / "proja";
    std::filesystem::create_directory(place);
    for (const auto& folder : { dir.path(), place })
        for (const auto* name : { "user.dir.rbytes", "user.dir.rfiles" })
            ASSERT_EQ(::setxattr(folder.c_str(), name, "7", 1, 0), 0)
                << folder << ": TMPDIR has to be on a file system with attributes of users";
    VolumeSettings settings;
    settings.root = dir.path().string();
    const auto engine = cephfs_engine(settings, kernel_attribute_calls(), "user.");
    const auto open_now
        = [] { return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}); };
    const auto before = open_now();
    const auto subject = at(place.string());
    const auto read = [&] { return shown(engine->read(std::vector { subject })); };
    EXPECT_THAT(read(), ElementsAre("used 7 of - soft -, files 7 of - soft -"));
    EXPECT_THAT(
        shown(engine->set(std::vector<QuotaSetting> { { subject, { 4UL << 40, {}, 99, {} } } })), Each("ok"));
    EXPECT_THAT(read(), ElementsAre("used 7 of 4398046511104 soft -, files 7 of 99 soft -"));
    EXPECT_THAT(
        shown(engine->set(std::vector<QuotaSetting> { { subject, { {}, {}, 98, {} } } })), Each("ok"));
    EXPECT_THAT(
        shown(engine->set(std::vector<QuotaSetting> { { subject, { {}, {}, 98, {} } } })), Each("ok"));
    EXPECT_THAT(read(), ElementsAre("used 7 of - soft -, files 7 of 98 soft -"));
    ASSERT_EQ(::setxattr(place.c_str(), "user.dir.rbytes", std::string(65, '7').c_str(), 65, 0), 0);
    EXPECT_THAT(read(), ElementsAre(HasSubstr("user.dir.rbytes: ")));
    std::filesystem::create_directory_symlink(place, dir.path() / "link");
    EXPECT_THAT(shown(engine->read(std::vector { at((dir.path() / "link").string()) })),
        ElementsAre(HasSubstr("it is a link, or no directory")));
    EXPECT_THAT(shown(engine->set(std::vector<QuotaSetting> {
                    { at((dir.path() / "link").string()), { 4UL << 20, {}, {}, {} } } })),
        ElementsAre(StartsWith("refused: ")));
    EXPECT_EQ(open_now(), before);
}

TEST(CephfsCalls, AnotherFileSystemIsNoCephfs)
{
    const TempDir dir;
    VolumeSettings settings;
    settings.root = dir.path().string();
    const auto engine = cephfs_engine(settings);
    EXPECT_THAT(shown(engine->read(std::vector { at(dir.path().string()) })),
        ElementsAre(HasSubstr("not in a CephFS")));
}

} // namespace
} // namespace site
