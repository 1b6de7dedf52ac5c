#include "storage_quota/engine.hpp"

#include "model/identifier.hpp"
#include "storage_quota/beegfs_listing.hpp"
#include "storage_quota/quota_tool.hpp"

#include <array>
#include <optional>

namespace site {
namespace {

constexpr std::array kinds { QuotaBy::group, QuotaBy::user };

/// Ids of one command: 10 digits and a comma each make 55 kB, of the 128 KiB of one argument.
constexpr std::size_t most_ids = 5000;

/// Quotas are a storage pool's. This is the one that is always there, and the tool's own default for setting.
constexpr const char* pool = "--storagepoolid=1";

std::string flag(QuotaBy by)
{
    return by == QuotaBy::user ? "--uid" : "--gid";
}

std::string limit(const std::optional<std::uint64_t>& value)
{
    return value ? std::to_string(*value) : "unlimited";
}

class BeegfsEngine final : public QuotaEngine {
public:
    BeegfsEngine(const VolumeSettings& settings, Runner& runner)
        : settings_(settings), tool_(settings, "/usr/bin", runner)
    {
    }

    [[nodiscard]] std::optional<std::string> cannot(QuotaBy by) const override
    {
        if (by == QuotaBy::project)
            return "can't count by project: it knows groups and users only";
        return std::nullopt;
    }
    [[nodiscard]] bool costly() const override { return true; }
    [[nodiscard]] bool project_ids() const override { return false; }
    Result<std::uint64_t> granularity() override { return std::uint64_t { 1 }; }

    Result<std::vector<Result<QuotaHeld>>> read(std::span<const QuotaSubject> subjects) override
    {
        std::map<QuotaBy, std::map<std::uint32_t, QuotaHeld>> listed;
        for (const auto by : kinds) {
            auto all = list(by, ids_of(subjects, by));
            if (!all)
                return all.error();
            listed.emplace(by, std::move(*all));
        }
        std::vector<Result<QuotaHeld>> out;
        out.reserve(subjects.size());
        for (const auto& subject : subjects) {
            const auto& known = listed[subject.by];
            const auto found = known.find(subject.id);
            if (subject.by == QuotaBy::project)
                out.emplace_back(Error { Errc::invalid, "the engine beegfs " + *cannot(subject.by) });
            else if (found == known.end())
                out.emplace_back(Error { Errc::unreachable,
                    "beegfs-ctl shows nothing of " + quota_of(subject) + ": its figures are not valid now" });
            else
                out.emplace_back(found->second);
        }
        return out;
    }

    std::vector<Result<void>> set(std::span<const QuotaSetting> settings) override
    {
        return tool_.change_each(settings, [this](const QuotaSetting& one) { return command(one); });
    }

    [[nodiscard]] std::vector<std::string> commands(std::span<const QuotaSetting> settings) const override
    {
        return lines_of(settings, [this](const QuotaSetting& one) { return command(one); });
    }

    std::vector<Finding> check() override
    {
        auto findings = tool_.missing({ "beegfs-ctl" });
        if (!findings.empty())
            return findings;
        for (const auto by : kinds_of(settings_))
            if (by != QuotaBy::project)
                if (const auto root = list(by, { 0 }); !root)
                    findings.push_back(tool_.unreadable(root.error()));
        return findings;
    }

private:
    [[nodiscard]] std::vector<std::string> arguments(const char* mode) const
    {
        return { mode, "--mount=" + settings_.device, pool };
    }

    Result<std::map<std::uint32_t, QuotaHeld>> list(QuotaBy by, const std::vector<std::uint32_t>& ids)
    {
        std::map<std::uint32_t, QuotaHeld> out;
        const auto doing = "reading quotas by " + std::string(name(by)) + " of " + settings_.device;
        for (std::size_t begin = 0; begin < ids.size(); begin += most_ids) {
            std::string list;
            for (std::size_t i = begin; i < std::min(begin + most_ids, ids.size()); ++i)
                list += (list.empty() ? "" : ",") + std::to_string(ids[i]);
            auto asked = arguments("--getquota");
            asked.insert(asked.end(), { "--csv", flag(by), "--list", list });
            const auto text = tool_.read(tool_.reading("beegfs-ctl", std::move(asked)), doing);
            if (!text)
                return text.error();
            auto some = parse_beegfs_quota(*text);
            if (!some)
                return some.error().in(doing);
            out.merge(*some);
        }
        return out;
    }

    [[nodiscard]] Result<Command> command(const QuotaSetting& setting) const
    {
        const auto& [subject, limits] = setting;
        if (const auto why = cannot(subject.by))
            return Error { Errc::invalid, "the engine beegfs " + *why };
        if (auto fit = check_setting(setting, SoftLimits::none); !fit)
            return fit.error();
        // One id a command: with --list beegfs-ctl 7 sets the limits of id 0 as well (ModeSetQuota.cpp).
        auto asked = arguments("--setquota");
        asked.insert(asked.end(),
            { flag(subject.by), std::to_string(subject.id), "--sizelimit=" + limit(limits.bytes),
                "--inodelimit=" + limit(limits.files) });
        return tool_.changing("beegfs-ctl", std::move(asked));
    }

    const VolumeSettings& settings_;
    QuotaTool tool_;
};

} // namespace

std::unique_ptr<QuotaEngine> beegfs_engine(const VolumeSettings& settings, Runner& runner)
{
    return std::make_unique<BeegfsEngine>(settings, runner);
}

} // namespace site
