#include "storage_quota/engine.hpp"

#include "model/identifier.hpp"
#include "storage_quota/lustre_listing.hpp"
#include "storage_quota/quota_tool.hpp"

#include <array>
#include <optional>

namespace site {
namespace {

/// Up to here each id is asked for by itself, which says most.
constexpr std::size_t few = 8;

constexpr std::array kinds { QuotaBy::project, QuotaBy::group, QuotaBy::user };

std::string flag(QuotaBy by)
{
    return by == QuotaBy::user ? "-u" : by == QuotaBy::group ? "-g" : "-p";
}

class LustreEngine final : public QuotaEngine {
public:
    LustreEngine(const VolumeSettings& settings, Runner& runner)
        : settings_(settings), tool_(settings, "/usr/bin", runner)
    {
    }

    [[nodiscard]] std::optional<std::string> cannot(QuotaBy) const override { return std::nullopt; }
    [[nodiscard]] bool costly() const override { return true; }
    [[nodiscard]] bool project_ids() const override { return true; }
    Result<std::uint64_t> granularity() override { return std::uint64_t { 1024 }; }

    Result<std::vector<Result<QuotaHeld>>> read(std::span<const QuotaSubject> subjects) override
    {
        std::map<QuotaBy, std::map<std::uint32_t, QuotaHeld>> listed;
        for (const auto by : kinds)
            if (ids_of(subjects, by).size() > few) {
                auto all = list(by);
                if (!all)
                    return all.error();
                listed.emplace(by, std::move(*all));
            }
        std::vector<Result<QuotaHeld>> out;
        out.reserve(subjects.size());
        for (const auto& subject : subjects) {
            const auto& known = listed[subject.by];
            if (const auto found = known.find(subject.id); found != known.end()) {
                out.emplace_back(found->second);
                continue;
            }
            auto held = ask(subject.by, subject.id);
            if (!held && held.error().code != Errc::conflict)
                return held.error();
            out.push_back(std::move(held));
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
        auto findings = tool_.missing({ "lfs" });
        if (!findings.empty())
            return findings;
        for (const auto by : kinds_of(settings_))
            if (const auto root = ask(by, 0); !root)
                findings.push_back(tool_.unreadable(root.error()));
        return findings;
    }

private:
    /// Without `-q` there would be headers, whose words differ between releases.
    [[nodiscard]] Command one(QuotaBy by, std::uint32_t id) const
    {
        return tool_.reading("lfs", { "quota", "-q", flag(by), std::to_string(id), settings_.root });
    }

    /// Errors: `conflict` when this id alone can't be read now, else that nothing can.
    Result<QuotaHeld> ask(QuotaBy by, std::uint32_t id)
    {
        const auto doing = "reading the quota of " + std::string(name(by)) + " " + std::to_string(id);
        const auto command = one(by, id);
        const auto output = tool_.run(command, doing);
        if (!output)
            return output.error();
        auto quota = parse_lustre_quota(output->text, settings_.root);
        // Where servers are missing it prints its row, says so, and ends with an error status.
        if (!output->exit.ok() && (output->exit.signal || !quota))
            return explained(command, *output, Errc::unreachable).in(doing);
        if (!quota)
            return quota.error().in(doing);
        if (!quota->limits_known)
            return Error { Errc::conflict,
                doing + ": some servers of the file system did not answer, so its limits are not known" };
        if (!output->exit.ok()) {
            quota->held.used_bytes.reset();
            quota->held.used_files.reset();
        }
        return quota->held;
    }

    /// All ids of a kind by one command; empty where this release can't.
    Result<std::map<std::uint32_t, QuotaHeld>> list(QuotaBy by)
    {
        std::map<std::uint32_t, QuotaHeld> none;
        if (!lists_all_)
            return none;
        const auto command = tool_.reading("lfs", { "quota", "-q", "-a", "-n", flag(by), settings_.root });
        const auto output = tool_.run(command, "reading all quotas by " + std::string(name(by)));
        if (!output)
            return output.error();
        if (!output->exit.ok()) {
            const auto& errors = output->exit.errors;
            lists_all_ = errors.find("invalid option") == std::string::npos
                && errors.find("unrecognized option") == std::string::npos;
            return none; // asking for the first by itself will tell why
        }
        auto all = parse_lustre_all(output->text, settings_.root);
        if (!all) {
            lists_all_ = false;
            return none;
        }
        return all;
    }

    [[nodiscard]] Result<Command> command(const QuotaSetting& setting) const
    {
        const auto& [subject, limits] = setting;
        if (auto fit = check_setting(setting, SoftLimits::kept); !fit)
            return fit.error();
        // All four at once: of a pair of which one is left out, lfs keeps the other as it stands.
        return tool_.changing("lfs",
            { "setquota", flag(subject.by), std::to_string(subject.id), "-b", kib_or_zero(limits.soft_bytes),
                "-B", kib_or_zero(limits.bytes), "-i", number_or_zero(limits.soft_files), "-I",
                number_or_zero(limits.files), settings_.root });
    }

    const VolumeSettings& settings_;
    QuotaTool tool_;
    bool lists_all_ = true; ///< until this release's lfs has refused
};

} // namespace

std::unique_ptr<QuotaEngine> lustre_engine(const VolumeSettings& settings, Runner& runner)
{
    return std::make_unique<LustreEngine>(settings, runner);
}

} // namespace site
