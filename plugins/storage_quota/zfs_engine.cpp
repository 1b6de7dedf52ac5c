#include "storage_quota/engine.hpp"

#include "model/identifier.hpp"
#include "storage_quota/quota_tool.hpp"
#include "storage_quota/zfs_listing.hpp"

#include <array>
#include <optional>

namespace site {
namespace {

/// Of the arguments of one command, of the 128 KiB that each may be long and the 2 MiB of all.
constexpr std::size_t most_arguments = 32UL << 10;

constexpr std::array kinds { QuotaBy::project, QuotaBy::group, QuotaBy::user };

std::string quota_property(const QuotaSubject& subject)
{
    return std::string(name(subject.by)) + "quota@" + std::to_string(subject.id);
}

std::string files_property(const QuotaSubject& subject)
{
    return std::string(name(subject.by)) + "objquota@" + std::to_string(subject.id);
}

std::string limit(const std::optional<std::uint64_t>& value)
{
    return value ? std::to_string(*value) : "none";
}

class ZfsEngine final : public QuotaEngine {
public:
    ZfsEngine(const VolumeSettings& settings, Runner& runner)
        : settings_(settings), tool_(settings, "/usr/sbin", runner)
    {
    }

    [[nodiscard]] std::optional<std::string> cannot(QuotaBy) const override { return std::nullopt; }
    [[nodiscard]] bool costly() const override { return true; }
    [[nodiscard]] bool project_ids() const override { return true; }
    Result<std::uint64_t> granularity() override { return std::uint64_t { 1 }; }

    Result<std::vector<Result<QuotaHeld>>> read(std::span<const QuotaSubject> subjects) override
    {
        std::map<QuotaBy, std::map<std::uint32_t, QuotaHeld>> listed;
        Amounts own;
        for (const auto by : kinds) {
            std::vector<QuotaSubject> some;
            std::copy_if(subjects.begin(), subjects.end(), std::back_inserter(some),
                [&](const QuotaSubject& one) { return one.by == by; });
            if (some.empty())
                continue;
            auto all = list(by);
            if (!all)
                return all.error();
            listed.emplace(by, std::move(*all));
            const auto defaults = has_defaults(by);
            if (!defaults)
                return defaults.error();
            if (*defaults)
                if (auto read = read_own(some, own); !read)
                    return read.error();
        }
        std::vector<Result<QuotaHeld>> out;
        out.reserve(subjects.size());
        for (const auto& subject : subjects) {
            const auto& known = listed[subject.by];
            const auto found = known.find(subject.id);
            auto held = found == known.end() ? QuotaHeld { {}, 0, 0 } : found->second;
            // Where there are defaults, the listing shows them as if they were each one's own.
            if (const auto bytes = own.find(quota_property(subject)); bytes != own.end())
                held.limits.bytes = bytes->second;
            if (const auto files = own.find(files_property(subject)); files != own.end())
                held.limits.files = files->second;
            out.emplace_back(held);
        }
        return out;
    }

    std::vector<Result<void>> set(std::span<const QuotaSetting> settings) override
    {
        std::vector<Result<void>> out(settings.size());
        std::optional<Error> last;
        for (const auto& batch : batches(settings, out))
            set(settings, batch, out, last);
        return out;
    }

    [[nodiscard]] std::vector<std::string> commands(std::span<const QuotaSetting> settings) const override
    {
        std::vector<Result<void>> unfit(settings.size());
        std::vector<std::string> out;
        for (const auto& batch : batches(settings, unfit))
            out.push_back(text(command(settings, batch)));
        return out;
    }

    std::vector<Finding> check() override
    {
        auto findings = tool_.missing({ "zfs" });
        if (!findings.empty())
            return findings;
        for (const auto by : kinds_of(settings_))
            if (const auto all = list(by); !all)
                findings.push_back(tool_.unreadable(all.error()));
        return findings;
    }

private:
    using Amounts = std::map<std::string, std::optional<std::uint64_t>>;
    using Batch = std::vector<std::size_t>; ///< of places in the settings

    Result<std::map<std::uint32_t, QuotaHeld>> list(QuotaBy by)
    {
        const auto doing = "reading all quotas by " + std::string(name(by)) + " of " + settings_.device;
        // Ids, not names. projectspace has nothing else and refuses the option.
        std::vector<std::string> arguments { std::string(name(by)) + "space", "-Hp" };
        if (by != QuotaBy::project)
            arguments = { arguments[0], "-Hpn", "-t", by == QuotaBy::user ? "posixuser" : "posixgroup" };
        arguments.insert(arguments.end(), { "-o", "name,used,quota,objused,objquota", settings_.device });
        const auto text = tool_.read(tool_.reading("zfs", std::move(arguments)), doing);
        if (!text)
            return text.error();
        auto all = parse_zfs_space(*text);
        if (!all)
            return all.error().in(doing);
        return all;
    }

