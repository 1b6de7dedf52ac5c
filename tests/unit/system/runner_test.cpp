#include "system/runner.hpp"

#include "support/temp_dir.hpp"

#include <csignal>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace site {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Command program(const std::string& path, std::vector<std::string> arguments = {})
{
    return { .program = path, .arguments = std::move(arguments) };
}

Command shell(const std::string& script)
{
    return program("/bin/sh", { "-c", script });
}

// A loop rather than `sleep N` in a shell's own process, so that the group has two members.
const std::string long_wait = "sleep 1000 & wait; wait";

bool alive(const std::filesystem::path& pid_file)
{
    const auto stat = read_file("/proc/" + std::to_string(std::stoi(read_file(pid_file))) + "/stat");
    const auto name_end = stat.rfind(')');
    return name_end != std::string::npos && stat[name_end + 2] != 'Z';
}

// A killed process that is not our child goes a little later.
bool goes_away(const std::filesystem::path& pid_file)
{
    for (int i = 0; i < 2000 && alive(pid_file); ++i)
        std::this_thread::sleep_for(5ms);
    return !alive(pid_file);
}

TEST(Runner, ReturnsOutputErrorsAndExitStatusApart)
{
    SystemRunner runner;
    const auto output = runner.run(shell("echo out; echo err >&2; exit 3"));
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_EQ(output->text, "out\n");
    EXPECT_EQ(output->exit.errors, "err\n");
    EXPECT_EQ(output->exit.status, 3);
    EXPECT_FALSE(output->exit.signal);
    EXPECT_FALSE(output->exit.ok());
}

TEST(Runner, KeepsASignalApartFromAnExitStatus)
{
    SystemRunner runner;
    const auto output = runner.run(shell("kill -TERM $$"));
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_EQ(output->exit.signal, SIGTERM);
    EXPECT_FALSE(output->exit.ok());
}

TEST(Runner, HandsArgumentsOverAsTheyAre)
{
    SystemRunner runner;
    const auto output = runner.run(program("/usr/bin/printf", { "[%s]", "a b", "$HOME;*", "", "q'\"\n" }));
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_EQ(output->text, "[a b][$HOME;*][][q'\"\n]");
}

TEST(Runner, GivesTheChildAFixedEnvironment)
{
    ::setenv("LD_LIBRARY_PATH", "/nowhere", 1);
    SystemRunner runner;
    const auto output = runner.run(program("/usr/bin/env"));
    ::unsetenv("LD_LIBRARY_PATH");
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_EQ(
        output->text, "PATH=/usr/sbin:/usr/bin:/sbin:/bin\nLC_ALL=C.UTF-8\nTZ=UTC\nSLURM_TIME_FORMAT=%s\n");
}

TEST(Runner, AddsTheCommandsOwnVariablesAndLetsThemReplaceTheFixedOnes)
{
    SystemRunner runner;
    auto command = program("/usr/bin/env");
    command.environment = { { "SLURM_CONF", "/x" }, { "TZ", "Europe/London" } };
    const auto output = runner.run(command);
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_THAT(output->text, HasSubstr("SLURM_CONF=/x\n"));
    EXPECT_THAT(output->text, HasSubstr("TZ=Europe/London\n"));
    EXPECT_THAT(output->text, Not(HasSubstr("TZ=UTC")));
}

TEST(Runner, Daemon2ReadsBothPipesWhileEitherIsFull)
{
    SystemRunner runner;
    const auto output = runner.run(
        shell("head -c 1048576 /dev/zero | tr '\\0' e >&2; head -c 10485760 /dev/zero | tr '\\0' o"));
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_EQ(output->text.size(), 10485760U);
    EXPECT_EQ(output->exit.errors, std::string(64 << 10, 'e'));
}

TEST(Runner, KeepsTheLastOfTheErrors)
{
    SystemRunner runner;
    const auto output = runner.run(shell("head -c 100000 /dev/zero | tr '\\0' e >&2; echo the end >&2"));
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_EQ(output->exit.errors.size(), 65536U);
    EXPECT_THAT(output->exit.errors, EndsWith("ethe end\n"));
}

TEST(Runner, FeedsTheInputWhole)
{
    SystemRunner runner;
    auto command = program("/bin/cat");
    command.input = std::string(3 << 20, 'i') + "\n";
    const auto output = runner.run(command);
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_EQ(output->text, command.input);
}

TEST(Runner, IsNotHurtByAChildThatReadsNoInput)
{
    SystemRunner runner;
    auto command = shell("exec <&-; exit 0");
    command.input = std::string(3 << 20, 'i');
    const auto output = runner.run(command);
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_TRUE(output->exit.ok());
}

