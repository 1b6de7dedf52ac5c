#include "system/log.hpp"

#include "model/identifier.hpp"
#include "model/time.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <memory>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace site {
namespace {

struct Level {
    std::string_view name;
    spdlog::level::level_enum level;
    char priority; ///< of syslog(3), in digits
};

constexpr std::array<Level, 4> levels { {
    { "error", spdlog::level::err, '3' },
    { "warn", spdlog::level::warn, '4' },
    { "info", spdlog::level::info, '6' },
    { "debug", spdlog::level::debug, '7' },
} };

const Level& level_of(spdlog::level::level_enum wanted)
{
    for (const auto& level : levels)
        if (level.level == wanted)
            return level;
    return wanted > spdlog::level::err ? levels.front() : levels.back();
}

// systemd names the journal's socket by device and inode; standard error may have been sent elsewhere since.
bool leads_to_journal(int fd)
{
    const char* named = std::getenv("JOURNAL_STREAM");
    struct stat info { };
    return named && ::fstat(fd, &info) == 0
        && std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino) == named;
}

enum class Shape { terminal, journal, json };

class Lines : public spdlog::formatter {
public:
    explicit Lines(Shape shape) : shape_(shape) { }

    void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override
    {
        const std::string_view said(message.payload.data(), message.payload.size());
        const auto line = shape_ == Shape::json ? json(message, said) : for_people(message, said);
        out.append(line.data(), line.data() + line.size());
    }

    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override
    {
        return std::make_unique<Lines>(shape_);
    }

private:
    static std::string stamp(const spdlog::details::log_msg& message)
    {
        return text(std::chrono::floor<Seconds>(message.time));
    }

    static std::string json(const spdlog::details::log_msg& message, std::string_view said)
    {
        boost::json::object object;
        object["time"] = stamp(message);
        object["level"] = level_of(message.level).name;
        object["text"] = said;
        return boost::json::serialize(object) + "\n";
    }

    [[nodiscard]] std::string for_people(const spdlog::details::log_msg& message, std::string_view said) const
    {
        const auto& level = level_of(message.level);
        std::string line;
        if (shape_ == Shape::journal) // it keeps time and level itself
            line = { '<', level.priority, '>' };
        else
            line = stamp(message) + " " + std::string(level.name) + ": ";
        for (const char c : said)
            line += (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) ? '?' : c;
        return line + "\n";
    }

    Shape shape_;
};

} // namespace

Result<void> log_setup(std::string_view level, LogStyle format)
{
    const Level* wanted = nullptr;
    for (const auto& known : levels)
        if (known.name == level)
            wanted = &known;
    if (!wanted)
        return Error { Errc::invalid, "log level " + cited(level) + " is none of error, warn, info, debug" };

    Shape shape = Shape::json;
    if (format == LogStyle::text)
        shape = leads_to_journal(STDERR_FILENO) ? Shape::journal : Shape::terminal;
    try {
        auto logger = std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        logger->set_formatter(std::make_unique<Lines>(shape));
        logger->set_level(wanted->level);
        spdlog::set_default_logger(std::move(logger));
    } catch (const spdlog::spdlog_ex& problem) {
        return Error { Errc::internal, std::string("setting up the log: ") + problem.what() };
    }
    return {};
}

} // namespace site
