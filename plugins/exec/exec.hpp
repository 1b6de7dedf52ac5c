#pragma once

#include "api/plugin.hpp"

#include <string>
#include <vector>

namespace site {

/// A site's own program as a backend, by JSON lines (docs/formats/exec.md).
class Exec final : public Plugin {
public:
    /// The runner outlives the plugin.
    Exec(Name cluster, ExecSettings, Runner&);

    [[nodiscard]] std::vector<Kind> kinds() const override { return kinds_; }
    [[nodiscard]] Interest interest(const Snapshot&) const override;
    /// One process.
    Result<Observation> observed(const Interest&) override;
    [[nodiscard]] Result<Desired> desired(const Snapshot&, const Observation&) const override;
    /// The command, then each change as the line that it reads.
    [[nodiscard]] std::vector<std::string> commands(std::span<const Change>) const override;
    /// One process.
    std::vector<Result<void>> apply(std::span<const Change>) override;
    /// Runs `observed` with no names.
    std::vector<Finding> check() override;

private:
    /// Those changes that may be said to the program, in their order; the others' results are their Errors.
    std::vector<const Change*> fitting(std::span<const Change>, std::vector<Result<void>>& results) const;

    const Name cluster_;
    const ExecSettings settings_;
    const std::vector<Kind> kinds_;
    Runner& runner_;
    IdRange gids_ {}; ///< as `observed` was last asked with
};

} // namespace site
