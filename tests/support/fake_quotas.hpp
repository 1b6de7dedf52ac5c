#pragma once

#include "storage_quota/engine.hpp"

#include <map>
#include <utility>

namespace site {

/// Quotas that are kept in memory, for tests of what is around an engine.
class FakeQuotas : public QuotaEngine {
public:
    struct Site {
        std::map<std::pair<QuotaBy, std::uint32_t>, QuotaHeld> held {};
        bool costly = false;
        bool away = false;
        std::size_t readings = 0;
        std::size_t subjects = 0; ///< asked for, over all readings
    };

    explicit FakeQuotas(Site& site) : site_(site) { }

    [[nodiscard]] std::optional<std::string> cannot(QuotaBy) const override { return std::nullopt; }
    [[nodiscard]] bool costly() const override { return site_.costly; }
    [[nodiscard]] bool project_ids() const override { return false; }
    Result<std::uint64_t> granularity() override { return std::uint64_t { 1024 }; }

    Result<std::vector<Result<QuotaHeld>>> read(std::span<const QuotaSubject> subjects) override
    {
        ++site_.readings;
        site_.subjects += subjects.size();
        if (site_.away)
            return Error { Errc::unreachable, "the file system is away" };
        std::vector<Result<QuotaHeld>> out;
        for (const auto& one : subjects) {
            const auto held = site_.held.find({ one.by, one.id });
            out.emplace_back(held == site_.held.end() ? QuotaHeld { {}, 0, 0 } : held->second);
        }
        return out;
    }

    std::vector<Result<void>> set(std::span<const QuotaSetting> settings) override
    {
        for (const auto& one : settings) {
            auto& held = site_.held[{ one.subject.by, one.subject.id }];
            held.limits = one.limits;
            held.used_bytes = held.used_bytes.value_or(0);
        }
        return std::vector<Result<void>>(settings.size());
    }

    [[nodiscard]] std::vector<std::string> commands(std::span<const QuotaSetting> settings) const override
    {
        return std::vector<std::string>(settings.size(), "set");
    }
    std::vector<Finding> check() override { return {}; }

private:
    Site& site_;
};

} // namespace site
