#include "cli/arguments.hpp"

#include "api/plugin.hpp"
#include "cli/completion.hpp"
#include "cli/exit_code.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <map>

namespace site {
namespace {

constexpr const char* exit_codes
    = "\nExit codes: 0 done or nothing to do, 1 error or part failed, 2 changes wait,\n"
      "3 a guard stopped something, 64 wrong usage or configuration, 70 bug.\n";

constexpr const char* explain_codes
    = "\nExit codes: 0 explained, and every link holds; 2 explained, and a link fails, waits or\n"
      "can't be looked at; 1 nobody bears that name, or an error; 64 wrong usage or\n"
      "configuration, 70 bug.\n";

/// The command line as CLI11 has it; each command sets the verb when it was the one given.
class CommandLine {
public:
    /// `with_portal`: with the commands of the portal's operations, of which there are many.
    explicit CommandLine(bool with_portal)
    {
        app_.description(
            "Makes this cluster agree with the portal: who may use it, how much, and what was used.\n"
            "Start with `site-agent check`, then `site-agent plan`; nothing is changed before `apply` or "
            "`run`.");
        app_.footer(exit_codes);
        app_.set_version_flag(
            "--version", std::string("site-agent ") + SITE_VERSION + "\nbuilt with " + build_stamp);
        app_.add_option("--config", chosen_.config, "Configuration file")->capture_default_str();
        app_.add_option("--format", chosen_.form,
                "How the answer is written: text, json; csv: of `usage` and `portal`; yaml: of `portal`")
            ->transform(CLI::CheckedTransformer(
                std::map<std::string, Form> { { "text", Form::text }, { "table", Form::text },
                    { "json", Form::json }, { "csv", Form::csv }, { "yaml", Form::yaml } })
                            .description(""));
        app_.add_option("--color", chosen_.colour, "Colour: auto (only on a terminal), always, never")
            ->transform(CLI::CheckedTransformer(
                std::map<std::string, ColourChoice> { { "auto", ColourChoice::automatic },
                    { "always", ColourChoice::always }, { "never", ColourChoice::never } })
                            .description(""));
        app_.require_subcommand(1);
        app_.fallthrough();
        reconciling();
        looking();
        reporting();
        portal(with_portal);
        completion();
    }

    Parsed parse(int argc, char** argv)
    {
        try {
            app_.parse(argc, argv);
            if (chosen_.form == Form::csv && chosen_.verb != Verb::usage_show
                && chosen_.verb != Verb::portal_call)
                throw CLI::ValidationError("--format", "only `usage` and `portal` are written as csv");
            if (chosen_.form == Form::yaml && chosen_.verb != Verb::portal_call)
                throw CLI::ValidationError("--format", "only `portal` is written as yaml");
        } catch (const CLI::Success& done) {
            return { std::nullopt, app_.exit(done) };
        } catch (const CLI::ParseError& error) {
            std::cerr << "site-agent: " << error.what() << "\ntry: site-agent --help\n";
            return { std::nullopt, exit_code::usage };
        }
        if (chosen_.verb == Verb::completion) {
            std::cout << completion_script(app_, shell_) << std::flush;
            return { std::nullopt, exit_code::ok };
        }
        return { chosen_, exit_code::ok };
    }

private:
    CLI::App* command(CLI::App& parent, const std::string& name, const std::string& help, Verb verb)
    {
        auto* made = parent.add_subcommand(name, help);
        made->footer(exit_codes);
        made->fallthrough();
        // Inner commands are parsed after their parent: the innermost has the last word.
        made->preparse_callback([this, verb](std::size_t) { chosen_.verb = verb; });
        return made;
    }

    void reconciling()
    {
        auto* plan
            = command(app_, "plan", "Show what would be changed, and why; changes nothing", Verb::plan);
        plan->add_flag("--commands", chosen_.commands, "Also show the commands that would run");
        plan->add_option("--snapshot", chosen_.snapshot,
                "Plan against a file instead of the portal: a JSON object with the arrays "
                "openportal-allocations\n"
                "and openportal-associations, rows as the portal gives them")
            ->check(CLI::ExistingFile);
        auto* apply = command(app_, "apply", "Make the changes of the plan, once", Verb::apply);
        auto* allow = apply->add_option("--allow", chosen_.allow,
            "Let a tripped guard pass, for just the changes of the plan that --plan names; may be given "
            "again");
        auto* id = apply->add_option("--plan", chosen_.plan, "Id of the plan that `site-agent plan` printed");
        allow->needs(id);
        id->needs(allow);
        taking_over();
        auto* run = command(
            app_, "run", "Run as a service: reconcile, read usage and report, on intervals", Verb::run);
        run->add_flag("--dry-run", chosen_.dry_run,
            "The whole loop without a change at the site and with nothing sent");
    }

