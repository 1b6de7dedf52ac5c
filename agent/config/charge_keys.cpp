#include "config/factor.hpp"
#include "config/key_binding.hpp"

namespace site::detail {
namespace {

using namespace std::chrono_literals;

constexpr Seconds day { 86400 };

void put_named(std::map<std::string, Factor>& factors, const Value& value)
{
    for (const auto& entry : std::get<std::vector<std::string>>(value)) {
        const auto named = named_factor(entry); // by its rule
        factors.insert_or_assign(named->first, named->second);
    }
}

void put_gpus(Target& target, const Value& value)
{
    put_named(target.cluster->usage.charge.gpus, value);
}

void put_partitions(Target& target, const Value& value)
{
    put_named(target.cluster->usage.charge.partitions, value);
}

void put_qos(Target& target, const Value& value)
{
    put_named(target.cluster->usage.charge.qos, value);
}

void put_shard(Target& target, const Value& value)
{
    target.cluster->usage.charge.shard = *factor(std::get<std::string>(value));
}

template <class Member> auto charge(Member ChargeConfig::*member)
{
    return
        [member](Target& target, const Value& value) { assign(target.cluster->usage.charge.*member, value); };
}

void nothing(Target&, const Value&)
{
}

} // namespace

// clang-format off
std::vector<Key> charge_keys()
{
    return {
        { "clusters[].usage.charge", SectionType {}, "{}", "What a run of a job is charged.", nothing },
        { "clusters[].usage.charge.requeued", BoolType {}, "true",
            "Runs that were requeued.", charge(&ChargeConfig::requeued) },
        { "clusters[].usage.charge.preempted", BoolType {}, "true",
            "Runs that were preempted.", charge(&ChargeConfig::preempted) },
        { "clusters[].usage.charge.node_failed", BoolType {}, "true",
            "Runs whose node failed.", charge(&ChargeConfig::node_failed) },
        { "clusters[].usage.charge.suspended", BoolType {}, "false",
            "Time in which a job was suspended.", charge(&ChargeConfig::suspended) },
        { "clusters[].usage.charge.minimum", DurationType { 0s, 1h }, "0s",
            "The least that a run which ended is charged.", charge(&ChargeConfig::minimum) },
        { "clusters[].usage.charge.runaway_after", DurationType { 0s, 366 * day }, "1d",
            "A job that still runs so long past its time limit is charged no more, and reported.",
            charge(&ChargeConfig::runaway_after) },
        { "clusters[].usage.charge.gpus", TextListType { &named_factor_rule }, "[]",
            "How many GPUs one of a type counts for in a node's share, such as 1g.5gb=1/7.", put_gpus },
        { "clusters[].usage.charge.shard", TextType { &factor_rule }, "0",
            "How much of a GPU one gres/shard counts for in a node's share.", put_shard },
        { "clusters[].usage.charge.partitions", TextListType { &named_factor_rule }, "[]",
            "What node-seconds in a partition are multiplied by, such as old=0.5.", put_partitions },
        { "clusters[].usage.charge.qos", TextListType { &named_factor_rule }, "[]",
            "The same of a QOS, on top of the partition's, such as urgent=2.", put_qos },
    };
}
// clang-format on

} // namespace site::detail
