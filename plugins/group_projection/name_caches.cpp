#include "group_projection/name_caches.hpp"

namespace site {

std::vector<Command> cache_commands(
    const CacheRules& rules, const std::string& folder, std::chrono::milliseconds deadline)
{
    std::vector<Command> out;
    const auto add = [&](const char* program, std::vector<std::string> arguments) {
        out.push_back({ .program = folder + "/" + program,
            .arguments = std::move(arguments),
            .deadline = deadline,
            .most_output = 1UL << 20 });
    };
    if (rules.sssd)
        add("sss_cache", { "-E" });
    if (rules.nscd) {
        add("nscd", { "-i", "group" });
        add("nscd", { "-i", "passwd" });
    }
    return out;
}

Finding cache_finding(std::string code, const std::string& why)
{
    return { Severity::warning, std::move(code), "", "a cache could not be emptied: " + why,
        "changes are seen once the cache's entries are old; look at `caches`" };
}

} // namespace site
