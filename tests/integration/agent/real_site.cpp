#include "integration/agent/real_site.hpp"

#include <boost/json.hpp>

namespace site {

std::vector<std::pair<std::string, std::string>> RealSite::settings;
std::unique_ptr<SlurmSandbox> RealSite::slurm;

void RealSite::SetUpTestSuite()
{
    slurm = std::make_unique<SlurmSandbox>(settings);
}

void RealSite::TearDownTestSuite()
{
    slurm.reset();
}

RealSite::RealSite()
{
    options.portal_url = portal.url();
    options.slurm_conf = slurm->conf();
    options.member_grace = "1s";
    agent = std::make_unique<AgentHome>(options);
    agent->environment = slurm->environment();
}

void RealSite::TearDown()
{
    slurm->clear();
}

void RealSite::change(const std::string& what, const std::string& json)
{
    const auto reply = portal.control("POST", what, json);
    ASSERT_LT(reply.status, 300) << reply.body;
}

std::string RealSite::submit(
    const std::string& user, const std::string& account, std::vector<std::string> more)
{
    std::vector<std::string> words { "sbatch", "-A", account, "-t", "5", "-o", "/dev/null" };
    words.insert(words.end(), more.begin(), more.end());
    if (more.empty())
        words.insert(words.end(), { "--wrap", "sleep 1" });
    const auto output = slurm->as(user, words);
    return output.exit.ok() ? "" : output.text + output.exit.errors;
}

std::string RealSite::reported(const std::string& component)
{
    const auto reply = portal.ask("GET",
        "/api/marketplace-component-usages/"
        "?resource_uuid=4e500000-0000-4000-8000-000000000001&page_size=100");
    const auto rows = boost::json::parse(reply.body);
    for (const auto& row : rows.as_array())
        if (row.at("type").as_string() == component)
            return std::string(row.at("usage").as_string());
    return {};
}

} // namespace site
