#pragma once

#include "storage_quota/engine.hpp"
#include "support/answering_runner.hpp"

#include <gmock/gmock.h>
#include <ostream>
#include <string>
#include <vector>

namespace site {

inline std::string shown(const std::optional<std::uint64_t>& value, const char* none)
{
    return value ? std::to_string(*value) : none;
}

/// `used 1024 of 2048 soft -, files ? of - soft -`: `?` is unknown, `-` unlimited.
inline std::string shown(const QuotaHeld& held)
{
    const auto& limits = held.limits;
    return "used " + shown(held.used_bytes, "?") + " of " + shown(limits.bytes, "-") + " soft "
        + shown(limits.soft_bytes, "-") + ", files " + shown(held.used_files, "?") + " of "
        + shown(limits.files, "-") + " soft " + shown(limits.soft_files, "-");
}

inline void PrintTo(const QuotaHeld& held, std::ostream* out)
{
    *out << shown(held);
}

namespace test {

inline QuotaSubject project(std::uint32_t id, const std::string& name = "proja")
{
    return { QuotaBy::project, id, Name(name), {} };
}

inline QuotaSubject group(std::uint32_t id, const std::string& name = "proja")
{
    return { QuotaBy::group, id, Name(name), {} };
}

inline QuotaSubject user(std::uint32_t id, const std::string& name = "u1")
{
    return { QuotaBy::user, id, Name(name), {} };
}

/// Each as text, an error after `! `; one line where the whole could not be read.
inline std::vector<std::string> shown(const Result<std::vector<Result<QuotaHeld>>>& read)
{
    if (!read)
        return { "!! " + read.error().text };
    std::vector<std::string> out;
    for (const auto& one : *read)
        out.push_back(one ? site::shown(*one) : "! " + one.error().text);
    return out;
}

inline std::vector<std::string> shown(const std::vector<Result<void>>& results)
{
    std::vector<std::string> out;
    for (const auto& one : results)
        out.push_back(one ? "ok" : std::string(name(one.error().code)) + ": " + one.error().text);
    return out;
}

/// `code: text`.
inline std::vector<std::string> shown(const std::vector<Finding>& findings)
{
    std::vector<std::string> out;
    for (const auto& one : findings)
        out.push_back(one.code + ": " + one.text);
    return out;
}

} // namespace test
} // namespace site
