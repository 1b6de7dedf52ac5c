#pragma once

#include "config/config.hpp"
#include "portal/rest_portal.hpp"
#include "unit/net/scripted_server.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <unistd.h>

namespace site::test {

/// A uuid of one digit repeated, so that tests can tell them apart at a glance.
inline std::string hex(char digit)
{
    return std::string(32, digit);
}
inline Uuid uuid(char digit)
{
    return Uuid::parse(hex(digit)).value();
}

/// A file that only we may read, with one line in it; gone with the test.
class SecretFile {
public:
    explicit SecretFile(std::string_view secret)
    {
        std::string name = testing::TempDir() + "secret-XXXXXX";
        const int fd = ::mkstemp(name.data());
        if (fd < 0)
            std::abort();
        ::close(fd);
        file_ = name;
        write(secret);
    }
    ~SecretFile() { std::filesystem::remove(file_); }
    SecretFile(const SecretFile&) = delete;
    SecretFile& operator=(const SecretFile&) = delete;

    void write(std::string_view secret) const { std::ofstream(file_) << secret << '\n'; }
    [[nodiscard]] SecretSource source() const { return { .file = file_, .credential = {} }; }

private:
    std::filesystem::path file_;
};

inline Instant some_time()
{
    return parse_instant("2026-11-05T08:00:00Z").value();
}

/// The portal of a test, its clock and its token. No tries beyond the first unless the test says so.
struct Rig {
    explicit Rig(ScriptedServer::Script script) : server(std::move(script))
    {
        config.name = "test";
        config.url = "http://127.0.0.1:" + std::to_string(server.port()) + "/base";
        config.token = token.source();
        config.retries = 0;
    }
    std::unique_ptr<RestPortal> portal(std::function<bool()> stop = {})
    {
        return RestPortal::open(config, clock, std::move(stop)).value();
    }

    ScriptedServer server;
    SecretFile token { "0123456789abcdef0123456789abcdef01234567" };
    ManualClock clock { some_time() };
    PortalConfig config;
};

/// The path and query that a request asks for.
inline std::string target_of(const std::string& request)
{
    const auto from = request.find(' ') + 1;
    return request.substr(from, request.find(' ', from) - from);
}

} // namespace site::test