    void taking_over()
    {
        auto* adopt = command(app_, "adopt",
            "List what is at the site, is asked for and is not ours; take it over by name, or all",
            Verb::adopt);
        adopt->add_option(
            "NAME", chosen_.names, "Accounts or groups to adopt, with all beneath them that is asked for");
        adopt->add_flag("--all", chosen_.all, "Adopt everything in the list");
        adopt->add_flag("--marked", chosen_.marked,
            "Only what bears the agent's mark, as after the state file was lost: adopt all of it");
        adopt->add_flag(
            "--record-only", chosen_.record_only, "Leave the values that stand there to whoever set them");
        adopt->add_flag("--yes", chosen_.yes, "Don't ask");
        command(app_, "orphans",
            "List what is ours and leaving, what looks like ours and is not, what was changed by hand",
            Verb::orphans);
    }

    void looking()
    {
        command(app_, "status", "Show the last cycle, what waits and why, and the age of every figure",
            Verb::status);
        command(app_, "metrics",
            "Print the state as Prometheus metrics, for node_exporter's textfile collector", Verb::metrics);
        command(app_, "check", "Try everything that is needed, a line each, with what to do", Verb::check);
        explain();
        storage();
        journal();
        keeping();
        auto* config = command(app_, "config", "Show the configuration as it holds, each key with its source",
            Verb::config_show);
        command(*config, "check", "Only say whether the configuration is good", Verb::config_check);
    }

    void explain()
    {
        auto* explain = command(app_, "explain",
            "Say why somebody or a project can or can't work: each link from the portal to the site, the "
            "first\nthat fails, what to do and who has to; changes nothing",
            Verb::explain);
        explain->footer(explain_codes);
        explain
            ->add_option("NAME", chosen_.name,
                "A Unix user or his identifier (user.project.portal); a Unix group or account, a project's\n"
                "identifier (project.portal), an allocation's name or UUID")
            ->required();
        auto* user = explain->add_flag("--user", chosen_.as_user, "NAME is a user's, whatever else bears it");
        explain->add_flag("--project", chosen_.as_project, "NAME is a project's, whatever else bears it")
            ->excludes(user);
    }

    void storage()
    {
        auto* storage = command(app_, "storage",
            "Show what projects have on each volume and may have, the fullest first, with the age of each "
            "figure",
            Verb::storage);
        storage->add_option("--volume", chosen_.volume, "Only of this volume");
        storage->add_flag("--users", chosen_.users, "Also what each person has");
        storage
            ->add_option("--over", chosen_.over,
                "Only who has more than this percentage of a limit, of bytes or of files")
            ->check(CLI::Range(0, 1000));
        command(*storage, "read", "Read every volume now, and queue what is to be reported of it",
            Verb::storage_read);
        auto* report = command(*storage, "report",
            "Print the portal's storage report of each project, with a month's days", Verb::storage_report);
        documents(*report, "storage");
    }

    /// What is printed of the portal's documents, and where to.
    void documents(CLI::App& report, const std::string& what)
    {
        report.add_option("--project", chosen_.project, "Only of this one: project.portal");
        report.add_option_function<std::string>(
            "--month", [this](const std::string& text) { chosen_.month = month(text); },
            "YYYY-MM; default: the current month");
        report.add_option("--into", chosen_.folder,
            "Write files into this folder instead: YYYY-MM/PROJECT." + what + ".json");
    }

