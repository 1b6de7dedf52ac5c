#include "system/secrecy.hpp"

#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace site {
namespace {

/// What a process of its own sees after keep_to_ourselves(); the tests' own stays as it is.
int in_a_child(int (*look)())
{
    const pid_t pid = ::fork();
    if (pid == 0)
        ::_exit(keep_to_ourselves() ? look() : 99);
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

TEST(Secrecy, ThereIsNoCoreDump)
{
    EXPECT_EQ(in_a_child([] {
        rlimit limit {};
        ::getrlimit(RLIMIT_CORE, &limit);
        return limit.rlim_cur == 0 && limit.rlim_max == 0 ? 0 : 1;
    }),
        0);
}

TEST(Secrecy, NobodyElseOfTheUserMayLookIn)
{
#if defined(SITE_ADDRESS_SANITIZER)
    if (::geteuid() != 0)
        return; // left to the sanitizer there, which traces its own process
#endif
    EXPECT_EQ(in_a_child([] { return ::prctl(PR_GET_DUMPABLE); }), 0);
}

TEST(Secrecy, WhatIsMadeIsForTheOwnerAlone)
{
    EXPECT_EQ(in_a_child([] { return ::umask(0) == 077 ? 0 : 1; }), 0);
}

} // namespace
} // namespace site
