#include "slurm/cap.hpp"

#include "slurm/fields.hpp"

#include <algorithm>
#include <limits>

namespace site {
namespace {

__extension__ using Wide = unsigned __int128; // two 64-bit counts multiplied never wrap
constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

Value observed_value(const CapInput& input, Name field)
{
    const auto* value = input.observed == nullptr ? nullptr : input.observed->field(field);
    return value == nullptr ? Value {} : value->value;
}

/// Our caps with the values that stand now, so that nothing changes.
std::vector<FieldValue> as_they_are(const CapInput& input)
{
    std::vector<FieldValue> kept;
    for (const auto field : fields().caps()) {
        const auto* ours = input.owned == nullptr ? nullptr : input.owned->field(field);
        if (ours != nullptr)
            kept.push_back({ .field = field, .value = observed_value(input, field), .basis = ours->basis });
    }
    return kept;
}

std::uint64_t count(const Tres& tres, Name field)
{
    if (field == fields().cap_cpu)
        return tres.cpu;
    if (field == fields().cap_gpu)
        return tres.gpu;
    if (field == fields().cap_mem)
        return tres.memory;
    return tres.billing;
}

/// How far a cap may be off before it is rewritten, in TRES-minutes.
std::uint64_t tolerance(const CapInput& input, std::uint64_t limit, std::uint64_t per_node)
{
    const auto whole = tres_minutes(limit, per_node);
    const Wide share = Wide { static_cast<std::uint64_t>(whole.value_or(0)) } * input.settings.cap_tolerance;
    return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::min<Wide>(share / 1000, most)));
}

std::uint64_t distance(std::int64_t a, std::int64_t b)
{
    return a > b ? static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b)
                 : static_cast<std::uint64_t>(b) - static_cast<std::uint64_t>(a);
}

/// The value to ask for, given what it should be: the one that stands where that is near enough.
std::int64_t settled(
    std::int64_t wanted, Name field, Name basis, std::uint64_t most_off, const CapInput& input)
{
    const auto* ours = input.owned == nullptr ? nullptr : input.owned->field(field);
    const auto stands = observed_value(input, field).number();
    if (ours == nullptr || ours->basis != basis || !stands || distance(*stands, wanted) > most_off)
        return wanted;
    return *stands;
}

} // namespace

std::optional<std::int64_t> tres_minutes(std::uint64_t node_seconds, std::uint64_t per_node)
{
    const Wide seconds = Wide { node_seconds } * per_node;
    const Wide minutes = seconds / 60 + (seconds % 60 != 0 ? 1 : 0);
    if (minutes > most)
        return std::nullopt;
    return static_cast<std::int64_t>(minutes);
}

CapUse cap_use(const SlurmSettings& settings, const SlurmFacts& facts)
{
    if (!facts.config)
        return CapUse::unknown;
    const bool harmless = facts.config->enforces("safe") || settings.on_exhausted == OnExhausted::kill;
    return harmless ? CapUse::allowed : CapUse::never;
}

std::vector<CapTres> cap_tres(const SlurmConfig& config, const NodeShape& shape)
{
    if (config.max_tres() && shape.billing > 0)
        return { { fields().cap_billing, shape.billing } };
    std::vector<CapTres> out;
    if (shape.cpus > 0)
        out.push_back({ fields().cap_cpu, shape.cpus });
    if (shape.memory > 0)
        out.push_back({ fields().cap_mem, shape.memory });
    if (shape.gpus > 0 && config.tracks("gres/gpu"))
        out.push_back({ fields().cap_gpu, shape.gpus });
    return out;
}

SlurmCaps caps(const Allocation& allocation, const CapInput& input)
{
    const auto use = cap_use(input.settings, input.facts);
    if (use == CapUse::never)
        return {};
    if (use == CapUse::unknown || allocation.standing != Standing::present || !allocation.limit
        || !allocation.spent || !input.facts.accumulated)
        return { as_they_are(input) };
    const auto& accumulated = *input.facts.accumulated;
    Tres used;
    if (const auto found = accumulated.find(allocation.group); found != accumulated.end())
        used = found->second;
    else if (input.observed != nullptr)
        return { as_they_are(input) }; // slurmctld doesn't know it yet
    const auto tres = cap_tres(*input.facts.config, input.facts.standard_node);
    if (tres.empty())
        return { as_they_are(input), "the shape of a node is not known" };
    const auto limit = *allocation.limit;
    const auto spent = allocation.spent->node_seconds;
    const auto left = limit > spent ? limit - spent : 0;
    const Name basis(std::to_string(limit) + "@" + text(input.month));
    SlurmCaps out;
    for (const auto& [field, per_node] : tres) {
        const auto minutes = tres_minutes(left, per_node);
        const auto before = count(used, field);
        if (!minutes || before > most - static_cast<std::uint64_t>(*minutes))
            return { as_they_are(input), "the limit is larger than Slurm can hold" };
        const auto wanted = *minutes + static_cast<std::int64_t>(before);
        const auto value = settled(wanted, field, basis, tolerance(input, limit, per_node), input);
        out.fields.push_back({ .field = field, .value = Value(value), .basis = basis });
    }
    return out;
}

} // namespace site
