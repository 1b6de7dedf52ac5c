#pragma once

#include "support/agent_home.hpp"
#include "support/portal_process.hpp"
#include "support/slurm_sandbox.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace site {

/// Real Slurm, started once for the whole program; a portal and an agent of its own for each test.
class RealSite : public testing::Test {
protected:
    static void SetUpTestSuite();
    static void TearDownTestSuite();

    RealSite();
    void TearDown() override;

    /// Changes the portal's data through its control interface.
    void change(const std::string& what, const std::string& json);
    /// Whether a job of this user for this account is taken; its output otherwise.
    std::string submit(
        const std::string& user, const std::string& account, std::vector<std::string> more = {});
    /// The stored usage of the climate resource for a component, as the portal's text; empty when there is
    /// none.
    std::string reported(const std::string& component);

    static std::vector<std::pair<std::string, std::string>>
        settings; ///< of the sandbox, set before the suite
    static std::unique_ptr<SlurmSandbox> slurm;

    PortalProcess portal;
    AgentHome::Options options;
    std::unique_ptr<AgentHome> agent;
};

} // namespace site
