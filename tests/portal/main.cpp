// site-agent-test-portal: a small portal for the demo and for every integration test. See README.md.
#include "application.hpp"
#include "auth.hpp"
#include "generate.hpp"
#include "load.hpp"
#include "server.hpp"

#include <CLI/CLI.hpp>

#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <optional>

namespace {

struct Options {
    std::string listen = "127.0.0.1:0";
    std::string database = ":memory:";
    std::string token;
    std::string load;
    std::string generate;
    std::string tls_certificate;
    std::string tls_key;
    std::string log;
    std::string zone = "Z";
    std::string profile = "newest";
    std::optional<std::int64_t> now;
    bool die_with_parent = false;
};

std::optional<int> parse(Options& options, int argc, char** argv)
{
    CLI::App app { "A small portal for tests and the demo of site-agent" };
    app.add_option("--listen", options.listen, "ADDRESS:PORT; port 0 picks one");
    app.add_option("--db", options.database, "SQLite file, or :memory:");
    app.add_option("--token", options.token, "API token of the account site-agent, 40 hex digits");
    app.add_option("--load", options.load, "YAML to fill an empty database with");
    app.add_option("--generate", options.generate, "PROJECTSxMEMBERS to fill an empty database with");
    auto* certificate = app.add_option("--tls-cert", options.tls_certificate, "PEM file: serve HTTPS");
    auto* key = app.add_option("--tls-key", options.tls_key, "PEM file of its key");
    certificate->needs(key);
    key->needs(certificate);
    app.add_option("--log", options.log, "file for one line a request");
    app.add_option("--zone", options.zone, "offset of the portal's calendar, +03:00");
    app.add_option("--server-profile", options.profile, "newest, or 2026: dots in paths, see README.md")
        ->check(CLI::IsMember({ "newest", "2026" }));
    app.add_option("--now", options.now, "the clock stands at this many seconds since 1970");
    app.add_flag("--die-with-parent", options.die_with_parent, "end when the parent process ends");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 64;
    }
    return std::nullopt;
}

std::optional<site::Listen> listen_from(const Options& options)
{
    const auto colon = options.listen.rfind(':');
    if (colon == std::string::npos)
        return std::nullopt;
    site::Listen listen { .host = options.listen.substr(0, colon),
        .tls_certificate = options.tls_certificate,
        .tls_key = options.tls_key };
    const auto* end = options.listen.data() + options.listen.size();
    const auto [stop, error] = std::from_chars(options.listen.data() + colon + 1, end, listen.port);
    return error == std::errc {} && stop == end ? std::optional(listen) : std::nullopt;
}

/// Fills an empty database; returns what was wrong, or an empty text.
std::string start_data(site::Application& portal, const Options& options)
{
    auto& database = portal.database();
    const auto now = portal.clock().now();
    const bool blank = site::is_empty(database);
    if (blank && !options.load.empty()) {
        const auto read = site::load_world(options.load);
        if (const auto* wrong = std::get_if<std::string>(&read))
            return *wrong;
        if (auto wrong = site::fill(database, std::get<site::World>(read), now); !wrong.empty())
            return options.load + ": " + wrong;
    }
    if (blank && !options.generate.empty()) {
        const auto size = site::size_from(options.generate);
        if (!size)
            return "--generate takes PROJECTSxMEMBERS, such as 1000x5";
        if (auto wrong = site::fill(database, site::generated(database, *size), now); !wrong.empty())
            return wrong;
    }
    if (!options.token.empty())
        site::put_user(database,
            { .username = site::service_account, .token = options.token, .full_name = "Site Agent" });
    return {};
}

/// Runs until a signal. Exit code 0, 1 for a portal that can't start, 64 for a wrong command line.
int serve(const Options& options, const sigset_t& signals)
{
    const auto listen = listen_from(options);
    const auto zone = site::Zone::parse(options.zone);
    if (!listen || !zone) {
        std::fprintf(stderr, "--listen takes ADDRESS:PORT and --zone an offset such as +03:00\n");
        return 64;
    }
    const site::Server* running = nullptr;
    site::Application portal({ .database = options.database,
        .log = options.log,
        .zone = *zone,
        .profile = options.profile == "2026" ? site::Profile::of_2026 : site::Profile::newest,
        .connections = [&running] { return running ? running->connections() : 0; } });
    if (options.now)
        portal.clock().set(site::Instant { std::chrono::seconds { *options.now } });
    auto wrong = start_data(portal, options);

    site::Server server([&portal](const site::Request& request) { return portal.handle(request); });
    running = &server;
    if (wrong.empty())
        wrong = server.start(*listen);
    if (!wrong.empty()) {
        std::fprintf(stderr, "%s\n", wrong.c_str());
        return 1;
    }
    std::printf("listening on %s://%s:%u\n", listen->tls_certificate.empty() ? "http" : "https",
        listen->host.c_str(), static_cast<unsigned>(server.port()));
    std::fflush(stdout);
    int signal = 0;
    sigwait(&signals, &signal);
    server.stop();
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    Options options;
    if (const auto code = parse(options, argc, argv))
        return *code;
    if (options.die_with_parent) {
        const auto parent = getppid();
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent)
            return 1; // too late: it is gone
    }
    // Blocked before any thread starts, so that every thread leaves them to sigwait().
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    signal(SIGPIPE, SIG_IGN);
    try {
        return serve(options, signals);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
