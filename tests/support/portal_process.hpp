#pragma once
// Starts the test portal (tests/portal/README.md) for a test, speaks to it, and ends it.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace site {

class PortalProcess {
public:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    struct Options {
        /// Fill it with tests/portal/sample.yaml.
        bool sample = true;
        /// Seconds since 1970 at which its clock stands; 0: the system's clock.
        std::int64_t now = 0;
        /// Of the account `site-agent`; empty: token().
        std::string token = {};
        /// More of the program's own arguments, such as {"--generate", "1000x5"}.
        std::vector<std::string> arguments = {};
    };

    struct Reply {
        int status = 0; ///< 0: no answer, `error` says why
        Headers headers = {};
        std::string body = {};
        std::string error = {}; ///< empty when the answer came whole

        /// The value of a header, whatever the case of its name; empty when missing.
        std::string header(std::string_view name) const;
    };

    /// Returns when the portal listens; throws std::runtime_error when it does not within 30 seconds.
    /// The portal also dies with the thread that made it.
    explicit PortalProcess(Options options);
    PortalProcess() : PortalProcess(Options {}) { }
    /// Kills the portal.
    ~PortalProcess();
    PortalProcess(const PortalProcess&) = delete;
    PortalProcess& operator=(const PortalProcess&) = delete;

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    const std::string& url() const { return url_; }
    std::uint16_t port() const { return port_; }
    int pid() const { return pid_; }
    /// The token of the account `site-agent`, which is a service provider.
    static std::string token();
    /// The file that `sample` loads.
    static std::string sample_file();

    /// Asks for a clean end and returns the exit code; 128 + N when signal N ended it.
    int stop();
    /// Starts it again after stop(), on the same port. Data is kept when `--db` names a file.
    void start();

    /// One call of the control interface, `path` being what follows `/_control/`.
    Reply control(std::string_view method, std::string_view path, std::string_view json = {});
    /// Orders a fault; throws std::runtime_error when the order is refused.
    void fault(std::string_view json);
    /// How many requests the portal has had, or of one kind: `requests("GET /api/version/")`.
    std::uint64_t requests();
    std::uint64_t requests(std::string_view method_and_path);

    /// One request on a connection of its own, with the token unless `headers` has an `Authorization`.
    Reply ask(
        std::string_view method, std::string_view target, std::string_view body = {}, Headers headers = {});

private:
    Options options_;
    std::string url_;
    std::uint16_t port_ = 0;
    int pid_ = -1;
};

} // namespace site
