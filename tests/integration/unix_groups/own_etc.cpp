#include "own_etc.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <sched.h>
#include <stdexcept>
#include <sys/mount.h>
#include <sys/stat.h>

namespace site {
namespace {

constexpr auto files = { "group", "gshadow", "passwd", "shadow" };
std::unique_ptr<TempDir> copies;

void must(bool went, const char* what)
{
    if (went)
        return;
    std::fprintf(stderr, "%s: %s\n", what, std::strerror(errno));
    std::_Exit(1); // nothing may run on the machine's own files
}

void put_copy(const std::filesystem::path& from, const std::filesystem::path& to)
{
    std::filesystem::copy(
        from, to, std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);
}

class OwnEtc : public testing::Environment {
public:
    void SetUp() override
    {
        must(::unshare(CLONE_NEWNS) == 0, "unshare (these tests need root)");
        must(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "making mounts private");
        // The tools sync each file that they write, which takes long on a disk that others use.
        must(::mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777") == 0, "mounting /tmp");
        copies = std::make_unique<TempDir>();
        const auto etc = copies->path() / "etc";
        put_copy("/etc", etc);
        std::filesystem::create_directories("/run/userdb");
        std::filesystem::create_directory(copies->path() / "userdb");
        must(::mount(etc.c_str(), "/etc", nullptr, MS_BIND, nullptr) == 0, "mounting /etc");
        must(::mount((copies->path() / "userdb").c_str(), "/run/userdb", nullptr, MS_BIND, nullptr) == 0,
            "mounting /run/userdb");
        std::filesystem::create_directory(copies->path() / "log"); // useradd writes lastlog
        must(::mount((copies->path() / "log").c_str(), "/var/log", nullptr, MS_BIND, nullptr) == 0,
            "mounting /var/log");
        write_file(
            "/etc/nsswitch.conf", "passwd: files systemd\ngroup: files systemd\nshadow: files\n", 0644);
        std::filesystem::create_directory(copies->path() / "kept");
        for (const auto* file : files)
            put_copy(std::filesystem::path("/etc") / file, copies->path() / "kept" / file);
    }
    void TearDown() override
    {
        ::umount2("/var/log", MNT_DETACH);
        ::umount2("/run/userdb", MNT_DETACH);
        ::umount2("/etc", MNT_DETACH);
        copies.reset();
        ::umount2("/tmp", MNT_DETACH);
    }
};

const auto* const own_etc = testing::AddGlobalTestEnvironment(new OwnEtc);

} // namespace

void renew_etc()
{
    for (const auto* file : files) {
        const auto path = std::filesystem::path("/etc") / file;
        std::filesystem::remove(path);
        std::filesystem::remove(path.string() + ".lock");
        put_copy(copies->path() / "kept" / file, path);
    }
    for (const auto& entry : std::filesystem::directory_iterator("/run/userdb"))
        std::filesystem::remove(entry);
}

void add_to_name_service(const std::string& user, unsigned uid)
{
    const auto id = std::to_string(uid);
    write_file("/run/userdb/" + user + ".user",
        R"({"userName":")" + user + R"(","uid":)" + id + R"(,"gid":)" + id
            + R"(,"homeDirectory":"/home/x","shell":"/bin/bash","disposition":"regular"})",
        0644);
}

Mount::Mount(std::filesystem::path path, As as) : path_(std::move(path))
{
    if (::mount(path_.c_str(), path_.c_str(), nullptr, MS_BIND, nullptr) != 0)
        throw std::runtime_error("mount");
    if (as == As::read_only
        && ::mount(nullptr, path_.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0)
        throw std::runtime_error("remount");
}

Mount::~Mount()
{
    ::umount2(path_.c_str(), MNT_DETACH);
}

} // namespace site