TEST(Runner, GivesAnEmptyInputWhenThereIsNone)
{
    SystemRunner runner;
    const auto output = runner.run(shell("readlink /proc/self/fd/0; cat"));
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_EQ(output->text, "/dev/null\n");
}

TEST(Runner, SaysWhyAProgramCantBeStarted)
{
    const TempDir dir;
    write_file(dir.path() / "plain", "no program");
    SystemRunner runner;
    const auto absent = runner.run(program("/nowhere/sacctmgr"));
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error(),
        (Error { Errc::not_found, "running \"/nowhere/sacctmgr\": starting it: No such file or directory" }));
    const auto plain = runner.run(program(dir.path() / "plain"));
    ASSERT_FALSE(plain);
    EXPECT_EQ(plain.error().code, Errc::refused);
}

TEST(Runner, RefusesWhatIsNoExactArgumentVector)
{
    using namespace std::string_literals;
    SystemRunner runner;
    std::vector<Command> bad(4, program("/bin/echo"));
    bad[0].program = "sacctmgr";
    bad[1].arguments = { "a\0b"s };
    bad[2].environment = { { "A=B", "c" } };
    bad[3].environment = { { "A", "b\0c"s } };
    for (const auto& command : bad) {
        const auto output = runner.run(command);
        ASSERT_FALSE(output);
        EXPECT_EQ(output.error().code, Errc::invalid);
    }
    EXPECT_EQ(runner.started(), 0U);
}

TEST(Runner, KillsTheWholeGroupAtTheDeadline)
{
    const TempDir dir;
    auto command = shell("sleep 1000 & echo $! > " + (dir.path() / "grandchild").native()
        + "; echo Database is busy >&2; wait");
    command.deadline = 2s;
    SystemRunner runner;
    const auto output = runner.run(command);
    ASSERT_FALSE(output);
    EXPECT_EQ(output.error().code, Errc::timed_out);
    EXPECT_EQ(
        output.error().text, "running \"/bin/sh\": no end within 2000 ms; it last said \"Database is busy\"");
    EXPECT_TRUE(goes_away(dir.path() / "grandchild"));
}

TEST(Runner, KillsWhatDoesNotHeedTheFirstSignal)
{
    auto command = shell("trap '' TERM; while :; do sleep 0.05; done");
    command.deadline = 200ms;
    SystemRunner runner;
    const auto output = runner.run(command);
    ASSERT_FALSE(output);
    EXPECT_EQ(output.error().code, Errc::timed_out);
}

TEST(Runner, LetsAChildTidyUpAfterTheFirstSignal)
{
    const TempDir dir;
    auto command
        = shell("trap 'echo tidy > " + (dir.path() / "seen").native() + "; exit' TERM; " + long_wait);
    command.deadline = 2s;
    SystemRunner runner;
    ASSERT_FALSE(runner.run(command));
    EXPECT_EQ(read_file(dir.path() / "seen"), "tidy\n");
}

TEST(Runner, Daemon2DoesNotWaitForWhatAChildLeftBehind)
{
    const TempDir dir;
    SystemRunner runner;
    const auto output
        = runner.run(shell("sleep 1000 & echo $! > " + (dir.path() / "grandchild").native() + "; echo done"));
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_EQ(output->text, "done\n");
    EXPECT_TRUE(alive(dir.path() / "grandchild"));
    ::kill(std::stoi(read_file(dir.path() / "grandchild")), SIGKILL);
}

TEST(Runner, EndsAProgramThatSaysTooMuch)
{
    auto command = program("/usr/bin/yes");
    command.most_output = 100'000;
    SystemRunner runner;
    const auto output = runner.run(command);
    ASSERT_FALSE(output);
    EXPECT_EQ(output.error().text, "running \"/usr/bin/yes\": its output is more than 100000 bytes");
}