    void journal()
    {
        auto* journal = command(
            app_, "journal", "Show every change that was intended and what became of it", Verb::journal);
        journal->add_option("--last", chosen_.most, "How many entries, newest first")
            ->check(CLI::Range(1, 100000))
            ->capture_default_str();
        journal->add_option_function<std::string>(
            "--since", [this](const std::string& text) { chosen_.since = moment("--since", text); },
            "Only from then on: YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ");
        journal->add_option_function<std::string>(
            "--until", [this](const std::string& text) { chosen_.until = end_of("--until", text); },
            "Only up to then, a day to its end");
        journal->add_option("--name", chosen_.name, "Only of this account or group");
        journal->add_option("--user", chosen_.user, "Only of this member");
        journal->add_option_function<std::string>(
            "--kind", [this](const std::string& text) { chosen_.kind = kind(text); },
            "Only of this kind: group, group_member, directory, quota, account, association");
        journal->add_flag("--unfinished", chosen_.unfinished, "Only what is open or failed");
        journal->add_flag("--commands", chosen_.commands, "Also show the commands that were run");

        auto* verify = command(*journal, "verify",
            "Recompute the chain of evidence and hold the journal against it", Verb::journal_verify);
        verify->add_option(
            "--head", chosen_.head, "NUMBER:HASH that `status` or the system's journal showed once");
        command(*journal, "export", "Write the whole evidence, a JSON object a line, oldest first",
            Verb::journal_export);
        auto* compact = command(*journal, "compact",
            "Drop settled entries that are older than a date; an anchor stands for them",
            Verb::journal_compact);
        compact
            ->add_option_function<std::string>(
                "--before", [this](const std::string& text) { chosen_.before = moment("--before", text); },
                "The first moment to be kept: YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ")
            ->required();
        compact->add_flag("--yes", chosen_.yes, "Do it; without this it is only told what would go");
    }

    void keeping()
    {
        auto* backup = command(app_, "backup",
            "Copy the store, while the service goes on; without a name into `backups` of its folder",
            Verb::backup);
        auto* file = backup->add_option("FILE", chosen_.file, "A new file");
        backup->add_option("--to", chosen_.folder, "A folder; the file is named by the time")->excludes(file);
        auto* restore = command(app_, "restore",
            "Check a backup and put it in the place of the store, with the service stopped", Verb::restore);
        restore->add_option("FILE", chosen_.file, "The backup; it is only read")->required();
        restore->add_flag("--yes", chosen_.yes, "Don't ask");
    }

    void reporting()
    {
        auto* usage = command(app_, "usage",
            "Show what a month's allocations used of their limits and where that leads, from our ledger",
            Verb::usage_show);
        usage->add_option_function<std::string>(
            "--month", [this](const std::string& text) { chosen_.month = month(text); },
            "YYYY-MM; default: the current month");
        usage->add_flag("--by-user", chosen_.by_user, "A line for each user");
        usage->add_option("--project", chosen_.project, "Only of this one: its account, or project.portal");
        usage->add_option("--user", chosen_.user, "Only of this Unix user");
        usage->add_option("--svg", chosen_.svg, "Also draw the month, day by day, into this file");
        auto* collect = command(*usage, "collect", "Read the job records now, store the usage and report it",
            Verb::usage_collect);
        collect->add_flag("--no-send", chosen_.no_send, "Leave what is to be reported in the outbox");
        usage_history(*usage);
        documents(
            *command(*usage, "report", "Print the portal's usage report of each project, with a month's days",
                Verb::usage_report),
            "usage");
        auto* outbox = command(app_, "outbox", "Show the reports that wait to be sent", Verb::outbox_show);
        command(*outbox, "send", "Send now what waits, without regard to its pause", Verb::outbox_send);
    }

    void usage_history(CLI::App& usage)
    {
        const auto first = [this](const std::string& text) { chosen_.from = first_day(text); };
        const auto last = [this](const std::string& text) { chosen_.to = last_day(text); };
        const auto pause = [this](CLI::App& command) {
            command
                .add_option(
                    "--pause", chosen_.pause, "Seconds from one day to the next, for slurmdbd's other users")
                ->check(CLI::Range(0, 3600))
                ->capture_default_str();
        };
        auto* backfill = command(usage, "backfill",
            "Read days that were never read, or are not final, into the ledger; stop it at any time, "
            "another\n"
            "run goes on where this one was",
            Verb::usage_backfill);
        backfill
            ->add_option_function<std::string>(
                "--from", first, "The first day: YYYY-MM-DD, or a month's: YYYY-MM")
            ->required();
        backfill->add_option_function<std::string>(
            "--to", last, "The last day, or a month's; default: today");
        pause(*backfill);
        auto* recompute = command(usage, "recompute",
            "Read days again and show what would be another figure; it is stored when you say yes, with a\n"
            "correction for each figure of a final day",
            Verb::usage_recompute);
        recompute
            ->add_option_function<std::string>(
                "FROM", first, "The first day: YYYY-MM-DD, or a month's: YYYY-MM")
            ->required();
        recompute->add_option_function<std::string>("TO", last,
            "The last day, or a month's; default: today, which also sets right what jobs that run on are "
            "charged");
        pause(*recompute);
        auto* dry = recompute->add_flag("--dry-run", chosen_.dry_run, "Only show the differences");
        recompute->add_flag("--yes", chosen_.yes, "Don't ask")->excludes(dry);
        auto* explain = command(usage, "explain",
            "Say how one job comes to what it is charged: its record, its share of a node, the days, the sum",
            Verb::usage_explain);
        explain->add_option("JOBID", chosen_.job, "As sacct's JobIDRaw; of an array each task has its own")
            ->required();
        auto* release = command(usage, "release",
            "Let a month's figures that are lower than the portal's go to the portal", Verb::usage_release);
        release->add_option("NAME", chosen_.name, "An account, or a project: project.portal")->required();
        release->add_option_function<std::string>(
            "--month", [this](const std::string& text) { chosen_.month = month(text); },
            "YYYY-MM; default: the current month");
        release->add_flag("--yes", chosen_.yes, "Don't ask");
        auto* corrections = command(usage, "corrections",
            "Show which figures of final days were changed, when and by whom", Verb::usage_corrections);
        corrections->add_option("--last", chosen_.most, "How many, newest first")
            ->check(CLI::Range(1, 100000))
            ->capture_default_str();
    }