    Result<Amounts> get(const std::string& properties)
    {
        const auto doing = "reading properties of " + settings_.device;
        const auto text = tool_.read(
            tool_.reading("zfs", { "get", "-Hp", "-o", "property,value", properties, settings_.device }),
            doing);
        if (!text)
            return text.error();
        auto amounts = parse_zfs_amounts(*text);
        if (!amounts)
            return amounts.error().in(doing);
        return amounts;
    }

    /// Defaults for those without a quota of their own came with OpenZFS 2.4.
    Result<bool> has_defaults(QuotaBy by)
    {
        if (!knows_defaults_)
            return false;
        const auto kind = std::string(name(by));
        const auto defaults = get("default" + kind + "quota,default" + kind + "objquota");
        if (!defaults) {
            if (defaults.error().text.find("invalid property") == std::string::npos)
                return defaults.error();
            knows_defaults_ = false;
            return false;
        }
        return std::any_of(defaults->begin(), defaults->end(), [](const auto& one) { return one.second; });
    }

    /// `zfs get` shows a quota of one's own only.
    Result<void> read_own(const std::vector<QuotaSubject>& subjects, Amounts& own)
    {
        std::string properties;
        for (std::size_t i = 0; i < subjects.size(); ++i) {
            properties += (properties.empty() ? "" : ",") + quota_property(subjects[i]) + ","
                + files_property(subjects[i]);
            if (properties.size() < most_arguments && i + 1 < subjects.size())
                continue;
            auto some = get(properties);
            if (!some)
                return some.error();
            own.merge(*some);
            properties.clear();
        }
        for (const auto& subject : subjects)
            if (!own.contains(quota_property(subject)) || !own.contains(files_property(subject)))
                return Error { Errc::invalid, "zfs get does not show " + quota_of(subject) };
        return {};
    }

    /// Settings that may be handed on, as many in a batch as one command takes; the others' errors.
    [[nodiscard]] std::vector<Batch> batches(
        std::span<const QuotaSetting> settings, std::vector<Result<void>>& out) const
    {
        std::vector<Batch> all;
        std::size_t length = most_arguments;
        for (std::size_t i = 0; i < settings.size(); ++i) {
            out[i] = check_setting(settings[i], SoftLimits::none);
            if (!out[i])
                continue;
            std::size_t more = 0;
            for (const auto& argument : assignments(settings[i]))
                more += argument.size() + 1;
            if (length + more > most_arguments) {
                all.emplace_back();
                length = 0;
            }
            length += more;
            all.back().push_back(i);
        }
        return all;
    }

    [[nodiscard]] static std::array<std::string, 2> assignments(const QuotaSetting& setting)
    {
        return { quota_property(setting.subject) + "=" + limit(setting.limits.bytes),
            files_property(setting.subject) + "=" + limit(setting.limits.files) };
    }

    [[nodiscard]] Command command(std::span<const QuotaSetting> settings, const Batch& batch) const
    {
        std::vector<std::string> arguments { "set" };
        for (const auto place : batch)
            for (auto& argument : assignments(settings[place]))
                arguments.push_back(std::move(argument));
        arguments.push_back(settings_.device);
        return tool_.changing("zfs", std::move(arguments));
    }

    /// A batch that is refused is tried by halves, so that one bad setting keeps nobody else's back.
    void set(std::span<const QuotaSetting> settings, const Batch& batch, std::vector<Result<void>>& out,
        std::optional<Error>& last)
    {
        const auto doing = batch.size() == 1 ? "setting " + quota_of(settings[batch.front()].subject)
                                             : "setting " + std::to_string(batch.size()) + " quotas";
        const auto done
            = last ? Result<void>(last->in("not tried")) : tool_.change(command(settings, batch), doing);
        if (!done && !last && done.error().code == Errc::refused && batch.size() > 1) {
            const auto middle = batch.begin() + static_cast<std::ptrdiff_t>(batch.size() / 2);
            set(settings, Batch(batch.begin(), middle), out, last);
            set(settings, Batch(middle, batch.end()), out, last);
            return;
        }
        for (const auto place : batch)
            out[place] = done;
        if (!done && !last && done.error().code != Errc::refused)
            last = done.error();
    }

    const VolumeSettings& settings_;
    QuotaTool tool_;
    bool knows_defaults_ = true; ///< until this release has refused
};

} // namespace

std::unique_ptr<QuotaEngine> zfs_engine(const VolumeSettings& settings, Runner& runner)
{
    return std::make_unique<ZfsEngine>(settings, runner);
}

} // namespace site
