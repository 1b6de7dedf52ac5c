#include "world_names.hpp"

#include "sql.hpp"
#include "sql_projects.hpp"
#include "uuid.hpp"

namespace site {
namespace {

const char* statement_for(std::string_view kind)
{
    return kind == "customer" ? Sql::customer_named
        : kind == "project"   ? Sql::project_named
        : kind == "instance"  ? Sql::instance_named
        : kind == "offering"  ? Sql::offering_named
        : kind == "role"      ? ProjectSql::role_named
        : kind == "user"      ? ProjectSql::user_named
                              : ProjectSql::template_named;
}

} // namespace

std::string WorldNames::named(const std::string& kind, const std::string& uuid, const std::string& name)
{
    auto chosen = uuid.empty() ? uuid_named(kind + " " + name) : uuid;
    uuids_[kind + " " + name] = chosen;
    return chosen;
}

std::string WorldNames::known(const std::string& kind, const std::string& name)
{
    const auto found = uuids_.find(kind + " " + name);
    if (found != uuids_.end())
        return found->second;
    if (const auto row = database_.row(statement_for(kind), { name }))
        return named(kind, text_of(row->front()), name);
    if (wrong_.empty())
        wrong_ = "no " + kind + " is named \"" + name + "\"";
    return {};
}

} // namespace site
