#include "rights.hpp"

#include "answers.hpp"
#include "sql_projects.hpp"

#include <algorithm>

namespace site {
namespace {

constexpr std::pair<std::string_view, Standing> standings[] = {
    { "CUSTOMER.OWNER", Standing::owner },
    { "PROJECT.MANAGER", Standing::manager },
    { "PROJECT.ADMIN", Standing::administrator },
    { "PROJECT.MEMBER", Standing::member },
};

bool holds(const Call& call, const char* statement, const std::string& object)
{
    return call.database.row(statement, { call.user.uuid, object, call.stamp() }).has_value();
}

} // namespace

Standing standing_in(const Call& call, const std::string& project)
{
    if (!call.user.may_write)
        return Standing::none;
    if (call.user.is_staff)
        return Standing::staff;
    auto highest = Standing::none;
    for (const auto& row :
        call.database.rows(ProjectSql::roles_in_project, { call.user.uuid, project, call.stamp() }))
        for (const auto& [role, standing] : standings)
            if (text_of(row.front()) == role)
                highest = std::max(highest, standing);
    return highest;
}

bool owns(const Call& call, const std::string& customer)
{
    return call.user.may_write && (call.user.is_staff || holds(call, ProjectSql::owns_customer, customer));
}

bool sees_customer(const Call& call, const std::string& customer)
{
    return !call.user.is_scoped || holds(call, ProjectSql::sees_customer, customer);
}

bool sees_project(const Call& call, const std::string& project)
{
    return !call.user.is_scoped || holds(call, ProjectSql::sees_project, project);
}

Response forbidden()
{
    return detail(403, "You do not have permission to perform this action.");
}

} // namespace site
