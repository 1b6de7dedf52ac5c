#include "slurm/scontrol_config.hpp"

#include <algorithm>

namespace site {
namespace {

std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blank = " \t\r";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::vector<std::string> words(std::string_view list)
{
    std::vector<std::string> out;
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        const auto word = trimmed(list.substr(0, comma));
        if (!word.empty() && word != "none" && word != "(null)")
            out.emplace_back(word);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return out;
}

bool has(const std::vector<std::string>& list, std::string_view word)
{
    return std::find(list.begin(), list.end(), word) != list.end();
}

void keep(SlurmConfig& config, std::string_view key, std::string_view value)
{
    if (key == "ClusterName")
        config.cluster = value;
    else if (key == "SLURM_VERSION")
        config.version = value;
    else if (key == "AccountingStorageEnforce")
        config.enforce = words(value);
    else if (key == "AccountingStorageTRES")
        config.tres = words(value);
    else if (key == "PriorityFlags")
        config.priority_flags = words(value);
    else if (key == "PriorityType")
        config.priority_type = value;
    else if (key == "PriorityDecayHalfLife")
        config.half_life = value;
    else if (key == "PriorityUsageResetPeriod")
        config.reset_period = value;
    else if (key == "PrivateData")
        config.private_data = value;
}

} // namespace

bool SlurmConfig::enforces(std::string_view what) const
{
    return has(enforce, what);
}

bool SlurmConfig::tracks(std::string_view name) const
{
    return has(tres, name);
}

bool SlurmConfig::max_tres() const
{
    return has(priority_flags, "MAX_TRES");
}

bool SlurmConfig::decays() const
{
    return half_life.find_first_of("123456789") != std::string::npos;
}

Result<SlurmConfig> parse_config(std::string_view text)
{
    SlurmConfig config;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto equals = line.find('=');
        if (equals != std::string_view::npos)
            keep(config, trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
    }
    if (config.cluster.empty())
        return Error { Errc::unreachable, "no ClusterName in what scontrol printed" };
    return config;
}

} // namespace site
