#include "unit/config/sample.hpp"

#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

namespace site::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ConfigFile : public testing::Test {
protected:
    ConfigFile()
    {
        auto pattern = (std::filesystem::temp_directory_path() / "site-config-XXXXXX").string();
        if (::mkdtemp(pattern.data()) != nullptr)
            folder_ = pattern;
        file_ = folder_ / "site-agent.yaml";
    }
    ~ConfigFile() override
    {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    void write(const std::string& text, mode_t mode)
    {
        std::ofstream(file_) << text;
        ASSERT_EQ(::chmod(file_.c_str(), mode), 0);
    }
    [[nodiscard]] std::vector<std::string> problems() const { return texts(load_config(file_).problems); }
    [[nodiscard]] std::string told(const std::string& what) const { return file_.string() + ": " + what; }

    std::filesystem::path folder_;
    std::filesystem::path file_;
};

TEST_F(ConfigFile, IsReadAndKeepsItsName)
{
    write(sample, 0640);
    const auto loaded = load_config(file_);
    EXPECT_THAT(texts(loaded.problems), IsEmpty());
    EXPECT_EQ(loaded.config.file, file_);
    EXPECT_EQ(loaded.config.clusters.front().name, "c1");
}

TEST_F(ConfigFile, OfEverybodyIsAProblemBesideTheOthers)
{
    write(sample + "mode: x\n", 0646);
    EXPECT_THAT(problems(),
        ElementsAre(told("can be written by everybody, allowed is a file that only root writes (chmod o-w)"),
            file_.string() + ":12:7: mode: \"x\" is not known, allowed is enforce or audit"));
}

TEST_F(ConfigFile, ThatIsNotThereIsAProblem)
{
    EXPECT_THAT(problems(), ElementsAre(told("can't be read: No such file or directory")));
}

TEST_F(ConfigFile, ThatIsAFolderOrAPipeIsAProblem)
{
    ASSERT_TRUE(std::filesystem::create_directory(file_));
    EXPECT_THAT(problems(), ElementsAre(told("can't be read: it is not a regular file")));
    std::filesystem::remove(file_);
    ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
    EXPECT_THAT(problems(), ElementsAre(told("can't be read: it is not a regular file")));
}

TEST_F(ConfigFile, ThatIsTooLargeIsAProblem)
{
    write(std::string(3U << 20, '#'), 0600);
    EXPECT_THAT(problems(), ElementsAre(told("is larger than 1 MiB, allowed is at most that")));
}

} // namespace
} // namespace site::test
