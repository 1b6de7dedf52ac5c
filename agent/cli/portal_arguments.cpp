#include "cli/portal_arguments.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace site {
namespace {

std::string upper(std::string_view name)
{
    std::string out(name);
    std::ranges::transform(
        out, out.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return out;
}

std::string_view form_of(PortalKind kind)
{
    switch (kind) {
    case PortalKind::uuid:
        return "UUID";
    case PortalKind::url:
        return "URL";
    case PortalKind::integer:
        return "INTEGER";
    case PortalKind::number:
    case PortalKind::decimal:
        return "NUMBER";
    case PortalKind::boolean:
        return "true|false";
    case PortalKind::date:
        return "YYYY-MM-DD";
    case PortalKind::instant:
        return "YYYY-MM-DDThh:mm:ssZ";
    case PortalKind::json:
        return "JSON";
    case PortalKind::word:
    case PortalKind::text:
        break;
    }
    return "TEXT";
}

std::string words_of(const PortalField& field)
{
    std::string out;
    for (const auto word : field.words)
        out += (out.empty() ? "" : ", ") + std::string(word);
    return out;
}

std::string help_of(const PortalField& field)
{
    std::string help(field.help);
    const auto add = [&](const std::string& text) { help += (help.empty() ? "" : "; ") + text; };
    if (!field.words.empty())
        add("one of " + words_of(field));
    if (field.many)
        add("may be given again");
    if (field.nullable && field.kind != PortalKind::text)
        add("null: none");
    return help;
}

class Commands {
public:
    Commands(PortalArguments& chosen, bool& yes, bool& dry_run, const std::function<void()>& call)
        : chosen_(chosen), yes_(yes), dry_run_(dry_run), call_(call)
    {
    }

    void add(CLI::App& portal, const PortalOperation& operation)
    {
        const std::string family(operation.family);
        if (operation.verb.empty()) {
            options(*command(portal, family, operation), operation);
            return;
        }
        auto& parent = families_[family];
        if (!parent) {
            parent = portal.add_subcommand(family, std::string(portal_family_help(operation.family)));
            parent->require_subcommand(1);
            parent->fallthrough();
        }
        options(*command(*parent, std::string(operation.verb), operation), operation);
    }

private:
    CLI::App* command(CLI::App& parent, const std::string& name, const PortalOperation& operation)
    {
        auto* made = parent.add_subcommand(name, std::string(operation.help));
        made->fallthrough();
        const auto* row = &operation;
        made->preparse_callback([this, row](std::size_t) {
            chosen_.operation = row;
            call_();
        });
        return made;
    }

    void option(CLI::App& command, const PortalField& field, bool in_place)
    {
        const std::string name(field.name);
        const auto keep = [this, name](const std::vector<std::string>& values) {
            chosen_.given[name] = values;
            return true;
        };
        auto* option = command.add_option(in_place ? upper(name) : option_of(name), keep, help_of(field));
        option->type_name(std::string(form_of(field.kind)));
        if (in_place && field.many)
            option->expected(1, 1000)->allow_extra_args()->multi_option_policy(
                CLI::MultiOptionPolicy::TakeAll);
        else
            option->expected(1)->multi_option_policy(
                field.many ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::Throw);
        if (in_place && (field.required || field.many))
            option->required();
    }

    void options(CLI::App& command, const PortalOperation& operation)
    {
        for (const auto& place : operation.places)
            option(command, place, true);
        for (const auto& field : operation.query)
            option(command, field, operation.verb.empty());
        if (operation.body)
            body(command, operation);
        if (operation.takes_field)
            command
                .add_option("--field", chosen_.fields, "Only these members of the answer; may be given again")
                ->type_name("NAME");
        if (operation.paged && operation.answer == PortalOperation::Answer::list) {
            auto* all = command.add_flag("--all", chosen_.all, "Every page, one after another");
            command.add_option("--page", chosen_.page, "Only this page, from 1")
                ->check(CLI::PositiveNumber)
                ->excludes(all);
            command.add_option("--page-size", chosen_.page_size, "Rows a page; the portal gives 300 at most")
                ->check(CLI::Range(1, 300));
        }
        if (operation.shape)
            command.add_option("--columns", chosen_.columns, "What a table or CSV shows: a,b,c.d")
                ->delimiter(',')
                ->type_name("NAMES");
        command.add_flag("--dry-run", dry_run_, "Print the request and stop");
        if (operation.changes)
            command.add_flag("--yes", yes_, "Don't ask");
    }

    void body(CLI::App& command, const PortalOperation& operation)
    {
        if (operation.body_is_list)
            command
                .add_option("--answer", chosen_.items,
                    upper(operation.body->fields[0].name)
                        + "=VALUE, the value as JSON or text; may be given again")
                ->type_name("KEY=VALUE");
        else
            for (const auto& field : operation.body->fields)
                option(command, field, false);
        command
            .add_option("--body", chosen_.body,
                operation.body_is_list ? "The whole body, a JSON list, from a file or - for standard input"
                                       : "The body as JSON, from a file or - for standard input; options "
                                         "change members of it")
            ->type_name("FILE");
    }

    std::map<std::string, CLI::App*> families_;
    PortalArguments& chosen_;
    bool& yes_;
    bool& dry_run_;
    std::function<void()> call_;
};

} // namespace

std::string option_of(std::string_view parameter)
{
    std::string out = "--" + std::string(parameter);
    std::ranges::replace(out, '_', '-');
    return out;
}

void add_portal_commands(
    CLI::App& portal, PortalArguments& chosen, bool& yes, bool& dry_run, const std::function<void()>& call)
{
    // Kept by the callbacks of the commands.
    auto commands = std::make_shared<Commands>(chosen, yes, dry_run, call);
    for (const auto& operation : portal_operations())
        if (!operation.family.empty())
            commands->add(portal, operation);
    portal.callback([commands] {});
}

} // namespace site
