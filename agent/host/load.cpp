#include "host/load.hpp"

#include "model/identifier.hpp"
#include "system/fault.hpp"
#include "system/secret_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#define BOOST_DLL_USE_STD_FS
#include <boost/dll/shared_library.hpp>

#include <cstring>
#include <dlfcn.h>

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

template <class Settings> std::optional<PluginSettings> given(const std::optional<Settings>& settings)
{
    return settings ? std::optional<PluginSettings>(*settings) : std::nullopt;
}

/// The section of the plugin's name; a plugin without one of its own reads Slurm's.
std::optional<PluginSettings> settings_of(
    const std::string& instance, const std::string& name, const ClusterConfig& cluster)
{
    if (const auto* volume = cluster.volume_of(instance))
        return *volume;
    if (name == "unix_groups")
        return given(cluster.unix_groups);
    if (name == "ldap")
        return given(cluster.ldap);
    if (name == "exec")
        return given(cluster.exec);
    return given(cluster.slurm);
}

Result<std::string> secret_text(const SecretSource& source)
{
    const auto secret
        = source.credential.empty() ? read_secret(source.file) : read_credential(source.credential);
    if (!secret)
        return secret.error();
    return std::string(secret->view());
}

/// The commands of a batch have deadlines of their own; this one is for calls that can't be ended, so it is
/// long where a batch is many commands.
Seconds deadline_of(const PluginSettings& settings)
{
    if (const auto* slurm = std::get_if<SlurmSettings>(&settings))
        return slurm->change_deadline * 2 + Seconds { 60 };
    if (const auto* exec = std::get_if<ExecSettings>(&settings))
        return exec->change_deadline * 2 + Seconds { 60 };
    if (const auto* volume = std::get_if<VolumeSettings>(&settings)) {
        const bool programs
            = volume->engine != StorageEngine::linux_quota && volume->engine != StorageEngine::cephfs;
        return std::max(volume->read_deadline, volume->change_deadline) * (programs ? 12 : 1);
    }
    return Seconds { 3600 };
}

} // namespace

Result<std::unique_ptr<Backend>> load_backend(const std::filesystem::path& folder,
    const std::string& instance, const ClusterConfig& cluster, Runner& runner)
{
    const auto name = instance.substr(0, instance.find('/'));
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
        // What libldap and its like keep of the process has no end but the process's: the module stays.
        if (::dlopen(file.c_str(), RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE) == nullptr)
            return Error { Errc::refused, doing + ": " + ::dlerror() };
        const auto& descriptor = library->get<const PluginDescriptor>("site_plugin");
        if (name != descriptor.name)
            return Error { Errc::refused,
                doing + ": " + file.string() + " holds plugin " + cited(descriptor.name) };
        if (std::strcmp(descriptor.stamp, build_stamp) != 0)
            return Error { Errc::refused,
                doing + ": built with " + descriptor.stamp + ", the agent with " + build_stamp };
        const auto settings = settings_of(instance, name, cluster);
        if (!settings)
            return Error { Errc::invalid, doing + ": it has no settings" };
        std::unique_ptr<Plugin> plugin(
            descriptor.create({ Name { cluster.name }, *settings, runner, secret_text }));
        if (!plugin)
            return Error { Errc::refused, doing + ": the settings are another plugin's" };
        return std::make_unique<Backend>(
            instance, std::move(plugin), library, fault_deadline(deadline_of(*settings)));
    } catch (const std::exception& error) {
        return Error { Errc::invalid, doing + ": " + error.what() };
    }
}

} // namespace site
