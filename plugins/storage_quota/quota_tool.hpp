#pragma once

#include "storage_quota/engine.hpp"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace site {

/// What sets one quota, or why nothing may.
using SettingCommand = std::function<Result<Command>(const QuotaSetting&)>;

/// The outside programs of an engine: their folder, their bounds, and what their answers mean.
class QuotaTool {
public:
    /// `folder` is where they are unless the settings say it. Settings and runner outlive it.
    QuotaTool(const VolumeSettings&, std::string_view folder, Runner&);

    [[nodiscard]] Command reading(std::string_view program, std::vector<std::string> arguments) const;
    [[nodiscard]] Command changing(std::string_view program, std::vector<std::string> arguments) const;

    Result<Output> run(const Command&, std::string_view doing);
    /// Standard output of a program that ended well; else an Error, never `refused`.
    Result<std::string> read(const Command&, std::string_view doing);
    /// `refused`: the program said no, so that others may still succeed. Another Error: none will.
    Result<void> change(const Command&, std::string_view doing);
    /// One command for each setting. After the first that shows that none will succeed, no more are tried.
    std::vector<Result<void>> change_each(std::span<const QuotaSetting>, const SettingCommand&);

    /// A finding for each that can't be started.
    [[nodiscard]] std::vector<Finding> missing(std::initializer_list<std::string_view> programs) const;
    /// The finding of a check that could not read.
    [[nodiscard]] Finding unreadable(const Error&) const;

private:
    const VolumeSettings& settings_;
    const std::string folder_;
    Runner& runner_;
};

/// Why a program that did not end well did so: `unreachable` where it shows that the file system is away.
Error explained(const Command&, const Output&, Errc otherwise);

/// The commands for those settings that may be handed on, a line each.
std::vector<std::string> lines_of(std::span<const QuotaSetting>, const SettingCommand&);

/// `the quota of project "proja" (4328)`.
std::string quota_of(const QuotaSubject&);

enum class SoftLimits : bool { none, kept };
/// Whether a setting may be handed on: never id 0, never a limit of 0, which the tools take for no limit.
Result<void> check_setting(const QuotaSetting&, SoftLimits);

/// `2048K`; `0`, which is unlimited, for none.
std::string kib_or_zero(const std::optional<std::uint64_t>& bytes);
std::string number_or_zero(const std::optional<std::uint64_t>&);

/// Ids of one kind among the subjects, sorted, each once.
std::vector<std::uint32_t> ids_of(std::span<const QuotaSubject>, QuotaBy);

/// Kinds that the settings of a volume ask for, each once.
std::vector<QuotaBy> kinds_of(const VolumeSettings&);

} // namespace site
