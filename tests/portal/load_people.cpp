#include "load_people.hpp"

namespace site {
namespace {

World::User user_from(const YAML::Node& node)
{
    const Entry entry(node,
        { "username", "uuid", "token", "staff", "active", "email", "full_name", "short_name", "roles" });
    World::User user { .uuid = entry.uuid("uuid"),
        .username = entry.text("username"),
        .token = entry.text("token"),
        .email = entry.text("email", ""),
        .full_name = entry.text("full_name", ""),
        .short_name = entry.text("short_name", ""),
        .staff = entry.flag("staff", false),
        .active = entry.flag("active", true) };
    if (!entry.has("roles"))
        return user;
    user.roles.emplace();
    for (const auto& item : entry.node("roles")) {
        const Entry role(item, { "role", "customer", "project" });
        user.roles->push_back({ role.text("role"), role.text("customer", ""), role.text("project", "") });
    }
    return user;
}

World::Question question_from(const YAML::Node& node)
{
    const Entry entry(node,
        { "uuid", "text", "type", "guidance", "required", "min", "max", "logic", "options", "depends" });
    World::Question question { .uuid = entry.uuid("uuid"),
        .text = entry.text("text"),
        .type = entry.text("type", "text_input"),
        .guidance = entry.text("guidance", ""),
        .required = entry.flag("required", false),
        .logic = entry.text("logic", "and") };
    if (entry.has("min"))
        question.least = entry.hundredths("min");
    if (entry.has("max"))
        question.most = entry.hundredths("max");
    for (const auto& option : entry.node("options"))
        question.options.push_back(option.as<std::string>());
    for (const auto& item : entry.node("depends")) {
        const Entry condition(item, { "question", "operator", "value" });
        question.conditions.push_back(
            { condition.text("question"), condition.text("operator", "equals"), condition.json("value") });
    }
    return question;
}

World::Template template_from(const YAML::Node& node)
{
    const Entry entry(node,
        { "name", "uuid", "key", "short_name", "portal", "provider", "customer", "offering", "approval_limit",
            "max_credit_limit", "roles" });
    return { .uuid = entry.uuid("uuid"),
        .name = entry.text("name"),
        .key = entry.text("key", ""),
        .short_name = entry.text("short_name", ""),
        .portal = entry.text("portal"),
        .provider = entry.text("provider"),
        .customer = entry.text("customer"),
        .offering = entry.text("offering", ""),
        .approval_limit = entry.text("approval_limit", ""),
        .max_credit_limit = entry.text("max_credit_limit", ""),
        .roles = entry.has("roles") ? entry.json("roles") : "{}" };
}

/// The pages demand these of every document; the rest comes as it is written.
std::string details_from(const Entry& entry)
{
    auto details = json_from(entry.node("details")).as_object();
    for (const auto* key : { "name", "template", "key", "description", "members", "start_date", "end_date",
             "allocation", "allowed_domains" })
        if (!details.contains(key))
            details[key] = nullptr;
    if (!details.contains("notes"))
        details["notes"] = boost::json::array {};
    return boost::json::serialize(details);
}

World::ManagedProject managed_from(const YAML::Node& node)
{
    const Entry entry(node,
        { "identifier", "uuid", "destination", "state", "template", "project", "local_identifier",
            "details" });
    if (!entry.node("details").IsMap())
        throw Wrong { node.Mark(), "\"details\" must be a mapping" };
    return { .uuid = entry.uuid("uuid"),
        .identifier = entry.text("identifier"),
        .destination = entry.text("destination"),
        .state = entry.text("state", "pending"),
        .of_template = entry.text("template"),
        .project = entry.text("project", ""),
        .local_identifier = entry.text("local_identifier", ""),
        .details = details_from(entry) };
}

} // namespace

void load_people(const Entry& top, World& world)
{
    for (const auto& node : top.node("users"))
        world.users.push_back(user_from(node));
    for (const auto& node : top.node("oauth")) {
        const Entry entry(node, { "client_id", "client_secret", "username", "expires_in" });
        world.oauth_clients.push_back({ entry.text("client_id"), entry.text("client_secret"),
            entry.text("username"), entry.number("expires_in", 0) });
    }
    for (const auto& node : top.node("invitations")) {
        const Entry entry(node, { "email", "project", "by" });
        world.invitations.push_back({ entry.text("email"), entry.text("project"), entry.text("by") });
    }
    for (const auto& node : top.node("organizations")) {
        const Entry entry(node, { "name", "uuid", "code", "abbreviation", "country" });
        world.organizations.push_back({ entry.uuid("uuid"), entry.text("name"), entry.text("code"),
            entry.text("abbreviation", ""), entry.text("country", "") });
    }
    for (const auto& node : top.node("sciences")) {
        const Entry entry(node, { "name", "uuid", "code", "domain", "domain_code" });
        world.sciences.push_back({ entry.uuid("uuid"), entry.text("name"), entry.text("code"),
            entry.text("domain"), entry.text("domain_code") });
    }
}

void load_managed_projects(const Entry& top, World& world)
{
    for (const auto& node : top.node("checklists")) {
        const Entry entry(node, { "name", "uuid", "description", "customer", "questions" });
        World::Checklist checklist { entry.uuid("uuid"), entry.text("name"), entry.text("description", ""),
            entry.text("customer"), {} };
        for (const auto& question : entry.node("questions"))
            checklist.questions.push_back(question_from(question));
        world.checklists.push_back(std::move(checklist));
    }
    for (const auto& node : top.node("templates"))
        world.templates.push_back(template_from(node));
    for (const auto& node : top.node("managed_projects"))
        world.managed_projects.push_back(managed_from(node));
}

} // namespace site
