#include "storage_quota/engine.hpp"

#include "model/identifier.hpp"
#include "storage_quota/gpfs_listing.hpp"
#include "storage_quota/listing_text.hpp"
#include "storage_quota/quota_tool.hpp"

#include <array>
#include <optional>

namespace site {
namespace {

/// Limits of bytes are kept in whole blocks, whose size is a power of two up to this one.
constexpr std::uint64_t largest_block = 16UL << 20;

constexpr std::array kinds { QuotaBy::project, QuotaBy::group, QuotaBy::user };

std::string flag(QuotaBy by)
{
    return by == QuotaBy::user ? "-u" : by == QuotaBy::group ? "-g" : "-j";
}

class GpfsEngine final : public QuotaEngine {
public:
    GpfsEngine(const VolumeSettings& settings, Runner& runner)
        : settings_(settings), tool_(settings, "/usr/lpp/mmfs/bin", runner)
    {
    }

    [[nodiscard]] std::optional<std::string> cannot(QuotaBy) const override { return std::nullopt; }
    [[nodiscard]] bool costly() const override { return true; }
    [[nodiscard]] bool project_ids() const override { return false; }
    Result<std::uint64_t> granularity() override { return largest_block; }

    Result<std::vector<Result<QuotaHeld>>> read(std::span<const QuotaSubject> subjects) override
    {
        std::map<QuotaBy, GpfsListing> listings;
        for (const auto by : kinds)
            if (!ids_of(subjects, by).empty()) {
                auto listing = list(by);
                if (!listing)
                    return listing.error();
                listings.emplace(by, std::move(*listing));
            }
        std::vector<Result<QuotaHeld>> out;
        out.reserve(subjects.size());
        for (const auto& subject : subjects)
            out.push_back(held(listings[subject.by], subject));
        return out;
    }

    std::vector<Result<void>> set(std::span<const QuotaSetting> settings) override
    {
        auto out = tool_.change_each(settings, [this](const QuotaSetting& one) { return command(one); });
        for (std::size_t i = 0; i < out.size(); ++i)
            if (settings[i].subject.by == QuotaBy::project && !out[i] && out[i].error().code == Errc::refused)
                out[i] = Error { Errc::refused,
                    out[i].error().text
                        + "; a fileset has to be there before its quota: " + making(settings[i].subject) };
        return out;
    }

    [[nodiscard]] std::vector<std::string> commands(std::span<const QuotaSetting> settings) const override
    {
        return lines_of(settings, [this](const QuotaSetting& one) { return command(one); });
    }

    std::vector<Finding> check() override
    {
        auto findings = tool_.missing({ "mmrepquota", "mmsetquota" });
        if (!findings.empty())
            return findings;
        for (const auto by : kinds_of(settings_)) {
            const auto listing = list(by);
            if (!listing)
                findings.push_back(tool_.unreadable(listing.error()));
            else if (listing->per_fileset)
                findings.push_back({ Severity::error, "storage-per-fileset", settings_.name,
                    settings_.device + " counts each " + std::string(name(by))
                        + " in every fileset by itself, so there is no quota of the whole",
                    "count projects by fileset (quota_by: project), or mmchfs " + settings_.device
                        + " --noperfileset-quota" });
        }
        return findings;
    }

private:
    Result<GpfsListing> list(QuotaBy by)
    {
        const auto doing = "reading all quotas by " + std::string(name(by)) + " of " + settings_.device;
        const auto text
            = tool_.read(tool_.reading("mmrepquota", { flag(by), "-Y", settings_.device }), doing);
        if (!text)
            return text.error();
        auto listing = parse_mmrepquota(*text, settings_.device, by);
        if (!listing)
            return listing.error().in(doing);
        return listing;
    }

    [[nodiscard]] std::string making(const QuotaSubject& subject) const
    {
        return "mmcrfileset " + settings_.device + " " + subject.name.text();
    }

    [[nodiscard]] Result<QuotaHeld> held(const GpfsListing& listing, const QuotaSubject& subject) const
    {
        if (subject.by == QuotaBy::project) {
            const auto found = listing.filesets.find(subject.name.text());
            if (found != listing.filesets.end())
                return found->second;
            return Error { Errc::not_found,
                "there is no fileset " + cited(subject.name.text()) + " in " + settings_.device + ": "
                    + making(subject) };
        }
        if (listing.per_fileset)
            return Error { Errc::refused,
                quota_of(subject) + " is one of each fileset in " + settings_.device + ", not of the whole" };
        const auto found = listing.by_id.find({ subject.id, "" });
        return found == listing.by_id.end() ? QuotaHeld { {}, 0, 0 } : found->second;
    }

    /// By id where there is one, which needs no name service on that node.
    [[nodiscard]] Result<Command> command(const QuotaSetting& setting) const
    {
        const auto& [subject, limits] = setting;
        if (auto fit = check_setting(setting, SoftLimits::kept); !fit)
            return fit.error();
        std::vector<std::string> arguments;
        if (subject.by == QuotaBy::project) {
            if (auto local = check_local_name(subject.name.text()); !local)
                return local.error().in("the name of a fileset");
            if (subject.name == Name("root"))
                return Error { Errc::refused, "the fileset \"root\" is the file system's own" };
            arguments = { settings_.device + ":" + subject.name.text() };
        } else {
            arguments = { settings_.device, subject.by == QuotaBy::user ? "--user" : "--group",
                std::to_string(subject.id) };
        }
        arguments.insert(arguments.end(),
            { "--block", kib_or_zero(limits.soft_bytes) + ":" + kib_or_zero(limits.bytes), "--files",
                number_or_zero(limits.soft_files) + ":" + number_or_zero(limits.files) });
        return tool_.changing("mmsetquota", std::move(arguments));
    }

    const VolumeSettings& settings_;
    QuotaTool tool_;
};

} // namespace

std::unique_ptr<QuotaEngine> gpfs_engine(const VolumeSettings& settings, Runner& runner)
{
    return std::make_unique<GpfsEngine>(settings, runner);
}

} // namespace site
