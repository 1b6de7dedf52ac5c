#include "portal/operations/families.hpp"

namespace site {
namespace {

using Answer = PortalOperation::Answer;

constexpr std::string_view access_states[] = { "active", "invited", "inactive", "unknown" };

constexpr PortalField access_response_fields[] = {
    { .name = "email", .required = true },
    { .name = "status", .kind = PortalKind::word, .required = true, .words = access_states },
    { .name = "short_name", .required = true },
    { .name = "projects", .kind = PortalKind::json, .required = true },
    { .name = "invited_by", .required = true },
    { .name = "reason", .required = true },
};
constexpr PortalShape access_response { .name = "AccessResponse", .fields = access_response_fields };

constexpr PortalField offering_mapping_map_fields[] = {
    { .name = "uuid", .required = true },
    { .name = "name", .required = true },
    { .name = "description", .required = true },
    { .name = "slug", .required = true },
};
constexpr PortalShape offering_mapping_map {
    .name = "OfferingMappingMap", .fields = offering_mapping_map_fields, .is_map = true
};

constexpr PortalField project_email_policy_response_fields[] = {
    { .name = "allowed_domains", .required = true, .nullable = true, .many = true },
};
constexpr PortalShape project_email_policy_response { .name = "ProjectEmailPolicyResponse",
    .fields = project_email_policy_response_fields };

constexpr PortalField project_mapping_map_fields[] = {
    { .name = "uuid", .required = true },
    { .name = "name", .required = true },
    { .name = "customer_uuid", .required = true },
    { .name = "customer_name", .required = true },
};
constexpr PortalShape project_mapping_map {
    .name = "ProjectMappingMap", .fields = project_mapping_map_fields, .is_map = true
};

constexpr PortalField user_mapping_map_fields[] = {
    { .name = "uuid", .required = true },
    { .name = "full_name", .required = true },
    { .name = "email", .required = true },
    { .name = "username", .required = true },
};
constexpr PortalShape user_mapping_map {
    .name = "UserMappingMap", .fields = user_mapping_map_fields, .is_map = true
};

constexpr PortalField access_for_email_query[] = {
    { .name = "q", .required = true, .help = "An e-mail address, a short name, a project or its identifier" },
};

constexpr PortalField offering_mapping_query[] = {
    { .name = "identifier", .many = true, .help = "An OpenPortal destination" },
};

constexpr PortalField one_project_email_policy[] = {
    { .name = "project_uuid", .required = true },
};

constexpr PortalField project_mapping_query[] = {
    { .name = "identifier", .many = true, .help = "project.portal" },
};

constexpr PortalField user_mapping_query[] = {
    { .name = "identifier", .many = true, .help = "user.project.portal, or an e-mail address" },
};

constexpr PortalOperation rows[] = {
    { .id = "openportal_access_for_email_list",
        .family = "access-for-email",
        .path = "/api/openportal/access_for_email/",
        .query = access_for_email_query,
        .answer = Answer::list,
        .shape = &access_response,
        .columns = "email,status,short_name,invited_by,reason",
        .help = "What a person has access to: by e-mail address, short name, or a project" },
    { .id = "openportal_offering_mapping_retrieve",
        .family = "offering-mapping",
        .path = "/api/openportal/offering_mapping/",
        .query = offering_mapping_query,
        .answer = Answer::object,
        .shape = &offering_mapping_map,
        .help = "Offerings by their OpenPortal destinations" },
    { .id = "openportal_project_mapping_retrieve",
        .family = "project-mapping",
        .path = "/api/openportal/project_mapping/",
        .query = project_mapping_query,
        .answer = Answer::object,
        .shape = &project_mapping_map,
        .help = "Projects by their identifiers, project.portal" },
    { .id = "openportal_user_mapping_retrieve",
        .family = "user-mapping",
        .path = "/api/openportal/user_mapping/",
        .query = user_mapping_query,
        .answer = Answer::object,
        .shape = &user_mapping_map,
        .help = "People by their identifiers, user.project.portal, or all by e-mail addresses" },
    { .id = "openportal_project_email_policy_retrieve",
        .family = "project-email-policy",
        .path = "/api/openportal/project_email_policy/{project_uuid}/",
        .places = one_project_email_policy,
        .answer = Answer::object,
        .shape = &project_email_policy_response,
        .published = false,
        .help = "From which mail domains people may join a project" },
};

} // namespace

std::span<const PortalOperation> mapping_operations()
{
    return rows;
}

} // namespace site
