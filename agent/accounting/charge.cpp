#include "accounting/charge.hpp"

#include <algorithm>
#include <numeric>

namespace site {
namespace {

constexpr std::string_view gpu_type = "gres/gpu:";
constexpr std::string_view shard = "gres/shard";

std::uint64_t seconds(Instant from, Instant to)
{
    return static_cast<std::uint64_t>((to - from).count());
}

std::map<Name, Factor> by_name(const std::map<std::string, Factor>& factors)
{
    std::map<Name, Factor> named;
    for (const auto& [name, factor] : factors)
        named.emplace(Name { name }, factor);
    return named;
}

Factor factor_of(const std::map<Name, Factor>& factors, Name name)
{
    const auto found = factors.find(name);
    return found == factors.end() ? Factor {} : found->second;
}

} // namespace

std::uint64_t Charge::before(Instant at) const
{
    if (at <= from)
        return 0;
    if (at >= to)
        return seconds;
    return static_cast<std::uint64_t>(Wide { seconds } * site::seconds(from, at) / site::seconds(from, to));
}

Charging::Charging(const UsageConfig& usage, Instant until)
    : config_(usage.charge), until_(until), partitions_(by_name(usage.charge.partitions)),
      qos_(by_name(usage.charge.qos))
{
    for (const auto& [type, factor] : config_.gpus)
        gpu_parts_ = std::lcm(gpu_parts_, factor.denominator);
    if (config_.shard.numerator > 0)
        gpu_parts_ = std::lcm(gpu_parts_, config_.shard.denominator);
    const auto& names = usage.extra_tres;
    for (std::size_t place = 0; place < std::min(names.size(), most_extra_tres); ++place) {
        const std::string_view name = names[place];
        const bool typed = name.starts_with(gpu_type);
        if (typed) {
            const auto found = config_.gpus.find(std::string(name.substr(gpu_type.size())));
            if (found != config_.gpus.end())
                weights_.push_back(
                    { place, gpu_parts_ / found->second.denominator * found->second.numerator, true });
        } else if (name == shard && config_.shard.numerator > 0) {
            weights_.push_back(
                { place, gpu_parts_ / config_.shard.denominator * config_.shard.numerator, false });
        }
    }
}

bool Charging::charged(Name state) const
{
    const auto& word = state.text();
    if (word == "REQUEUED")
        return config_.requeued;
    if (word == "PREEMPTED")
        return config_.preempted;
    if (word == "NODE_FAIL" || word == "BOOT_FAIL")
        return config_.node_failed;
    return true;
}

Charge Charging::of(const JobRow& row) const
{
    const auto end = row.end.value_or(until_);
    Charge charge { .from = row.start, .to = std::max(row.start, end) };
    if (end <= row.start || row.elapsed == 0 || !charged(row.state))
        return charge;
    const auto wall = seconds(row.start, end);
    // A running job's ElapsedRaw goes on while the rows are read, a moment past `until`.
    const auto ran = std::min(row.elapsed, wall);
    charge.seconds = config_.suspended ? wall : ran;
    if (row.end)
        charge.seconds = std::max(charge.seconds, static_cast<std::uint64_t>(config_.minimum.count()));
    if (row.end || !row.time_limit)
        return charge;
    const auto most = static_cast<std::uint64_t>((*row.time_limit + config_.runaway_after).count());
    if (ran <= most)
        return charge;
    charge.runaway = true;
    charge.to = row.start + Seconds { static_cast<std::int64_t>((Wide { wall } * most + ran - 1) / ran) };
    charge.seconds = config_.suspended ? seconds(row.start, charge.to) : most;
    return charge;
}

Share Charging::share(const Tres& tres, const NodeShape& shape) const
{
    auto best = largest_share(weights_.empty()
            ? tres
            : Tres { .cpu = tres.cpu, .memory = tres.memory, .billing = tres.billing, .node = tres.node },
        shape);
    if (weights_.empty() || shape.gpus == 0)
        return best;
    std::uint64_t plain = tres.gpu;
    std::uint64_t parts = 0;
    for (const auto& weight : weights_) {
        const auto count = tres.extra.at(weight.place);
        parts += count * weight.parts;
        if (weight.replaces)
            plain -= std::min(plain, count);
    }
    parts += plain * gpu_parts_;
    const auto whole = shape.gpus * gpu_parts_;
    if (Wide { parts } * best.denominator > Wide { best.numerator } * whole)
        best = { parts, whole };
    return best;
}

Fraction Charging::factor(const JobRow& row) const
{
    if (partitions_.empty() && qos_.empty())
        return { 1, 1 };
    const auto partition = factor_of(partitions_, row.partition);
    const auto qos = factor_of(qos_, row.qos);
    return Fraction::reduced(
        Wide { partition.numerator } * qos.numerator, partition.denominator * qos.denominator);
}

} // namespace site
