#pragma once
// The portal without its sockets: a request in, an answer out.
#include "call.hpp"
#include "control.hpp"
#include "faults.hpp"
#include "requests.hpp"

#include <functional>
#include <mutex>
#include <string>

namespace site {

class Application {
public:
    struct Settings {
        std::string database = ":memory:";
        std::string log;
        Zone zone;
        Profile profile = Profile::newest;
        std::function<std::uint64_t()> connections; ///< how many the server has accepted
    };

    /// Throws std::exception when the database or the log can't be opened.
    explicit Application(const Settings& settings);

    /// One request at a time; callers on other threads wait.
    Answer handle(const Request& request);

    Database& database() { return database_; }
    Clock& clock() { return clock_; }

private:
    Answer answer(const Request& request);
    Response respond(const Request& request, const std::optional<Fault>& fault);
    Response api(const Request& request, const std::optional<Fault>& fault);

    std::mutex mutex_;
    Database database_;
    Zone zone_;
    Profile profile_;
    Clock clock_;
    Faults faults_;
    Requests requests_;
    Control control_;
    Routes routes_;
};

} // namespace site