    void completion()
    {
        auto* made = command(app_, "completion",
            "Print a script for tab completion; the packages put one in place for each shell",
            Verb::completion);
        made->add_option("SHELL", shell_, "bash, zsh or fish")
            ->required()
            ->transform(CLI::CheckedTransformer(std::map<std::string, Shell> { { "bash", Shell::bash },
                                                    { "zsh", Shell::zsh }, { "fish", Shell::fish } })
                            .description(""));
    }

    void portal(bool with_operations)
    {
        auto* portal = app_.add_subcommand("portal",
            "Call any operation of the portal with the agent's own token; ask before what changes something");
        portal->footer(exit_codes);
        portal->fallthrough();
        portal->require_subcommand(1);
        command(*portal, "doctor",
            "Hold what the portal says in one place against what it says in others, and against our figures",
            Verb::portal_doctor);
        command(*portal, "operations", "List the portal's operations, with their parameters",
            Verb::portal_operations);
        if (with_operations)
            add_portal_commands(*portal, chosen_.portal, chosen_.yes, chosen_.dry_run,
                [this] { chosen_.verb = Verb::portal_call; });
    }

    static Day first_day(const std::string& text)
    {
        if (auto month = parse_month(text))
            return Day { *month / 1 };
        return one_day(text);
    }

    static Day last_day(const std::string& text)
    {
        if (auto month = parse_month(text))
            return Day { (*month + std::chrono::months { 1 }) / 1 } - std::chrono::days { 1 };
        return one_day(text);
    }

    static Day one_day(const std::string& text)
    {
        auto day = parse_day(text);
        if (!day)
            throw CLI::ValidationError("a day", day.error().text);
        return *day;
    }

    static Instant moment(const std::string& option, const std::string& text)
    {
        if (auto day = parse_day(text))
            return Instant { *day };
        auto instant = parse_instant(text);
        if (!instant)
            throw CLI::ValidationError(option, instant.error().text);
        return *instant;
    }

    /// The first moment after a day, or after a second.
    static Instant end_of(const std::string& option, const std::string& text)
    {
        if (auto day = parse_day(text))
            return Instant { *day + std::chrono::days { 1 } };
        return moment(option, text) + Seconds { 1 };
    }

    static Kind kind(const std::string& text)
    {
        const auto parsed = parse_kind(text);
        if (!parsed)
            throw CLI::ValidationError("--kind", "\"" + text + "\" is no kind of record");
        return *parsed;
    }

    static Month month(const std::string& text)
    {
        auto parsed = parse_month(text);
        if (!parsed)
            throw CLI::ValidationError("--month", parsed.error().text);
        return *parsed;
    }

    Arguments chosen_;
    Shell shell_ = Shell::bash;
    CLI::App app_ { "", "site-agent" };
};

} // namespace

Parsed parse_arguments(int argc, char** argv)
{
    const auto with_portal = std::any_of(argv, argv + argc, [](const char* word) {
        return std::string_view(word) == "portal" || std::string_view(word) == "completion";
    });
    return CommandLine(with_portal).parse(argc, argv);
}

} // namespace site
