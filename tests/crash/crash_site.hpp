#pragma once

#include "support/agent_home.hpp"
#include "support/portal_process.hpp"
#include "support/slurm_book.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace site {

/// A whole site whose every state is a file: the agent's store, Slurm as a book, the portal's database. So it
/// can be put back to where it was, as often as there are points to be killed at.
class CrashSite {
public:
    CrashSite();

    /// Keeps all three as they are now; `put_back` returns to it.
    void keep();
    void put_back();

    /// What matters of how things stand: Slurm's book, what the portal holds, and what the store says is
    /// ours, known, used and reported. Times and numbers that differ from run to run are left out.
    std::string state();
    /// What must hold after every end: no open intent, a journal that proves itself, its last word on each
    /// thing is `done`, ours is what Slurm has, nothing waits in the outbox. Empty, or what does not.
    std::string contradiction();

    /// Changes the portal's data through its control interface.
    void change(const std::string& what, const std::string& json);
    /// Jobs of this month that sacct tells of from now on: one of each user, so many seconds long.
    void jobs_of(const std::vector<std::pair<std::string, std::string>>& account_and_user, int seconds);
    /// Writes the configuration anew after changing `options`.
    void configure() { agent->write_config(options); }

    /// The names of the fault points that an undisturbed run passes, in order.
    std::vector<std::string> passages(const std::vector<std::string>& command);

    SlurmBook slurm;
    AgentHome::Options options;
    std::unique_ptr<AgentHome> agent;

private:
    std::string portal_state();
    std::string store_state();

    TempDir kept_;
    TempDir portal_dir_;
    std::map<std::string, std::string> synced_; ///< each resource's last sync when kept

public:
    PortalProcess portal;
};

std::vector<std::string> lines_of(const std::filesystem::path&);

/// `3x commit, 2x starting`: how often each name was passed.
std::string counted(const std::vector<std::string>& names);

} // namespace site
