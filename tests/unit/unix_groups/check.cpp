#include "unix_groups/check.hpp"

#include "sample.hpp"
#include "support/temp_dir.hpp"

#include <algorithm>

namespace site {
namespace {

using namespace test;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class UnixCheck : public testing::Test {
protected:
    UnixCheck()
    {
        std::filesystem::create_directories(etc);
        write_file(etc / "group", "root:x:0:\n");
        write_file(etc / "passwd", "root:x:0:0:::\n");
        write_file(etc / "shadow", "root:*:1::::::\n");
        settings.prefix = dir.path().string();
        Output help;
        help.text = "  -a, --append   append the users mentioned by -U\n";
        runner.on("--help", help);
    }

    /// `code: text` of what is not well; with `info`, all codes.
    std::vector<std::string> findings(const std::string& cache_trouble = {})
    {
        std::vector<std::string> out;
        for (const auto& one :
            check_unix(settings, UnixTree(settings), UnixTools(settings), runner, cache_trouble))
            if (one.code != "unix-groups-not-root" && one.code != "unix-groups-root"
                && one.code != "unix-groups-no-capability")
                out.push_back((one.severity == Severity::info ? "" : "! ") + one.code + ": " + one.text);
        return out;
    }

    TempDir dir;
    const std::filesystem::path etc = dir.path() / "etc";
    UnixGroupsSettings settings;
    ScriptedRunner runner;
};

TEST_F(UnixCheck, HasNothingToSayOfATreeThatIsWell)
{
    EXPECT_THAT(findings(), Not(Contains(HasSubstr("! "))));
}

TEST_F(UnixCheck, NamesAToolThatIsMissing)
{
    settings.programs = dir.path().string();
    EXPECT_THAT(
        findings(), Contains(HasSubstr("! unix-groups-no-tool: " + dir.path().string() + "/groupadd")));
}

TEST_F(UnixCheck, TellsOfAShadowThatCannotAdd)
{
    ScriptedRunner old;
    Output help;
    help.text = "Usage: groupmod [options] GROUP\n";
    old.on("--help", help);
    std::vector<std::string> codes;
    for (const auto& one : check_unix(settings, UnixTree(settings), UnixTools(settings), old, {}))
        codes.push_back(one.code);
    EXPECT_THAT(codes, Contains("unix-groups-no-append"));
}

TEST_F(UnixCheck, TellsOfALockThatNobodyHolds)
{
    write_file(etc / "group.lock", "");
    EXPECT_THAT(findings(), Contains(HasSubstr("! unix-groups-lock: " + (etc / "group.lock").string())));
    write_file(etc / "group.lock", std::to_string(::getpid()));
    EXPECT_THAT(findings(), Contains(HasSubstr("is held by process")));
    EXPECT_EQ(lock_owner("12\n").kind, LockOwner::Kind::nothing);
    EXPECT_EQ(lock_owner(std::string_view("12\0", 3)).pid, 12);
}

TEST_F(UnixCheck, TellsOfAMalformedFile)
{
    write_file(etc / "group", "root:x:0:\nbroken\n");
    EXPECT_THAT(findings(), Contains(HasSubstr("group: line 2: it is malformed")));
}

TEST_F(UnixCheck, TellsOfAFileThatCannotBeReplaced)
{
    std::filesystem::rename(etc / "group", etc / "group.real");
    std::filesystem::create_symlink("group.real", etc / "group");
    EXPECT_THAT(findings(), Contains(HasSubstr("! unix-groups-read-only: " + (etc / "group").string())));
}

TEST_F(UnixCheck, TellsWhereTheNameServiceDoesNotAskFiles)
{
    write_file(etc / "nsswitch.conf", "group: sss\n");
    EXPECT_THAT(findings(), Contains(HasSubstr("! unix-groups-no-files")));
    EXPECT_TRUE(asks_files("passwd: sss\n", "group"));
    EXPECT_TRUE(asks_files("# group: x\n group:\tsss [NOTFOUND=return] files # ours\n", "group"));
    EXPECT_TRUE(asks_files("group: compat\n", "group"));
    EXPECT_FALSE(asks_files("group: sss # files\n", "group"));
}

TEST_F(UnixCheck, TellsOfACacheThatCannotBeEmptied)
{
    EXPECT_THAT(findings("nscd: no"), Contains(HasSubstr("! unix-groups-cache: ")));
    settings.programs = dir.path().string();
    settings.caches.sssd = true;
    EXPECT_THAT(findings(), Contains(HasSubstr("sss_cache")));
}

} // namespace
} // namespace site
