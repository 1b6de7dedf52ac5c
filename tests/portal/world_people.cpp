#include "world_people.hpp"

#include "auth.hpp"
#include "sql_checklists.hpp"
#include "sql_projects.hpp"
#include "uuid.hpp"

namespace site {
namespace {

Value or_null(const std::string& text)
{
    return text.empty() ? Value() : Value(text);
}

Value or_null(const std::optional<std::int64_t>& number)
{
    return number ? Value(*number) : Value();
}

/// Puts the rest of a world in. After the first unknown name nothing more is written: all of it is undone.
class People {
public:
    People(Database& database, WorldNames& names, std::int64_t now)
        : database_(database), names_(names), now_(now)
    {
    }

    void add(const World::User& user)
    {
        const auto uuid = names_.named("user", user.uuid, user.username);
        put_user(database_,
            { .uuid = uuid,
                .username = user.username,
                .token = user.token,
                .email = user.email,
                .full_name = user.full_name,
                .short_name = user.short_name,
                .is_staff = user.staff,
                .is_scoped = user.roles.has_value(),
                .is_active = user.active });
        for (const auto& role : user.roles.value_or(std::vector<World::Role> {})) {
            const auto customer = role.customer.empty() ? "" : names_.known("customer", role.customer);
            const auto project = role.project.empty() ? "" : names_.known("project", role.project);
            run(ProjectSql::add_role,
                { uuid_named("role of " + uuid + role.role + customer + project), uuid,
                    names_.known("role", role.role), or_null(customer), or_null(project), now_, {}, {} });
        }
    }

    void add(const World::Invitation& invitation)
    {
        run(ProjectSql::add_invitation,
            { invitation.email, names_.known("project", invitation.project),
                names_.known("user", invitation.by) });
    }

    void add(const World::Organization& organization)
    {
        run(ProjectSql::add_organization,
            { names_.named("organization", organization.uuid, organization.name), organization.name,
                organization.code, organization.abbreviation, "",
                "office@" + organization.code + ".example.org",
                "https://" + organization.code + ".example.org/", organization.country, "", now_ });
    }

    void add(const World::Science& science)
    {
        run(ProjectSql::add_science,
            { names_.named("science", science.uuid, science.name), science.name, science.code,
                uuid_named("science domain " + science.domain), science.domain, science.domain_code });
    }

    void add(const World::Checklist& checklist)
    {
        const auto uuid = names_.named("checklist", checklist.uuid, checklist.name);
        run(ChecklistSql::add_checklist,
            { uuid, checklist.name, checklist.description, names_.known("customer", checklist.customer) });
        std::int64_t position = 0;
        for (const auto& question : checklist.questions)
            add(question, uuid, ++position);
    }

    void add(const World::Template& of)
    {
        run(ProjectSql::add_template,
            { names_.named("template", of.uuid, of.name), of.name, or_null(of.key), or_null(of.short_name),
                of.portal, names_.known("customer", of.provider), names_.known("customer", of.customer),
                of.offering.empty() ? Value() : Value(names_.known("offering", of.offering)),
                or_null(of.approval_limit), or_null(of.max_credit_limit), of.roles });
    }

    void add(const World::ManagedProject& managed)
    {
        const auto name = managed.identifier + " at " + managed.destination;
        run(ProjectSql::add_managed,
            { names_.named("managed project", managed.uuid, name), managed.identifier, managed.destination,
                managed.state, now_, managed.details,
                managed.project.empty() ? Value() : Value(names_.known("project", managed.project)),
                names_.known("template", managed.of_template), or_null(managed.local_identifier) });
    }

    /// The checklists that the projects have from their customers.
    void ask(const World::Project& project)
    {
        const auto uuid = names_.known("project", project.name);
        run(ChecklistSql::add_completion, { uuid_named("completion of " + uuid), uuid, now_ });
    }

private:
    void run(const char* statement, const Row& values)
    {
        if (names_.wrong().empty())
            database_.run(statement, values);
    }

    void add(const World::Question& question, const std::string& checklist, std::int64_t position)
    {
        const auto uuid = names_.named("question", question.uuid, question.text);
        run(ChecklistSql::add_question,
            { uuid, checklist, position, question.type, question.text, question.guidance,
                std::int64_t { question.required }, or_null(question.least), or_null(question.most),
                question.logic });
        std::int64_t place = 0;
        for (const auto& option : question.options) {
            run(ChecklistSql::add_option, { uuid_named("option " + uuid + option), uuid, place, option });
            ++place;
        }
        for (const auto& condition : question.conditions)
            run(ChecklistSql::add_condition,
                { uuid, names_.known("question", condition.question), condition.op, condition.value });
    }

    Database& database_;
    WorldNames& names_;
    std::int64_t now_;
};

} // namespace

void fill_people(Database& database, const World& world, WorldNames& names, std::int64_t now)
{
    People people(database, names, now);
    const auto all = [&](const auto& list) {
        for (const auto& one : list)
            people.add(one);
    };
    all(world.users);
    all(world.invitations);
    all(world.organizations);
    all(world.sciences);
    all(world.checklists);
    all(world.templates);
    all(world.managed_projects);
    for (const auto& project : world.projects)
        people.ask(project);
}

} // namespace site
