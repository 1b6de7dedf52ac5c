#include "portal/operations/families.hpp"

namespace site {
namespace {

using Answer = PortalOperation::Answer;

// What the agent itself calls of the marketplace: rows.cpp and wire.cpp know their forms.
constexpr PortalField one[] = { { .name = "uuid", .kind = PortalKind::uuid, .required = true } };

constexpr PortalOperation rows[] = {
    { .id = "version_retrieve", .family = "", .path = "/api/version/", .answer = Answer::object },
    { .id = "users_me_retrieve",
        .family = "",
        .path = "/api/users/me/",
        .answer = Answer::object,
        .takes_field = true },
    { .id = "marketplace_provider_offerings_retrieve",
        .family = "",
        .path = "/api/marketplace-provider-offerings/{uuid}/",
        .places = one,
        .answer = Answer::object,
        .takes_field = true },
    { .id = "marketplace_provider_resources_list",
        .family = "",
        .path = "/api/marketplace-provider-resources/",
        .answer = Answer::list,
        .paged = true,
        .takes_field = true },
    { .id = "marketplace_provider_resources_refresh_last_sync",
        .family = "",
        .method = HttpMethod::post,
        .path = "/api/marketplace-provider-resources/{uuid}/refresh_last_sync/",
        .places = one,
        .changes = true },
    { .id = "marketplace_provider_resources_set_as_ok",
        .family = "",
        .method = HttpMethod::post,
        .path = "/api/marketplace-provider-resources/{uuid}/set_as_ok/",
        .places = one,
        .changes = true },
    { .id = "marketplace_provider_resources_set_as_erred",
        .family = "",
        .method = HttpMethod::post,
        .path = "/api/marketplace-provider-resources/{uuid}/set_as_erred/",
        .places = one,
        .changes = true },
    { .id = "marketplace_component_usages_list",
        .family = "",
        .path = "/api/marketplace-component-usages/",
        .answer = Answer::list,
        .paged = true,
        .takes_field = true },
    { .id = "marketplace_component_usages_set_usage",
        .family = "",
        .method = HttpMethod::post,
        .path = "/api/marketplace-component-usages/set_usage/",
        .changes = true },
    { .id = "marketplace_component_usages_set_user_usage",
        .family = "",
        .method = HttpMethod::post,
        .path = "/api/marketplace-component-usages/{uuid}/set_user_usage/",
        .places = one,
        .changes = true },
    { .id = "marketplace_component_usages_set_user_usages",
        .family = "",
        .method = HttpMethod::post,
        .path = "/api/marketplace-component-usages/{uuid}/set_user_usages/",
        .places = one,
        .changes = true },
};

} // namespace

std::span<const PortalOperation> marketplace_operations()
{
    return rows;
}

} // namespace site
