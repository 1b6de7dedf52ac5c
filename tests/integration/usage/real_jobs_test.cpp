#include "integration/usage/ledger_file.hpp"
#include "support/agent_home.hpp"
#include "support/slurm_sandbox.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <thread>

namespace site {
namespace {

/// Not what the machines have: the configured shape is what counts.
constexpr WholeNode node { .cpus = 7, .gpus = 3, .memory = 40000, .billing = 30 };

AgentHome::Options options(const SlurmSandbox& slurm)
{
    return { .portal_url = "http://127.0.0.1:9", // nothing is sent
        .slurm_conf = slurm.conf(),
        .slurm_more = "      default_node: {cpus: 7, gpus: 3, memory: 40000M, billing: 30}\n",
        .portal_more = {} };
}

/// Jobs of users on a Slurm of its own, and an agent that reads them.
class RealJobs : public testing::Test {
protected:
    RealJobs() : agent(options(slurm))
    {
        agent.environment = slurm.environment();
        EXPECT_TRUE(slurm.slurm("sacctmgr", { "-i", "add", "account", "p1,p2" }).exit.ok());
        EXPECT_TRUE(slurm.slurm("sacctmgr", { "-i", "add", "user", "u001,u002,u003,u004", "account=p1,p2" })
                        .exit.ok());
    }

    /// Its id.
    std::string submit(const std::string& user, const std::string& account, std::vector<std::string> more,
        const std::string& script)
    {
        std::vector<std::string> words { "sbatch", "--parsable", "-A", account, "-t", "20", "-o",
            "/dev/null" };
        words.insert(words.end(), more.begin(), more.end());
        words.push_back("--wrap=" + script);
        const auto output = slurm.as(user, words);
        EXPECT_TRUE(output.exit.ok()) << output.exit.errors;
        ++submitted;
        return output.text.substr(0, output.text.find('\n'));
    }

    void scontrol(std::vector<std::string> words)
    {
        const auto output = slurm.slurm("scontrol", words);
        EXPECT_TRUE(output.exit.ok()) << output.text << output.exit.errors;
    }

    void cancel(const std::string& job) { (void)slurm.slurm("scancel", { job }); }

    std::string state(const std::string& job)
    {
        auto text = slurm.slurm("squeue", { "-h", "-t", "all", "-j", job, "-o", "%T" }).text;
        return text.substr(0, text.find('\n'));
    }

    /// Jobs by number in the queue, whatever they do there.
    std::string queue()
    {
        return slurm.slurm("squeue", { "-h", "-t", "PD,R,S,CG,CF", "-S", "i", "-o", "%i %t" }).text;
    }

    static void wait_for(const std::string& what, const std::function<bool()>& there)
    {
        const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(2);
        while (!there()) {
            ASSERT_LT(std::chrono::steady_clock::now(), until) << "still not: " << what;
            std::this_thread::sleep_for(std::chrono::milliseconds(200));
        }
    }

    /// It has run for a second and goes on.
    void wait_until_it_has_run(const std::string& job)
    {
        wait_for(job + " runs", [&] { return state(job) == "RUNNING"; });
        std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    }

    std::string number(const std::string& what)
    {
        auto text = slurm.sql("SELECT COUNT(*) FROM sandbox_job_table WHERE " + what);
        return text.substr(0, text.find('\n'));
    }

    void submit_of_all_sizes();
    void submit_with_hostile_names();
    void requeue_some();
    void cancel_some();
    void suspend_some();
    void lose_a_node();
    /// Reads, and holds what it has against the accounting database.
    LedgerFile collected();

