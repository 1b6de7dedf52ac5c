#include "unit/config/sample.hpp"

namespace site::test {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

TEST(ParseConfig, GivesEveryMissingKeyTheDefaultOfItsStruct)
{
    const auto config = good(sample);
    const Config fresh;
    EXPECT_EQ(config.state, fresh.state);
    EXPECT_EQ(config.runtime, fresh.runtime);
    EXPECT_EQ(config.mode, fresh.mode);
    EXPECT_EQ(config.log_level, fresh.log_level);
    EXPECT_EQ(config.log_format, fresh.log_format);
    EXPECT_EQ(config.cycle_interval, fresh.cycle_interval);
    EXPECT_EQ(config.usage_interval, fresh.usage_interval);
    EXPECT_EQ(config.status_interval, fresh.status_interval);
    EXPECT_EQ(config.member_grace, fresh.member_grace);
    EXPECT_EQ(config.allocation_grace, fresh.allocation_grace);
    EXPECT_EQ(config.snapshot_max_age, fresh.snapshot_max_age);
    EXPECT_EQ(config.lock_wait, fresh.lock_wait);
    EXPECT_EQ(config.guards.most_taken, fresh.guards.most_taken);
    EXPECT_EQ(config.guards.most_taken_share, fresh.guards.most_taken_share);
    EXPECT_EQ(config.guards.protected_names, fresh.guards.protected_names);
    EXPECT_EQ(config.guards.lowest_uid, fresh.guards.lowest_uid);
    EXPECT_EQ(config.guards.clock_skew, fresh.guards.clock_skew);
}

TEST(ParseConfig, GivesThePortalTheDefaultsOfItsStruct)
{
    const auto config = good(sample);
    ASSERT_THAT(config.portals, SizeIs(1));
    const auto& portal = config.portals.front();
    const PortalConfig fresh;
    EXPECT_EQ(portal.name, "main");
    EXPECT_EQ(portal.url, "https://portal.example.org");
    EXPECT_EQ(portal.identifier, "brics");
    EXPECT_EQ(portal.token.file, "/etc/site-agent/token");
    EXPECT_EQ(portal.token.credential, "");
    EXPECT_FALSE(portal.oidc);
    EXPECT_EQ(portal.ca_file, "");
    EXPECT_EQ(portal.proxy, "");
    EXPECT_EQ(portal.connect_timeout, fresh.connect_timeout);
    EXPECT_EQ(portal.request_timeout, fresh.request_timeout);
    EXPECT_EQ(portal.connections, fresh.connections);
    EXPECT_EQ(portal.page_size, fresh.page_size);
    EXPECT_EQ(portal.most_body, fresh.most_body);
    EXPECT_EQ(portal.retries, fresh.retries);
}

TEST(ParseConfig, GivesTheClusterTheDefaultsOfItsStruct)
{
    const auto config = good(sample);
    ASSERT_THAT(config.clusters, SizeIs(1));
    const auto& cluster = config.clusters.front();
    const ClusterConfig fresh;
    EXPECT_EQ(cluster.limit_unit, fresh.limit_unit);
    EXPECT_EQ(cluster.resolve_people, fresh.resolve_people);
    EXPECT_EQ(cluster.usage.components.size(), 0U);
    EXPECT_EQ(cluster.usage.per_user, fresh.usage.per_user);
    EXPECT_EQ(cluster.usage.close_after, fresh.usage.close_after);
    EXPECT_EQ(cluster.usage.zone_offset, fresh.usage.zone_offset);
    ASSERT_TRUE(cluster.slurm);
    const SlurmSettings slurm;
    EXPECT_EQ(cluster.slurm->programs, slurm.programs);
    EXPECT_EQ(cluster.slurm->conf, slurm.conf);
    EXPECT_EQ(cluster.slurm->parent_account, slurm.parent_account);
    EXPECT_EQ(cluster.slurm->accounts, slurm.accounts);
    EXPECT_EQ(cluster.slurm->retire, slurm.retire);
    EXPECT_EQ(cluster.slurm->on_exhausted, slurm.on_exhausted);
    EXPECT_EQ(cluster.slurm->default_qos, slurm.default_qos);
    EXPECT_EQ(cluster.slurm->qos, slurm.qos);
    EXPECT_EQ(cluster.slurm->downscaled_qos, slurm.downscaled_qos);
    EXPECT_EQ(cluster.slurm->fairshare, slurm.fairshare);
    EXPECT_EQ(cluster.slurm->partitions, slurm.partitions);
    EXPECT_EQ(cluster.slurm->default_node, slurm.default_node);
    EXPECT_EQ(cluster.slurm->nodes, slurm.nodes);
    EXPECT_EQ(cluster.slurm->cap_tolerance, slurm.cap_tolerance);
    EXPECT_EQ(cluster.slurm->read_deadline, slurm.read_deadline);
    EXPECT_EQ(cluster.slurm->change_deadline, slurm.change_deadline);
}

TEST(ParseConfig, ReadsEverySettingOfTheSite)
{
    const auto config = good(sample + R"(state_dir: /srv/agent/
runtime_dir: /run/a
plugin_dir: /opt/site-agent/plugins
mode: audit
log: {level: debug, format: json}
intervals: {cycle: 90s, usage: 5m, status: 2h}
grace: {members: 1s, allocations: 30d}
snapshot: {max_age: 0s}
lock_wait: 0s
guards: {most_taken: 0, most_taken_share: 25%, protected_names: [alice, _svc.1], lowest_uid: 5000, clock_skew: 30s}
)");
    EXPECT_EQ(config.file, "a.yaml");
    EXPECT_EQ(config.state, "/srv/agent");
    EXPECT_EQ(config.runtime, "/run/a");
    EXPECT_EQ(config.plugins, "/opt/site-agent/plugins");
    EXPECT_EQ(config.mode, OperatingMode::audit);
    EXPECT_EQ(config.log_level, "debug");
    EXPECT_EQ(config.log_format, LogFormat::json);
    EXPECT_EQ(config.cycle_interval, Seconds { 90 });
    EXPECT_EQ(config.usage_interval, Seconds { 300 });
    EXPECT_EQ(config.status_interval, Seconds { 7200 });
    EXPECT_EQ(config.member_grace, Seconds { 1 });
    EXPECT_EQ(config.allocation_grace, Seconds { 30 * 86400 });
    EXPECT_EQ(config.snapshot_max_age, Seconds { 0 });
    EXPECT_EQ(config.lock_wait, Seconds { 0 });
    EXPECT_EQ(config.guards.most_taken, 0U);
    EXPECT_EQ(config.guards.most_taken_share, 25U);
    EXPECT_THAT(config.guards.protected_names, ElementsAre("alice", "_svc.1"));
    EXPECT_EQ(config.guards.lowest_uid, 5000U);
    EXPECT_EQ(config.guards.clock_skew, Seconds { 30 });
}

TEST(ParseConfig, ReadsEverySettingOfThePortal)
{
    const auto config = good(sample_with("    token_file: /etc/site-agent/token\n", R"(    oidc:
      token_url: https://login.example.org/token
      client_id: agent
      client_secret_credential: client-secret
      scope: openid portal
    ca_file: /etc/ca.pem
    proxy: http://Proxy.example.org:3128/
    connect_timeout: 3s
    request_timeout: 2m
    connections: 8
    page_size: 50
    most_body: 512KiB
    retries: 0
)"));
    ASSERT_THAT(config.portals, SizeIs(1));
    const auto& portal = config.portals.front();
    ASSERT_TRUE(portal.oidc);
    EXPECT_EQ(portal.oidc->token_url, "https://login.example.org/token");
    EXPECT_EQ(portal.oidc->client_id, "agent");
    EXPECT_EQ(portal.oidc->client_secret.credential, "client-secret");
    EXPECT_EQ(portal.oidc->client_secret.file, "");
    EXPECT_EQ(portal.oidc->scope, "openid portal");
    EXPECT_EQ(portal.token.file, "");
    EXPECT_EQ(portal.ca_file, "/etc/ca.pem");
    EXPECT_EQ(portal.proxy, "http://proxy.example.org:3128");
    EXPECT_EQ(portal.connect_timeout, Seconds { 3 });
    EXPECT_EQ(portal.request_timeout, Seconds { 120 });
    EXPECT_EQ(portal.connections, 8U);
    EXPECT_EQ(portal.page_size, 50U);
    EXPECT_EQ(portal.most_body, 512U * 1024);
    EXPECT_EQ(portal.retries, 0U);
}

TEST(ParseConfig, ReadsEverySettingOfTheCluster)
{
    const auto config = good(sample_with("    slurm: {}\n", R"(    limit_unit: node-days
    resolve_people: false
    slurm:
      programs: /opt/slurm/bin
      conf: /etc/slurm/slurm.conf
      parent_account: portal
      accounts: by_customer
      retire: delete
      on_exhausted: kill
      default_qos: normal
      qos: [normal, low]
      downscaled_qos: low
      fairshare: 7
      partitions: [gpu, Cpu]
      default_node: {cpus: 128, gpus: 4, memory: 500G, billing: 9}
      nodes: {gpu: {cpus: 64}, Cpu: {memory: 1024K}}
      cap_tolerance: 2.5%
      read_deadline: 10s
      change_deadline: 1h
    usage:
      components:
        node: {measure: node, unit: hours}
        cpu_s: {measure: cpu, unit: seconds}
        g: {measure: gpu, unit: minutes}
        b: {measure: billing, unit: days}
        mem: {measure: memory, unit: mb-hours}
        memory: {measure: memory, unit: gb-hours}
      per_user: false
      close_after: 3d
      zone: -03:30
)"));
    ASSERT_THAT(config.clusters, SizeIs(1));
    const auto& cluster = config.clusters.front();
    EXPECT_EQ(cluster.name, "c1");
    EXPECT_EQ(&config.portal_of(cluster), &config.portals.front());
    EXPECT_THAT(cluster.allocations.offerings, ElementsAre(*Uuid::parse("6b3f2a1c58d04e7b9c410d2e8f6a7b15")));
    EXPECT_EQ(cluster.limit_unit, 86400U);
    EXPECT_FALSE(cluster.resolve_people);
    ASSERT_TRUE(cluster.slurm);
    const auto& slurm = *cluster.slurm;
    EXPECT_EQ(slurm.programs, "/opt/slurm/bin");
    EXPECT_EQ(slurm.conf, "/etc/slurm/slurm.conf");
    EXPECT_EQ(slurm.parent_account, "portal");
    EXPECT_EQ(slurm.accounts, AccountTree::by_customer);
    EXPECT_EQ(slurm.retire, Retire::remove);
    EXPECT_EQ(slurm.on_exhausted, OnExhausted::kill);
    EXPECT_EQ(slurm.default_qos, "normal");
    EXPECT_THAT(slurm.qos, ElementsAre("normal", "low"));
    EXPECT_EQ(slurm.downscaled_qos, "low");
    EXPECT_EQ(slurm.fairshare, 7);
    EXPECT_THAT(slurm.partitions, ElementsAre("gpu", "Cpu"));
    EXPECT_EQ(slurm.default_node, (NodeShape { .cpus = 128, .gpus = 4, .memory = 512000, .billing = 9 }));
    EXPECT_EQ(slurm.nodes.at("gpu"), (NodeShape { .cpus = 64 }));
    EXPECT_EQ(slurm.nodes.at("Cpu"), (NodeShape { .memory = 1 }));
    EXPECT_EQ(slurm.cap_tolerance, 25U);
    EXPECT_EQ(slurm.read_deadline, Seconds { 10 });
    EXPECT_EQ(slurm.change_deadline, Seconds { 3600 });
    const auto& components = cluster.usage.components;
    ASSERT_THAT(components, SizeIs(6));
    EXPECT_EQ(components.at("node").unit, 3600U);
    EXPECT_EQ(components.at("cpu_s").measure, Measure::cpu);
    EXPECT_EQ(components.at("cpu_s").unit, 1U);
    EXPECT_EQ(components.at("g").unit, 60U);
    EXPECT_EQ(components.at("b").unit, 86400U);
    EXPECT_EQ(components.at("mem").unit, 3600U);
    EXPECT_EQ(components.at("memory").measure, Measure::memory);
    EXPECT_EQ(components.at("memory").unit, 3600U * 1024);
    EXPECT_FALSE(cluster.usage.per_user);
    EXPECT_EQ(cluster.usage.close_after, Seconds { 3 * 86400 });
    EXPECT_EQ(cluster.usage.zone_offset, Seconds { -12600 });
}

TEST(ParseConfig, TellsEveryProblemAtOnceInTheOrderOfTheFile)
{
    EXPECT_THAT(problems_of(R"(mode: audti
stat_dir: /x
intervals: {cycle: 0s, usage: 15m}
portals:
  - name: main
    url: http://portal.example.org/
    token_file: token
    retries:
clusters:
  - name: C1
    portal: other
    allocations: {offerings: []}
    plugins: [slurm, slurm]
)"),
        ElementsAre("a.yaml:1:7: mode: \"audti\" is not known, allowed is enforce or audit",
            "a.yaml:2:1: stat_dir: is not a known key, did you mean \"state_dir\"?",
            "a.yaml:3:20: intervals.cycle: \"0s\" is too short, allowed is a duration from 1s to 1d, a whole "
            "number "
            "of s, m, h or d",
            "a.yaml:5:5: portals[0].identifier: is missing, allowed is the portal part of its identifiers: a "
            "letter, then at most 63 letters, digits, _ -",
            "a.yaml:6:10: portals[0].url: is not https, and its host is not a loopback one, allowed is an "
            "https "
            "URL such as https://portal.example.org/ (http only for a loopback host)",
            "a.yaml:7:17: portals[0].token_file: is not an absolute path, allowed is the absolute path of a "
            "file",
            "a.yaml:8:5: portals[0].retries: has no value, allowed is a whole number from 0 to 10",
            "a.yaml:10:11: clusters[0].name: \"C1\" has an upper-case letter, allowed is Slurm's ClusterName "
            "in "
            "lower case: at most 40 of a-z, 0-9, _ -",
            "a.yaml:11:5: clusters[0].portal: \"other\" is not a portal of this file, allowed is main",
            "a.yaml:12:5: clusters[0].allocations: says of no allocation that it is this cluster's, allowed "
            "is at "
            "least one entry in service_settings or offerings",
            "a.yaml:13:5: clusters[0].plugins: lists slurm, but there is no section slurm, allowed is slurm: "
            "{} "
            "for its defaults",
            "a.yaml:13:22: clusters[0].plugins[1]: \"slurm\" is listed twice"));
}

} // namespace
} // namespace site::test
