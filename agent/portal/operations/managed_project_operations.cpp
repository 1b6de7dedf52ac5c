#include "portal/operations/families.hpp"

namespace site {
namespace {

using Answer = PortalOperation::Answer;

constexpr std::string_view state_filter_words[] = { "approved", "canceled", "draft", "pending", "rejected" };
constexpr std::string_view managed_project_states[]
    = { "draft", "pending", "approved", "rejected", "canceled" };

constexpr PortalField managed_project_fields[] = {
    { .name = "state", .kind = PortalKind::word, .required = true, .words = managed_project_states },
    { .name = "created", .kind = PortalKind::instant, .required = true },
    { .name = "reviewed_at", .kind = PortalKind::instant, .required = true, .nullable = true },
    { .name = "reviewed_by_full_name", .required = true },
    { .name = "reviewed_by_uuid", .kind = PortalKind::uuid, .required = true },
    { .name = "identifier", .required = true },
    { .name = "destination", .required = true },
    { .name = "details", .kind = PortalKind::json, .required = true },
    { .name = "project", .kind = PortalKind::url, .required = true },
    { .name = "project_data", .kind = PortalKind::json, .required = true },
    { .name = "project_template", .kind = PortalKind::url, .required = true },
    { .name = "project_template_data", .kind = PortalKind::json, .required = true },
    { .name = "review_comment", .nullable = true },
    { .name = "local_identifier", .nullable = true },
};
constexpr PortalShape managed_project { .name = "ManagedProject", .fields = managed_project_fields };

constexpr PortalField add_managed_project_note_request_fields[] = {
    { .name = "text", .required = true },
};
constexpr PortalShape add_managed_project_note_request { .name = "AddManagedProjectNoteRequest",
    .fields = add_managed_project_note_request_fields };

constexpr PortalField review_comment_request_fields[] = {
    { .name = "comment", .help = "For whoever asked" },
};
constexpr PortalShape review_comment_request { .name = "ReviewCommentRequest",
    .fields = review_comment_request_fields };

constexpr PortalField project_attach_request_fields[] = {
    { .name = "project_uuid", .kind = PortalKind::uuid, .required = true },
};
constexpr PortalShape project_attach_request { .name = "ProjectAttachRequest",
    .fields = project_attach_request_fields };

constexpr PortalField list_query[] = {
    { .name = "hide_embargoed",
        .kind = PortalKind::boolean,
        .help = "Without those that may not be approved yet" },
    { .name = "identifier", .many = true, .help = "project.portal" },
    { .name = "local_identifier" },
    { .name = "o", .help = "Order, a leading minus reverses it" },
    { .name = "project" },
    { .name = "project_template" },
    { .name = "project_template_uuid", .kind = PortalKind::uuid },
    { .name = "project_uuid", .kind = PortalKind::uuid },
    { .name = "query", .help = "A search in names" },
    { .name = "state", .kind = PortalKind::word, .many = true, .words = state_filter_words },
};

constexpr PortalField one_managed_project[] = {
    { .name = "identifier", .required = true, .help = "project.portal" },
    { .name = "destination", .required = true, .help = "The portal's name at the other end" },
};

constexpr PortalOperation rows[] = {
    { .id = "openportal_managed_projects_list",
        .family = "managed-projects",
        .verb = "list",
        .path = "/api/openportal-managed-projects/",
        .query = list_query,
        .answer = Answer::list,
        .shape = &managed_project,
        .paged = true,
        .columns = "identifier,destination,state,local_identifier,created",
        .help = "Projects that another portal asks for" },
    { .id = "openportal_managed_projects_count",
        .family = "managed-projects",
        .verb = "count",
        .method = HttpMethod::head,
        .path = "/api/openportal-managed-projects/",
        .query = list_query,
        .answer = Answer::count,
        .paged = true,
        .published = false,
        .help = "How many managed projects there are" },
    { .id = "openportal_managed_projects_retrieve_get",
        .family = "managed-projects",
        .verb = "show",
        .path = "/api/openportal-managed-projects/{identifier}/{destination}/",
        .places = one_managed_project,
        .answer = Answer::object,
        .shape = &managed_project,
        .find_with = "identifier",
        .help = "One managed project" },
    { .id = "openportal_managed_projects_retrieve_head",
        .family = "managed-projects",
        .verb = "exists",
        .method = HttpMethod::head,
        .path = "/api/openportal-managed-projects/{identifier}/{destination}/",
        .places = one_managed_project,
        .answer = Answer::presence,
        .published = false,
        .find_with = "identifier",
        .help = "Whether the portal has this managed project" },
    { .id = "openportal_managed_projects_delete_destroy",
        .family = "managed-projects",
        .verb = "delete",
        .method = HttpMethod::remove,
        .path = "/api/openportal-managed-projects/{identifier}/{destination}/delete/",
        .places = one_managed_project,
        .changes = true,
        .find_with = "identifier",
        .help = "Delete the request" },
    { .id = "openportal_managed_projects_add_note",
        .family = "managed-projects",
        .verb = "add-note",
        .method = HttpMethod::post,
        .path = "/api/openportal-managed-projects/{identifier}/{destination}/add-note/",
        .places = one_managed_project,
        .body = &add_managed_project_note_request,
        .answer = Answer::object,
        .shape = &managed_project,
        .changes = true,
        .repeatable = false,
        .published = false,
        .find_with = "identifier",
        .help = "Add a note for the reviewers" },
    { .id = "openportal_managed_projects_approve",
        .family = "managed-projects",
        .verb = "approve",
        .method = HttpMethod::post,
        .path = "/api/openportal-managed-projects/{identifier}/{destination}/approve/",
        .places = one_managed_project,
        .body = &review_comment_request,
        .changes = true,
        .repeatable = false,
        .find_with = "identifier",
        .help = "Approve a pending one; not before its earliest_approve" },
    { .id = "openportal_managed_projects_attach",
        .family = "managed-projects",
        .verb = "attach",
        .method = HttpMethod::post,
        .path = "/api/openportal-managed-projects/{identifier}/{destination}/attach/",
        .places = one_managed_project,
        .body = &project_attach_request,
        .changes = true,
        .repeatable = false,
        .find_with = "identifier",
        .help = "Attach it to a project of this portal" },
    { .id = "openportal_managed_projects_detach",
        .family = "managed-projects",
        .verb = "detach",
        .method = HttpMethod::post,
        .path = "/api/openportal-managed-projects/{identifier}/{destination}/detach/",
        .places = one_managed_project,
        .changes = true,
        .repeatable = false,
        .find_with = "identifier",
        .help = "Detach it from its project; later changes need approval again" },
    { .id = "openportal_managed_projects_reject",
        .family = "managed-projects",
        .verb = "reject",
        .method = HttpMethod::post,
        .path = "/api/openportal-managed-projects/{identifier}/{destination}/reject/",
        .places = one_managed_project,
        .body = &review_comment_request,
        .changes = true,
        .repeatable = false,
        .find_with = "identifier",
        .help = "Reject a pending one" },
};

} // namespace

std::span<const PortalOperation> managed_project_operations()
{
    return rows;
}

} // namespace site
