#include "program_site.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

namespace site {
namespace {

using testing::HasSubstr;

const std::string nothing = "cat >/dev/null; echo '{\"end\":{\"lines\":0}}'\n";

/// Why the program isn't run, seen alike by a look, a change and a check.
std::string refusal(ProgramSite& site)
{
    const auto why = site.error();
    const std::vector changes { make_member("mia") };
    EXPECT_EQ(site.plugin().apply(changes).at(0).error().text, why);
    const auto findings = site.plugin().check();
    EXPECT_EQ(findings.at(0).code, "exec-program");
    EXPECT_EQ("the site's program: " + findings.at(0).text, why);
    EXPECT_EQ(site.runner.started(), 0U);
    return why;
}

TEST(Exec, RefusesAProgramThatOthersMayWrite)
{
    for (const unsigned mode : { 0775U, 0757U, 0777U }) {
        ProgramSite site(nothing, mode);
        EXPECT_THAT(refusal(site), HasSubstr("/program\" is writable for others than its owner"));
    }
    ProgramSite site(nothing, 0755);
    EXPECT_EQ(site.error(), "");
}

TEST(Exec, RefusesAProgramInAFolderThatOthersMayWrite)
{
    ProgramSite site(nothing);
    std::filesystem::permissions(site.dir.path(), std::filesystem::perms { 0777 });
    EXPECT_THAT(refusal(site), HasSubstr("its folder: "));
}

TEST(Exec, RefusesAProgramThatBecameWritableBetweenTwoRuns)
{
    ProgramSite site(nothing);
    auto plugin = site.plugin();
    EXPECT_TRUE(plugin.observed(site.interest));
    std::filesystem::permissions(site.settings.program, std::filesystem::perms { 0777 });
    EXPECT_FALSE(plugin.observed(site.interest));
    EXPECT_EQ(site.runner.started(), 1U);
}

TEST(Exec, RefusesWhatIsNoProgramOfItsOwn)
{
    ProgramSite site(nothing);
    const auto real = site.settings.program;
    std::filesystem::create_symlink(real, site.file("link"));
    site.settings.program = site.file("link");
    EXPECT_THAT(refusal(site), HasSubstr("is a symbolic link"));
    site.settings.program = site.file("absent");
    EXPECT_THAT(refusal(site), HasSubstr("No such file"));
    site.settings.program = "program";
    EXPECT_THAT(refusal(site), HasSubstr("is not an absolute path"));
    std::filesystem::create_directory(site.file("folder"));
    site.settings.program = site.file("folder");
    EXPECT_THAT(refusal(site), HasSubstr("is no plain file"));
    write_file(site.file("text"), nothing, 0644);
    site.settings.program = site.file("text");
    EXPECT_THAT(refusal(site), HasSubstr("can't be executed"));
}

TEST(Exec, RefusesAProgramOfAnotherUser)
{
    // A file that is neither root's nor ours can be made by root only; by others it is looked for.
    ProgramSite site(nothing);
    if (::geteuid() == 0) {
        ASSERT_EQ(::chown(site.settings.program.c_str(), 12345, 12345), 0);
        EXPECT_THAT(refusal(site), HasSubstr("belongs to uid 12345, not to root"));
    } else {
        site.settings.program = "/usr/bin/true";
        EXPECT_THAT(site.error(), HasSubstr("no end line")); // root's may be run
    }
}

} // namespace
} // namespace site
