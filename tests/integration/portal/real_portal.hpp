#pragma once

#include "config/config.hpp"
#include "portal/rest_portal.hpp"
#include "support/portal_process.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace site::test {

/// OpenPortal brics, HPC hours and climate's parts, as tests/portal/sample.yaml has them.
inline const Uuid our_instance = Uuid::parse("5e771465000040008000000000000001").value();
inline const Uuid our_offering = Uuid::parse("0ffe2146000040008000000000000001").value();
inline const Uuid climate = Uuid::parse("a110c000000040008000000000000001").value();
inline const Uuid climate_resource = Uuid::parse("4e500000000040008000000000000001").value();
inline const AllocationFilter ours { .service_settings = { our_instance }, .offerings = {} };

inline Instant noon()
{
    return parse_instant("2026-11-05T12:00:00Z").value();
}

/// A file that only we may read; gone with the test.
class SecretFile {
public:
    explicit SecretFile(const std::string& secret)
    {
        std::string name = testing::TempDir() + "secret-XXXXXX";
        ::close(::mkstemp(name.data()));
        file_ = name;
        write(secret);
    }
    ~SecretFile() { std::filesystem::remove(file_); }
    SecretFile(const SecretFile&) = delete;
    SecretFile& operator=(const SecretFile&) = delete;
    void write(const std::string& secret) const { std::ofstream(file_) << secret << '\n'; }
    [[nodiscard]] SecretSource source() const { return { .file = file_, .credential = {} }; }

private:
    std::filesystem::path file_;
};

/// The test portal with its clock standing at noon, and a client for it.
class RealPortal : public testing::Test {
protected:
    explicit RealPortal(PortalProcess::Options options = { .now = noon().time_since_epoch().count() })
        : process_(std::move(options))
    {
        config_.name = "test";
        config_.url = process_.url();
        config_.token = token_.source();
        config_.retries = 0;
        config_.page_size = 3; // so that the sample has several pages
        config_.request_timeout = Seconds { 20 };
        config_.most_body = 1U << 20;
    }
    std::unique_ptr<RestPortal> open() { return RestPortal::open(config_, clock_).value(); }

    PortalProcess process_;
    SecretFile token_ { PortalProcess::token() };
    ManualClock clock_ { noon() };
    PortalConfig config_;
};

} // namespace site::test
