#include "exec/exec.hpp"

namespace {

site::Plugin* create(const site::PluginContext& context)
{
    const auto* settings = std::get_if<site::ExecSettings>(&context.settings);
    if (settings == nullptr)
        return nullptr;
    return new site::Exec(context.cluster, *settings, context.runner);
}

} // namespace

extern "C" __attribute__((visibility("default"))) const site::PluginDescriptor site_plugin;
const site::PluginDescriptor site_plugin {
    .name = "exec",
    .version = "1",
    .stamp = SITE_BUILD_STAMP,
    .create = create,
};
