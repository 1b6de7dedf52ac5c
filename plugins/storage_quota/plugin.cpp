#include "storage_quota/linux_quota.hpp"
#include "storage_quota/program_volume.hpp"
#include "storage_quota/volume.hpp"

namespace {

site::Plugin* create(const site::PluginContext& context)
{
    const auto* settings = std::get_if<site::VolumeSettings>(&context.settings);
    if (settings == nullptr)
        return nullptr;
    auto& runner = context.runner;
    if (settings->engine == site::StorageEngine::exec)
        return new site::ProgramVolume(context.cluster, *settings, runner);
    return new site::Volume(context.cluster, *settings,
        [&runner](const site::VolumeSettings& kept) -> std::unique_ptr<site::QuotaEngine> {
            switch (kept.engine) {
            case site::StorageEngine::lustre:
                return site::lustre_engine(kept, runner);
            case site::StorageEngine::gpfs:
                return site::gpfs_engine(kept, runner);
            case site::StorageEngine::cephfs:
                return site::cephfs_engine(kept);
            case site::StorageEngine::zfs:
                return site::zfs_engine(kept, runner);
            case site::StorageEngine::beegfs:
                return site::beegfs_engine(kept, runner);
            case site::StorageEngine::linux_quota:
            case site::StorageEngine::exec:
                break;
            }
            return site::linux_engine(kept);
        });
}

} // namespace

extern "C" __attribute__((visibility("default"))) const site::PluginDescriptor site_plugin;
const site::PluginDescriptor site_plugin {
    .name = "storage_quota",
    .version = "1",
    .stamp = SITE_BUILD_STAMP,
    .create = create,
};
