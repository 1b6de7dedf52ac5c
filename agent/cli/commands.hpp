#pragma once

#include "cli/arguments.hpp"
#include "cli/screen.hpp"
#include "config/config.hpp"
#include "daemon/agent.hpp"
#include "system/file_lock.hpp"
#include "system/stop_signals.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace site {

/// What every command works with.
struct Desk {
    const Arguments& arguments;
    const Screen& screen;
    const Clock& clock;
    StopSignals& signals;
    Config config;

    /// Progress as one line that a terminal overwrites, else a line each; waiting for the lock is told.
    [[nodiscard]] Hooks hooks() const;
    /// Whether the person says yes; without a terminal only `--yes` does.
    [[nodiscard]] bool confirmed(const std::string& question) const;
    /// The writer lock; waits for another writer as long as the configuration says, and tells so.
    [[nodiscard]] Result<std::shared_ptr<const FileLock>> writer(std::string_view what) const;
    /// Prints an error as the command's answer; returns its exit code.
    int fail(const Error&) const;
};

/// Needs no configuration.
int command_portal_operations(const Screen&);
// Each runs one verb and returns the exit code.
int command_plan(Desk&);
int command_apply(Desk&);
int command_adopt(Desk&);
int command_orphans(Desk&);
int command_explain(Desk&);
int command_metrics(Desk&);
int command_status(Desk&);
int command_storage(Desk&);
int command_storage_read(Desk&);
int command_storage_report(Desk&);
int command_check(Desk&);
int command_usage_show(Desk&);
int command_usage_collect(Desk&);
int command_usage_backfill(Desk&);
int command_usage_recompute(Desk&);
int command_usage_explain(Desk&);
int command_usage_release(Desk&);
int command_usage_corrections(Desk&);
int command_usage_report(Desk&);
int command_journal(Desk&);
int command_journal_verify(Desk&);
int command_journal_export(Desk&);
int command_journal_compact(Desk&);
int command_backup(Desk&);
int command_restore(Desk&);
int command_outbox_show(Desk&);
int command_outbox_send(Desk&);
int command_config_show(Desk&);
int command_portal_call(Desk&);
int command_portal_doctor(Desk&);

/// For the journal: `apply by root (sudo by eve)`. SUDO_USER is what sudo says of the person behind root; it
/// proves nothing.
std::string asker(std::string_view verb);
void end_progress(const Screen&);

/// Loads the configuration and runs the verb; every problem of the file is printed, one line each.
int run_command(const Arguments&, const Screen&, const Clock&, StopSignals&);

} // namespace site
