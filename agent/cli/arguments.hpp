#pragma once

#include "api/records.hpp"
#include "cli/portal_arguments.hpp"
#include "cli/screen.hpp"
#include "model/time.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace site {

enum class Verb : std::uint8_t {
    plan,
    apply,
    adopt,
    orphans,
    explain,
    metrics,
    run,
    status,
    check,
    usage_show,
    usage_collect,
    usage_backfill,
    usage_recompute,
    usage_explain,
    usage_release,
    usage_corrections,
    usage_report,
    storage,
    storage_read,
    storage_report,
    journal,
    journal_verify,
    journal_export,
    journal_compact,
    backup,
    restore,
    outbox_show,
    outbox_send,
    config_show,
    portal_call,
    portal_doctor,
    portal_operations,
    completion,
    config_check
};

/// What the command line asks for.
struct Arguments {
    Verb verb = Verb::plan;
    std::filesystem::path config = "/etc/site-agent/site-agent.yaml";
    Form form = Form::text;
    ColourChoice colour = ColourChoice::automatic;
    bool commands = false; ///< plan, journal
    std::filesystem::path snapshot; ///< plan
    std::vector<std::string> allow; ///< apply: guards
    std::string plan; ///< apply --allow: id of the printed plan
    std::vector<std::string> names; ///< adopt
    bool all = false; ///< adopt
    bool marked = false; ///< adopt
    bool record_only = false; ///< adopt
    bool yes = false; ///< don't ask
    bool dry_run = false; ///< run, usage recompute
    std::optional<Month> month; ///< usage, usage release, usage report, storage report
    std::optional<Day> from; ///< usage backfill, usage recompute
    std::optional<Day> to; ///< the same: the last one
    std::uint32_t pause = 1; ///< the same: seconds from one day to the next
    std::uint64_t job = 0; ///< usage explain
    bool by_user = false; ///< usage
    bool no_send = false; ///< usage collect
    std::size_t most = 50; ///< journal, usage corrections
    std::optional<Instant> since; ///< journal, journal export
    std::optional<Instant> until; ///< journal, journal export: only before then
    std::string name; ///< journal, explain, usage release
    std::string user; ///< journal, usage
    std::optional<Kind> kind; ///< journal
    bool unfinished = false; ///< journal
    bool as_user = false; ///< explain
    bool as_project = false; ///< explain
    std::string head; ///< journal verify
    std::optional<Instant> before; ///< journal compact
    std::filesystem::path file; ///< backup, restore
    std::filesystem::path folder; ///< backup, usage report, storage report
    std::string project; ///< usage report, storage report, usage
    std::filesystem::path svg; ///< usage
    std::string volume; ///< storage
    bool users = false; ///< storage
    std::optional<std::uint32_t> over; ///< storage: percent
    PortalArguments portal;
};

/// Either what to do, or an exit code because the line was answered already (help, version, an error that
/// was printed).
struct Parsed {
    std::optional<Arguments> arguments;
    int exit_code = 0;
};

Parsed parse_arguments(int argc, char** argv);

} // namespace site
