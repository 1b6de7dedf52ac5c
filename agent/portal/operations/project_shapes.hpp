#pragma once

#include "portal/operations/field.hpp"

#include <algorithm>
#include <array>
#include <iterator>

/// What the portal takes and gives of projects, their people and their checklists.
namespace site::project_shapes {

inline constexpr std::string_view project_kinds[] = { "course", "default", "public" };

inline constexpr PortalField project_request_fields[] = {
    { .name = "name", .required = true },
    { .name = "customer", .kind = PortalKind::url, .required = true },
    { .name = "slug" },
    { .name = "description" },
    { .name = "display_credit_reports", .kind = PortalKind::boolean },
    { .name = "type", .kind = PortalKind::url, .nullable = true },
    { .name = "backend_id" },
    { .name = "start_date", .kind = PortalKind::date, .nullable = true },
    { .name = "end_date", .kind = PortalKind::date, .nullable = true },
    { .name = "oecd_fos_2007_code", .nullable = true },
    { .name = "is_industry", .kind = PortalKind::boolean },
    { .name = "image", .nullable = true },
    { .name = "kind", .kind = PortalKind::word, .words = project_kinds },
    { .name = "staff_notes" },
    { .name = "grace_period_days", .kind = PortalKind::integer, .nullable = true },
    { .name = "user_email_patterns", .many = true },
    { .name = "user_affiliations", .many = true },
    { .name = "user_identity_sources", .many = true },
    { .name = "affiliation_uuid", .kind = PortalKind::uuid, .nullable = true },
    { .name = "science_sub_domain", .kind = PortalKind::uuid, .nullable = true },
};
inline constexpr PortalShape project_request { .name = "ProjectRequest", .fields = project_request_fields };

inline constexpr PortalField project_fields[] = {
    { .name = "url", .kind = PortalKind::url },
    { .name = "uuid", .kind = PortalKind::uuid },
    { .name = "name" },
    { .name = "slug" },
    { .name = "customer", .kind = PortalKind::url },
    { .name = "customer_uuid", .kind = PortalKind::uuid },
    { .name = "customer_name" },
    { .name = "customer_slug" },
    { .name = "customer_native_name" },
    { .name = "customer_abbreviation" },
    { .name = "description" },
    { .name = "customer_display_billing_info_in_projects", .kind = PortalKind::boolean },
    { .name = "display_credit_reports", .kind = PortalKind::boolean },
    { .name = "created", .kind = PortalKind::instant },
    { .name = "type", .kind = PortalKind::url, .nullable = true },
    { .name = "type_name", .nullable = true },
    { .name = "type_uuid", .kind = PortalKind::uuid, .nullable = true },
    { .name = "backend_id" },
    { .name = "start_date", .kind = PortalKind::date, .nullable = true },
    { .name = "end_date", .kind = PortalKind::date, .nullable = true },
    { .name = "end_date_requested_by", .kind = PortalKind::url, .nullable = true },
    { .name = "end_date_updated_at", .kind = PortalKind::instant, .nullable = true },
    { .name = "oecd_fos_2007_code", .nullable = true },
    { .name = "oecd_fos_2007_label" },
    { .name = "is_industry", .kind = PortalKind::boolean },
    { .name = "image", .kind = PortalKind::url, .nullable = true },
    { .name = "resources_count", .kind = PortalKind::integer },
    { .name = "project_metadata", .kind = PortalKind::json },
    { .name = "max_service_accounts", .kind = PortalKind::integer, .nullable = true },
    { .name = "kind", .kind = PortalKind::word, .words = project_kinds },
    { .name = "is_removed", .kind = PortalKind::boolean },
    { .name = "termination_metadata", .kind = PortalKind::json, .nullable = true },
    { .name = "staff_notes" },
    { .name = "grace_period_days", .kind = PortalKind::integer, .nullable = true },
    { .name = "customer_grace_period_days", .kind = PortalKind::integer, .nullable = true },
    { .name = "effective_end_date", .kind = PortalKind::date, .nullable = true },
    { .name = "is_in_grace_period", .kind = PortalKind::boolean },
    { .name = "user_email_patterns", .many = true },
    { .name = "user_affiliations", .many = true },
    { .name = "user_identity_sources", .many = true },
    { .name = "affiliation", .kind = PortalKind::json, .nullable = true },
    { .name = "affiliation_uuid", .kind = PortalKind::uuid, .nullable = true },
    { .name = "affiliation_name" },
    { .name = "affiliation_code" },
    { .name = "science_sub_domain", .kind = PortalKind::uuid, .nullable = true },
    { .name = "science_sub_domain_name" },
    { .name = "science_sub_domain_code" },
    { .name = "science_domain_uuid", .kind = PortalKind::uuid },
    { .name = "science_domain_name" },
    { .name = "science_domain_code" },
    { .name = "project_credit", .kind = PortalKind::number, .nullable = true },
    { .name = "marketplace_resource_count", .kind = PortalKind::json },
    { .name = "billing_price_estimate", .kind = PortalKind::json },
};
inline constexpr PortalShape project { .name = "Project", .fields = project_fields };

inline constexpr PortalField checklist_template_fields[] = {
    { .name = "checklist", .kind = PortalKind::json, .required = true },
    { .name = "questions", .kind = PortalKind::json, .required = true },
    { .name = "initial_visible_questions", .kind = PortalKind::json, .required = true },
};
inline constexpr PortalShape checklist_template { .name = "ChecklistTemplate",
    .fields = checklist_template_fields };

/// What a PATCH takes of what a PUT has to have.
inline constexpr auto patched_project_request_fields = [] {
    std::array<PortalField, std::size(project_request_fields)> fields {};
    std::copy(std::begin(project_request_fields), std::end(project_request_fields), fields.begin());
    for (auto& field : fields)
        field.required = false;
    return fields;
}();
inline constexpr PortalShape patched_project_request { .name = "PatchedProjectRequest",
    .fields = patched_project_request_fields };

inline constexpr PortalField user_role_request_fields[] = {
    { .name = "role", .required = true, .help = "PROJECT.MEMBER, PROJECT.MANAGER, PROJECT.ADMIN" },
    { .name = "user", .kind = PortalKind::uuid, .required = true },
    { .name = "expiration_time",
        .kind = PortalKind::instant,
        .nullable = true,
        .help = "When the role ends" },
};
inline constexpr PortalShape user_role_request { .name = "UserRoleRequest",
    .fields = user_role_request_fields };

inline constexpr PortalField user_role_expiration_time_fields[] = {
    { .name = "expiration_time", .kind = PortalKind::instant, .required = true, .nullable = true },
};
inline constexpr PortalShape user_role_expiration_time { .name = "UserRoleExpirationTime",
    .fields = user_role_expiration_time_fields };

inline constexpr PortalField checklist_response_fields[] = {
    { .name = "checklist", .kind = PortalKind::json, .required = true },
    { .name = "completion", .kind = PortalKind::json, .required = true },
    { .name = "questions", .kind = PortalKind::json, .required = true },
};
inline constexpr PortalShape checklist_response { .name = "ChecklistResponse",
    .fields = checklist_response_fields };

inline constexpr PortalField checklist_completion_fields[] = {
    { .name = "uuid", .kind = PortalKind::uuid, .required = true },
    { .name = "is_completed", .kind = PortalKind::boolean, .required = true },
    { .name = "completion_percentage", .kind = PortalKind::number, .required = true },
    { .name = "unanswered_required_questions", .kind = PortalKind::json, .required = true },
    { .name = "checklist_name", .required = true },
    { .name = "checklist_description", .required = true },
    { .name = "created", .kind = PortalKind::instant, .required = true },
    { .name = "modified", .kind = PortalKind::instant, .required = true },
};
inline constexpr PortalShape checklist_completion { .name = "ChecklistCompletion",
    .fields = checklist_completion_fields };

inline constexpr PortalField user_role_details_fields[] = {
    { .name = "uuid", .kind = PortalKind::uuid },
    { .name = "created", .kind = PortalKind::instant },
    { .name = "expiration_time", .kind = PortalKind::instant, .nullable = true },
    { .name = "role_name" },
    { .name = "role_uuid", .kind = PortalKind::uuid },
    { .name = "user_email" },
    { .name = "user_full_name" },
    { .name = "user_username" },
    { .name = "user_uuid", .kind = PortalKind::uuid },
    { .name = "user_image", .kind = PortalKind::url },
    { .name = "created_by_full_name" },
    { .name = "created_by_uuid", .kind = PortalKind::uuid },
};
inline constexpr PortalShape user_role_details { .name = "UserRoleDetails",
    .fields = user_role_details_fields };

inline constexpr PortalField move_project_request_fields[] = {
    { .name = "customer", .kind = PortalKind::url, .required = true },
    { .name = "preserve_permissions",
        .kind = PortalKind::boolean,
        .required = true,
        .help = "Whether people keep their roles" },
};
inline constexpr PortalShape move_project_request { .name = "MoveProjectRequest",
    .fields = move_project_request_fields };

inline constexpr PortalField project_recovery_request_fields[] = {
    { .name = "restore_team_members", .kind = PortalKind::boolean, .help = "Give people their roles again" },
    { .name = "send_invitations_to_previous_members",
        .kind = PortalKind::boolean,
        .help = "Invite them instead" },
    { .name = "end_date", .kind = PortalKind::date, .nullable = true },
};
inline constexpr PortalShape project_recovery_request { .name = "ProjectRecoveryRequest",
    .fields = project_recovery_request_fields };

inline constexpr PortalField components_usage_stats_fields[] = {
    { .name = "components", .kind = PortalKind::json, .required = true },
};
inline constexpr PortalShape components_usage_stats { .name = "ComponentsUsageStats",
    .fields = components_usage_stats_fields };

inline constexpr PortalField answer_submit_request_fields[] = {
    { .name = "question_uuid", .kind = PortalKind::uuid, .required = true },
    { .name = "answer_data", .kind = PortalKind::json, .required = true },
};
inline constexpr PortalShape answer_submit_request { .name = "AnswerSubmitRequest",
    .fields = answer_submit_request_fields };

inline constexpr PortalField answer_submit_response_fields[] = {
    { .name = "detail", .required = true },
    { .name = "completion", .kind = PortalKind::json, .required = true },
};
inline constexpr PortalShape answer_submit_response { .name = "AnswerSubmitResponse",
    .fields = answer_submit_response_fields };

inline constexpr PortalField project_affiliation_update_request_fields[] = {
    { .name = "affiliation", .kind = PortalKind::uuid, .nullable = true },
};
inline constexpr PortalShape project_affiliation_update_request { .name = "ProjectAffiliationUpdateRequest",
    .fields = project_affiliation_update_request_fields };

} // namespace site::project_shapes
