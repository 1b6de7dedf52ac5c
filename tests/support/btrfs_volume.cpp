#include "support/btrfs_volume.hpp"

#include "system/runner.hpp"

#include <sys/mount.h>

#include <vector>

namespace site {
namespace {

void run(const std::string& program, std::vector<std::string> arguments)
{
    SystemRunner runner;
    const auto done = runner.run({ program, std::move(arguments) });
    if (!done || !done->exit.ok())
        throw std::runtime_error(program + ": " + (done ? done->exit.errors : done.error().text));
}

} // namespace

BtrfsVolume::BtrfsVolume()
{
    const auto image = (dir_.path() / "disk.img").string();
    std::filesystem::create_directory(root());
    write_file(image, "");
    std::filesystem::resize_file(image, 256 << 20);
    run("/usr/sbin/mkfs.btrfs", { "-q", image });
    run("/usr/bin/mount", { "-o", "loop", image, root().string() });
    run("/usr/bin/btrfs", { "quota", "enable", root().string() });
}

BtrfsVolume::~BtrfsVolume()
{
    ::umount2(root().c_str(), MNT_DETACH);
}

} // namespace site
