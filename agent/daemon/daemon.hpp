#pragma once

#include "config/config.hpp"
#include "model/time.hpp"
#include "system/stop_signals.hpp"

namespace site {

struct DaemonOptions {
    std::filesystem::path config_file;
    bool dry_run = false; ///< `run --dry-run`: as `mode: audit`, whatever the file says
};

/// The service: cycle, usage and status on their own intervals, until SIGTERM; SIGHUP reads the
/// configuration again, and a bad file keeps the old one. Tells systemd that it is ready and alive.
/// A second daemon on the same runtime folder is refused. Returns the process's exit code.
int run_daemon(Config, const DaemonOptions&, StopSignals&, const Clock&);

} // namespace site
