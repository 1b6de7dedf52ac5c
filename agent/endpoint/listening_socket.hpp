#pragma once

#include "api/fd.hpp"
#include "config/listen_address.hpp"
#include "model/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace site {

/// Whether a Unix socket that answers may be replaced.
enum class Takeover : std::uint8_t {
    no,
    yes ///< it is our own
};

/// A socket that listens. A Unix socket's file goes with the object, unless another one took its place.
class ListeningSocket {
public:
    /// A Unix socket is made under another name, closed to others, gets its group and mode 0660 (without a
    /// group 0600), listens, and then takes its name: nobody meets it unready. What a process left behind
    /// that died is replaced; a file that is no socket, or a socket that somebody answers on, is not.
    static Result<std::unique_ptr<ListeningSocket>> open(
        const ListenAddress&, const std::string& group, Takeover);
    ~ListeningSocket();
    ListeningSocket(const ListeningSocket&) = delete;
    ListeningSocket& operator=(const ListeningSocket&) = delete;

    [[nodiscard]] const Fd& fd() const { return fd_; }

private:
    ListeningSocket(Fd fd, std::filesystem::path file);
    Fd fd_;
    std::filesystem::path file_; ///< empty: no Unix socket
    std::pair<std::uint64_t, std::uint64_t> identity_ {};
};

} // namespace site