TEST(Runner, TakesOutputOfExactlyTheSizeThatIsAllowed)
{
    auto command = shell("head -c 100000 /dev/zero");
    command.most_output = 100'000;
    SystemRunner runner;
    const auto output = runner.run(command);
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_EQ(output->text.size(), 100'000U);
}

TEST(Runner, LeavesNoDescriptorOfOursOpenInTheChild)
{
    const int leak = ::open("/dev/null", O_RDONLY); // without O_CLOEXEC
    SystemRunner runner;
    const auto output = runner.run(shell("exec ls /proc/self/fd"));
    ::close(leak);
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_EQ(output->text, "0\n1\n2\n3\n"); // 3 is the folder that ls reads
}

TEST(Runner, StartsTheChildWithDefaultSignals)
{
    sigset_t term;
    sigset_t before;
    ::sigemptyset(&term);
    ::sigaddset(&term, SIGTERM);
    ::pthread_sigmask(SIG_BLOCK, &term, &before);
    const auto old = ::signal(SIGPIPE, SIG_IGN);
    SystemRunner runner;
    const auto output = runner.run(shell("grep -E '^Sig(Blk|Ign)' /proc/self/status"));
    ::signal(SIGPIPE, old);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ASSERT_TRUE(output) << output.error().text;
    EXPECT_EQ(output->text, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(Runner, LeavesNoDescriptorOpenInTheAgent)
{
    const auto open_now = [] {
        const std::filesystem::directory_iterator fds("/proc/self/fd");
        return std::distance(begin(fds), end(fds));
    };
    const auto before = open_now();
    SystemRunner runner;
    ASSERT_TRUE(runner.run(shell("echo x")));
    ASSERT_FALSE(runner.run(program("/nowhere/x")));
    auto command = shell(long_wait);
    command.deadline = 100ms;
    ASSERT_FALSE(runner.run(command));
    EXPECT_EQ(open_now(), before);
}

TEST(Runner, CountsThePrograms)
{
    SystemRunner runner;
    ASSERT_TRUE(runner.run(shell("exit 0")));
    ASSERT_TRUE(runner.run(shell("exit 1")));
    EXPECT_EQ(runner.started(), 2U);
}

TEST(Stream, HandsLinesOverOneByOne)
{
    std::vector<std::string> lines;
    SystemRunner runner;
    const auto exit = runner.stream(shell("printf 'a\\n\\nb b\\nlast'; exit 4"), [&](std::string_view line) {
        lines.emplace_back(line);
        return true;
    });
    ASSERT_TRUE(exit) << exit.error().text;
    EXPECT_EQ(exit->status, 4);
    EXPECT_THAT(lines, ElementsAre("a", "", "b b", "last"));
}

TEST(Stream, LosesNothingBetweenBlocks)
{
    std::uint64_t expected = 1;
    bool in_order = true;
    SystemRunner runner;
    const auto exit = runner.stream(program("/usr/bin/seq", { "300000" }), [&](std::string_view line) {
        in_order = in_order && line == std::to_string(expected++);
        return true;
    });
    ASSERT_TRUE(exit) << exit.error().text;
    EXPECT_TRUE(in_order);
    EXPECT_EQ(expected, 300001U);
}

TEST(Stream, LosesNothingToASlowReaderAfterTheProgramsEnd)
{
    std::size_t lines = 0;
    SystemRunner runner;
    // what fits in a pipe is written at once, so the program has long ended while we read
    const auto exit = runner.stream(program("/usr/bin/seq", { "10000" }), [&](std::string_view) {
        if (++lines % 2500 == 0)
            std::this_thread::sleep_for(100ms);
        return true;
    });
    ASSERT_TRUE(exit) << exit.error().text;
    EXPECT_EQ(lines, 10000U);
}

TEST(Stream, IsStoppedByItsReader)
{
    int lines = 0;
    SystemRunner runner;
    const auto exit = runner.stream(program("/usr/bin/yes"), [&](std::string_view) { return ++lines < 10; });
    ASSERT_FALSE(exit);
    EXPECT_EQ(exit.error(), (Error { Errc::refused, "running \"/usr/bin/yes\": its reader wanted no more" }));
    EXPECT_EQ(lines, 10);
}

TEST(Stream, IsAnErrorWhenTheReaderStopsAtTheLastUnendedLine)
{
    SystemRunner runner;
    const auto exit = runner.stream(shell("printf last"), [](std::string_view) { return false; });
    ASSERT_FALSE(exit);
    EXPECT_EQ(exit.error().code, Errc::refused);
}

TEST(Stream, ReportsALineThatIsTooLong)
{
    SystemRunner runner;
    int lines = 0;
    const auto exit = runner.stream(shell("echo short; head -c 70000 /dev/zero | tr '\\0' x; sleep 1000"),
        [&](std::string_view) { return ++lines > 0; });
    ASSERT_FALSE(exit);
    EXPECT_THAT(exit.error().text, EndsWith("a line of its output is longer than 64 KiB"));
    EXPECT_EQ(lines, 1);
}

TEST(Stream, TakesALineOfExactly64KiB)
{
    SystemRunner runner;
    std::size_t size = 0;
    const auto exit = runner.stream(shell("head -c 65536 /dev/zero | tr '\\0' x; echo; echo y"),
        [&](std::string_view line) { return (size += line.size()) > 0; });
    ASSERT_TRUE(exit) << exit.error().text;
    EXPECT_EQ(size, 65537U);
}

// The agent's processes, as one that is killed: what it started, and who has the lock then.

// Runs `agent` in a process of its own, which the test kills once `ready` is there.
void run_and_kill(const std::function<void()>& agent, const std::filesystem::path& ready)
{
    const pid_t pid = ::fork();
    if (pid == 0) {
        agent();
        ::_exit(0);
    }
    for (int i = 0; i < 2000 && !std::filesystem::exists(ready); ++i)
        std::this_thread::sleep_for(5ms);
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
}

void take_lock_and_run(const std::filesystem::path& file, const std::string& script)
{
    auto lock = try_lock(file, "site-agent daemon", Instant { 1h });
    SystemRunner runner;
    runner.hold(std::get<0>(*lock));
    [[maybe_unused]] const auto output = runner.run(shell(script));
}

TEST(KilledAgent, TakesItsProgramsWithItAndFreesTheLock)
{
    const TempDir dir;
    const auto pid = (dir.path() / "pid").native();
    run_and_kill(
        [&] {
            take_lock_and_run(dir.path() / "lock",
                "echo $$ > " + pid + ".new; mv " + pid + ".new " + pid + "; exec sleep 1000");
        },
        dir.path() / "pid");
    ASSERT_TRUE(std::filesystem::exists(dir.path() / "pid"));
    EXPECT_TRUE(goes_away(dir.path() / "pid"));
    const auto lock = try_lock(dir.path() / "lock", "successor", Instant {});
    ASSERT_TRUE(lock) << lock.error().text;
    EXPECT_TRUE(std::holds_alternative<std::shared_ptr<const FileLock>>(*lock));
}

TEST(KilledAgent, LeavesTheLockWithWhatStillWorksForIt)
{
    const TempDir dir;
    const auto pid = (dir.path() / "pid").native();
    // the shell dies with the agent; what it started doesn't, and may still be changing the site
    run_and_kill(
        [&] {
            take_lock_and_run(dir.path() / "lock",
                "sleep 1000 & echo $! > " + pid + ".new; mv " + pid + ".new " + pid + "; wait");
        },
        dir.path() / "pid");
    ASSERT_TRUE(std::filesystem::exists(dir.path() / "pid"));
    const auto held = try_lock(dir.path() / "lock", "successor", Instant {});
    ASSERT_TRUE(held) << held.error().text;
    ASSERT_TRUE(std::holds_alternative<LockHeld>(*held));
    EXPECT_THAT(std::get<LockHeld>(*held).by, StartsWith("\"site-agent daemon\" (pid "));
    EXPECT_THAT(std::get<LockHeld>(*held).by,
        EndsWith(", ended, but a command that it started still runs) since 1970-01-01T01:00:00Z"));

    ::kill(std::stoi(read_file(dir.path() / "pid")), SIGKILL);
    ASSERT_TRUE(goes_away(dir.path() / "pid"));
    const auto lock = try_lock(dir.path() / "lock", "successor", Instant {});
    ASSERT_TRUE(lock) << lock.error().text;
    EXPECT_TRUE(std::holds_alternative<std::shared_ptr<const FileLock>>(*lock));
}

TEST(Runner, GivesTheLockToProgramsOnlyWhileItIsHeld)
{
    const TempDir dir;
    SystemRunner runner;
    auto lock = try_lock(dir.path() / "lock", "test", Instant {});
    ASSERT_TRUE(lock) << lock.error().text;
    const auto ls = shell("readlink /proc/self/fd/* | grep -c " + (dir.path() / "lock").native());
    runner.hold(std::get<0>(*lock));
    const auto with = runner.run(ls);
    ASSERT_TRUE(with) << with.error().text;
    EXPECT_EQ(with->text, "1\n");
    runner.hold(nullptr);
    const auto without = runner.run(ls);
    ASSERT_TRUE(without) << without.error().text;
    EXPECT_EQ(without->text, "0\n");
}

TEST(Runner, WorksInAProcessWithoutStandardDescriptors)
{
    const TempDir dir;
    const pid_t pid = ::fork();
    if (pid == 0) {
        for (const int fd : { 0, 1, 2 })
            ::close(fd);
        SystemRunner runner;
        auto command = shell("cat; echo err >&2");
        command.input = "in";
        const auto output = runner.run(command);
        ::_exit(output && output->text == "in" && output->exit.errors == "err\n" ? 0 : 1);
    }
    int status = -1;
    ::waitpid(pid, &status, 0);
    EXPECT_EQ(status, 0);
}

} // namespace
} // namespace site
