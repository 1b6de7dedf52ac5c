#include "ldap/ldap.hpp"

namespace {

site::Plugin* create(const site::PluginContext& context)
{
    const auto* settings = std::get_if<site::LdapSettings>(&context.settings);
    if (settings == nullptr)
        return nullptr;
    return new site::Ldap(context.cluster, *settings, context.runner, context.secrets);
}

} // namespace

extern "C" __attribute__((visibility("default"))) const site::PluginDescriptor site_plugin;
const site::PluginDescriptor site_plugin {
    .name = "ldap",
    .version = "1",
    .stamp = SITE_BUILD_STAMP,
    .create = create,
};
