#pragma once

#include "support/temp_dir.hpp"
#include "system/runner.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace site {

/// A real Slurm of the test's own (tests/support/slurm-sandbox), up for as long as the object lives.
class SlurmSandbox {
public:
    /// `settings`: SANDBOX_* variables of the tool. Throws std::runtime_error when it does not come up.
    explicit SlurmSandbox(std::vector<std::pair<std::string, std::string>> settings = {});
    ~SlurmSandbox();
    SlurmSandbox(const SlurmSandbox&) = delete;
    SlurmSandbox& operator=(const SlurmSandbox&) = delete;

    [[nodiscard]] std::string conf() const { return (dir_.path() / "s/etc/slurm.conf").string(); }
    /// SLURM_CONF and the sandbox's Unix users, for a program that asks NSS.
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& environment() const
    {
        return environment_;
    }

    /// Runs a Slurm command as root; its output, whatever it exits with.
    Output slurm(const std::string& program, std::vector<std::string> arguments);
    /// Runs a command as one of the users.
    Output as(const std::string& user, std::vector<std::string> words);
    /// A verb of the tool on this sandbox: `tool("stop", {"slurmdbd"})`. Throws when it fails.
    void tool(const std::string& verb, std::vector<std::string> arguments = {});
    /// What the accounting database says to SQL: rows without header, columns by tabs. Throws when it fails.
    std::string sql(
        const std::string& statements, std::chrono::minutes deadline = std::chrono::minutes { 3 });
    /// Every association as `account|user|field=value ...`, sorted: the state that a test compares.
    std::string associations();
    /// Removes every account but root's, so that the next test starts from nothing.
    void clear();

private:
    Result<Output> call(std::vector<std::string> words);
    TempDir dir_;
    SystemRunner runner_;
    std::vector<std::pair<std::string, std::string>> settings_;
    std::vector<std::pair<std::string, std::string>> environment_;
};

} // namespace site