    SlurmSandbox slurm;
    AgentHome agent;
    int submitted = 0;
    int runs = 0; ///< of those that got resources, for a second or longer
};

void RealJobs::submit_of_all_sizes()
{
    const std::vector<std::string> users { "u001", "u002", "u003", "u004" };
    for (std::size_t i = 0; i < 8; ++i) {
        std::vector<std::string> size { "-n", std::to_string(1 + i % 3), "--mem",
            std::to_string(150 + i * 1111) };
        if (i % 4 == 0)
            size.push_back("--gpus=1");
        (void)submit(users[i % 4], i % 2 == 0 ? "p1" : "p2", size, "sleep " + std::to_string(1 + i % 3));
    }
    (void)submit("u001", "p2", { "-N", "2", "-n", "4" }, "sleep 2");
    (void)submit("u002", "p1", { "--array=1-6%3" }, "sleep 1");
    (void)submit("u003", "p1", {}, "sleep 1; exit 3");
    (void)submit("u003", "p2", { "--gpus=2" }, "sleep 2; kill -SEGV $$");
    runs += 8 + 1 + 6 + 2;
    submitted += 5; // the array's others
}

void RealJobs::submit_with_hostile_names()
{
    const std::vector<std::string> names { "a|b|c", "two\nlines", "1|sandbox|p2|u004|main\n2|sandbox",
        "caf\xe9 \xff\xfe", "'single' and \"double\"", "back\\slash\\", std::string(1000, 'x'),
        "%s%n ${HOME} $(id)", "\xf0\x9f\x92\xa5 \t tab", "; DROP TABLE sandbox_job_table; --" };
    for (const auto& name : names)
        (void)submit("u004", "p1", { "--comment=" + name, "-J", name }, "sleep 1");
    runs += static_cast<int>(names.size());
}

/// Two come to a second run and its end, one is cancelled before.
void RealJobs::requeue_some()
{
    std::vector<std::string> jobs;
    for (const auto* user : { "u001", "u002", "u003" })
        jobs.push_back(submit(user, "p1", { "-n", "2" }, "sleep 20"));
    for (const auto& job : jobs)
        wait_until_it_has_run(job);
    for (const auto& job : jobs)
        scontrol({ "requeue", job });
    for (const auto& job : jobs)
        wait_for(job + " is requeued", [&] { return state(job) == "PENDING"; });
    cancel(jobs[2]);
    for (const auto& job : { jobs[0], jobs[1] }) // its turn is two minutes later otherwise
        scontrol({ "update", "JobId=" + job, "StartTime=now" });
    runs += 5;
}

void RealJobs::cancel_some()
{
    const auto held = submit("u001", "p1", { "--hold" }, "sleep 1");
    const auto later = submit("u002", "p2", { "--begin=now+1hour" }, "sleep 1");
    const auto array = submit("u003", "p1", { "--array=1-3", "--hold" }, "sleep 1");
    std::vector<std::string> running;
    for (const auto* user : { "u001", "u002", "u004" })
        running.push_back(submit(user, "p2", { "--mem=900" }, "sleep 600"));
    for (const auto& job : running)
        wait_until_it_has_run(job);
    for (const auto& job : { held, later, array, running[0], running[1], running[2] })
        cancel(job);
    runs += 3;
}

/// One runs on to its end, one is suspended twice, one is cancelled while it is suspended.
void RealJobs::suspend_some()
{
    std::vector<std::string> jobs;
    for (const auto* user : { "u002", "u003", "u004" })
        jobs.push_back(submit(user, "p2", { "-n", "3" }, "sleep 30"));
    for (const auto& job : jobs)
        wait_until_it_has_run(job);
    for (const auto& job : jobs)
        scontrol({ "suspend", job });
    std::this_thread::sleep_for(std::chrono::seconds(2));
    scontrol({ "resume", jobs[0] });
    scontrol({ "resume", jobs[1] });
    cancel(jobs[2]);
    wait_until_it_has_run(jobs[1]);
    scontrol({ "suspend", jobs[1] });
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    scontrol({ "resume", jobs[1] });
    runs += 3;
    // What runs on a node that is lost would be requeued.
    wait_for("nothing runs", [&] { return queue().empty(); });
}

void RealJobs::lose_a_node()
{
    const auto job = submit("u001", "p2", { "-w", "n2", "--no-requeue" }, "sleep 600");
    wait_until_it_has_run(job);
    scontrol({ "update", "NodeName=n2", "State=DOWN", "Reason=test" });
    wait_for(job + " is lost", [&] { return state(job) == "NODE_FAIL"; });
    // It may come back by itself, and is then no node to resume.
    (void)slurm.slurm("scontrol", { "update", "NodeName=n2", "State=RESUME" });
    wait_for("n2 is back", [&] {
        return slurm.slurm("sinfo", { "-h", "-N", "-n", "n2", "-t", "idle,mix", "-o", "%N" }).text == "n2\n";
    });
    ++runs;
}

LedgerFile RealJobs::collected()
{
    agent.expect(0, { "usage", "collect", "--no-send" });
    auto ledger = ledger_file(agent.path("state/state.db"));
    EXPECT_EQ(ledger.incomplete, 0);
    EXPECT_THAT(ledger.lines, testing::ElementsAreArray(used_by_job_table(slurm, ledger.days, node, 0)));
    EXPECT_EQ(ledger.jobs, runs);
    EXPECT_GT(ledger.least, 0) << "nothing was measured of something";
    return ledger;
}

TEST_F(RealJobs, WhatTheyUsedIsWhatTheAccountingDatabaseItselfSays)
{
    submit_of_all_sizes();
    submit_with_hostile_names();
    requeue_some();
    cancel_some();
    suspend_some();
    lose_a_node();
    wait_for("all have ended", [&] { return queue().empty(); });
    EXPECT_GE(submitted, 40);

    // The last that slurmdbd hears of: when it has them, it has the others.
    const auto suspended = submit("u001", "p1", { "-n", "2" }, "sleep 600");
    const auto running = submit("u002", "p1", { "-N", "2", "-n", "3", "--gpus=2" }, "sleep 600");
    const auto held = submit("u003", "p1", { "--hold" }, "sleep 600");
    wait_until_it_has_run(suspended);
    scontrol({ "suspend", suspended });
    wait_until_it_has_run(running);
    wait_for("slurmdbd knows them", [&] {
        return number("time_start > 0 AND time_end = 0 AND state = 1") == "1"
            && number("time_end = 0 AND state = 2") == "1";
    });
    runs += 2;
    EXPECT_EQ(number("state = 4 AND tres_alloc = ''"), "4") << "cancelled while they waited";
    // Slurm books its end as of the moment when it was suspended.
    EXPECT_EQ(number("state = 4 AND job_db_inx IN (SELECT job_db_inx FROM sandbox_suspend_table)"), "1")
        << "cancelled while it was suspended";
    EXPECT_EQ(number("state = 3 AND time_suspended > 0"), "2") << "suspended and resumed";
    EXPECT_EQ(number("state = 7"), "1") << "lost with its node";
    EXPECT_EQ(number("id_job IN (SELECT id_job FROM sandbox_job_table GROUP BY id_job HAVING COUNT(*) = 2)"
                     " AND state = 3"),
        "2")
        << "ended in their second run";
    const auto while_two_go_on = collected();

    for (const auto& job : { suspended, running, held })
        cancel(job);
    wait_for("slurmdbd knows their ends", [&] { return number("time_end = 0") == "0"; });
    const auto at_the_end = collected();
    EXPECT_NE(while_two_go_on.lines, at_the_end.lines);
}

} // namespace
} // namespace site
