#include "unix_groups/unix_groups.hpp"

namespace {

site::Plugin* create(const site::PluginContext& context)
{
    const auto* settings = std::get_if<site::UnixGroupsSettings>(&context.settings);
    if (settings == nullptr)
        return nullptr;
    return new site::UnixGroups(context.cluster, *settings, context.runner);
}

} // namespace

extern "C" __attribute__((visibility("default"))) const site::PluginDescriptor site_plugin;
const site::PluginDescriptor site_plugin {
    .name = "unix_groups",
    .version = "1",
    .stamp = SITE_BUILD_STAMP,
    .create = create,
};
