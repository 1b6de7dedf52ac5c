#include "cli/commands.hpp"

#include "cli/exit_code.hpp"
#include "daemon/daemon.hpp"
#include "daemon/writer_lock.hpp"
#include "system/log.hpp"

#include <boost/json.hpp>

#include <unistd.h>

#include <iostream>

namespace site {
namespace {

int print_problems(const std::vector<Problem>& problems, const Screen& screen)
{
    if (screen.form == Form::json) {
        boost::json::array all;
        for (const auto& problem : problems)
            all.push_back(boost::json::object { { "file", problem.file.string() }, { "line", problem.line },
                { "column", problem.column }, { "key", problem.key }, { "text", problem.text } });
        screen.out << boost::json::serialize(boost::json::object { { "problems", std::move(all) } }) << "\n";
        return exit_code::usage;
    }
    for (const auto& problem : problems)
        screen.messages << text(problem) << "\n";
    return exit_code::usage;
}

int dispatch(Desk& desk)
{
    switch (desk.arguments.verb) {
    case Verb::plan:
        return command_plan(desk);
    case Verb::apply:
        return command_apply(desk);
    case Verb::adopt:
        return command_adopt(desk);
    case Verb::orphans:
        return command_orphans(desk);
    case Verb::explain:
        return command_explain(desk);
    case Verb::metrics:
        return command_metrics(desk);
    case Verb::run:
        return run_daemon(std::move(desk.config), { desk.arguments.config, desk.arguments.dry_run },
            desk.signals, desk.clock);
    case Verb::status:
        return command_status(desk);
    case Verb::check:
        return command_check(desk);
    case Verb::usage_show:
        return command_usage_show(desk);
    case Verb::usage_collect:
        return command_usage_collect(desk);
    case Verb::usage_backfill:
        return command_usage_backfill(desk);
    case Verb::usage_recompute:
        return command_usage_recompute(desk);
    case Verb::usage_explain:
        return command_usage_explain(desk);
    case Verb::usage_release:
        return command_usage_release(desk);
    case Verb::usage_corrections:
        return command_usage_corrections(desk);
    case Verb::usage_report:
        return command_usage_report(desk);
    case Verb::storage:
        return command_storage(desk);
    case Verb::storage_read:
        return command_storage_read(desk);
    case Verb::storage_report:
        return command_storage_report(desk);
    case Verb::journal:
        return command_journal(desk);
    case Verb::journal_verify:
        return command_journal_verify(desk);
    case Verb::journal_export:
        return command_journal_export(desk);
    case Verb::journal_compact:
        return command_journal_compact(desk);
    case Verb::backup:
        return command_backup(desk);
    case Verb::restore:
        return command_restore(desk);
    case Verb::outbox_show:
        return command_outbox_show(desk);
    case Verb::outbox_send:
        return command_outbox_send(desk);
    case Verb::config_show:
        return command_config_show(desk);
    case Verb::portal_call:
        return command_portal_call(desk);
    case Verb::portal_doctor:
        return command_portal_doctor(desk);
    case Verb::portal_operations:
    case Verb::completion:
    case Verb::config_check:
        break;
    }
    if (desk.screen.form == Form::json)
        desk.screen.out << "{\"problems\":[]}\n";
    else
        desk.screen.out << desk.arguments.config.string() << ": good\n";
    return exit_code::ok;
}

} // namespace

Hooks Desk::hooks() const
{
    Hooks hooks;
    hooks.stop = [this] { return signals.stop_requested(); };
    hooks.waiting
        = [this](const std::string& holder) { screen.messages << "waiting for " << holder << std::endl; };
    hooks.progress = [this](const Progress& progress) {
        auto line = progress.doing;
        if (progress.total > 0)
            line += ": " + std::to_string(progress.done) + " of " + std::to_string(progress.total);
        if (screen.terminal)
            screen.messages << "\r\033[K" << line
                            << (progress.total > 0 && progress.done == progress.total ? "\r\033[K" : "")
                            << std::flush;
        else if (progress.total > 0)
            screen.messages << line << std::endl;
    };
    return hooks;
}

bool Desk::confirmed(const std::string& question) const
{
    if (arguments.yes)
        return true;
    if (::isatty(STDIN_FILENO) == 0) {
        screen.messages << question << " Not asked, since nobody can answer: --yes says so beforehand.\n";
        return false;
    }
    screen.messages << question << " [y/N] " << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

Result<std::shared_ptr<const FileLock>> Desk::writer(std::string_view what) const
{
    return take_writer_lock(
        config, what, clock, [this] { return signals.stop_requested(); }, hooks().waiting);
}

int Desk::fail(const Error& error) const
{
    if (screen.terminal)
        screen.messages << "\r\033[K";
    if (screen.form == Form::json)
        screen.out << boost::json::serialize(
            boost::json::object { { "error", error.text }, { "code", name(error.code) } })
                   << "\n";
    else
        screen.messages << "site-agent: " << error.text << "\n";
    return error.code == Errc::invalid ? exit_code::usage : exit_code::error;
}

int run_command(const Arguments& arguments, const Screen& screen, const Clock& clock, StopSignals& signals)
{
    if (arguments.verb == Verb::portal_operations)
        return command_portal_operations(screen);
    auto loaded = load_config(arguments.config);
    if (!loaded.problems.empty())
        return print_problems(loaded.problems, screen);
    if (auto set = log_setup(loaded.config.log_level,
            loaded.config.log_format == LogFormat::json ? LogStyle::json : LogStyle::text);
        !set) {
        screen.messages << "site-agent: " << set.error().text << "\n";
        return exit_code::error;
    }
    Desk desk { arguments, screen, clock, signals, std::move(loaded.config) };
    return dispatch(desk);
}

} // namespace site
