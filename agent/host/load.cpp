#include "host/load.hpp"

#include "model/identifier.hpp"
#include "system/fault.hpp"

#include <sys/stat.h>
#include <unistd.h>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>

#include <cstring>

namespace site {
namespace {

Result<void> check_trusted(const std::filesystem::path& path)
{
    struct stat status { };
    if (::lstat(path.c_str(), &status) != 0)
        return Error { Errc::not_found, path.string() + ": " + std::strerror(errno) };
    if (S_ISLNK(status.st_mode))
        return Error { Errc::refused, path.string() + ": is a symbolic link" };
    if (status.st_uid != 0 && status.st_uid != ::geteuid())
        return Error { Errc::refused,
            path.string() + ": belongs to uid " + std::to_string(status.st_uid) + ", not to root" };
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return Error { Errc::refused, path.string() + ": is writable for others" };
    return {};
}

Seconds deadline_of(const ClusterConfig& cluster)
{
    // A batch's own deadline ends it first; this one is for calls that can't be ended.
    return cluster.slurm ? cluster.slurm->change_deadline * 2 + Seconds { 60 } : Seconds { 1800 };
}

} // namespace

Result<std::unique_ptr<Backend>> load_backend(const std::filesystem::path& folder, const std::string& name,
    const ClusterConfig& cluster, Runner& runner)
{
    const auto doing = "loading plugin " + cited(name);
    if (name.empty() || name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos)
        return Error { Errc::invalid, doing + ": a plugin's name has a-z 0-9 _ only" };
    const auto file = folder / (name + ".so");
    for (const auto& path : { folder, file })
        if (auto trusted = check_trusted(path); !trusted)
            return trusted.error().in(doing);
    auto library = std::make_shared<boost::dll::shared_library>();
    try {
        library->load(file, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local);
        const auto& descriptor = library->get<const PluginDescriptor>("site_plugin");
        if (name != descriptor.name)
            return Error { Errc::refused,
                doing + ": " + file.string() + " holds plugin " + cited(descriptor.name) };
        if (std::strcmp(descriptor.stamp, build_stamp) != 0)
            return Error { Errc::refused,
                doing + ": built with " + descriptor.stamp + ", the agent with " + build_stamp };
        if (!cluster.slurm)
            return Error { Errc::invalid, doing + ": it has no settings" };
        const PluginSettings settings { *cluster.slurm };
        std::unique_ptr<Plugin> plugin(descriptor.create({ Name { cluster.name }, settings, runner }));
        if (!plugin)
            return Error { Errc::refused, doing + ": the settings are another plugin's" };
        return std::make_unique<Backend>(
            name, std::move(plugin), library, fault_deadline(deadline_of(cluster)));
    } catch (const std::exception& error) {
        return Error { Errc::invalid, doing + ": " + error.what() };
    }
}

} // namespace site
