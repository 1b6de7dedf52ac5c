#pragma once

#include "model/result.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string_view>

namespace site {

/// A token or password. It has no output operator and no formatter, can't be copied, and overwrites its
/// memory when it goes; what is made of its view is the caller's to guard.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string_view text);
    Secret(Secret&&) noexcept;
    Secret& operator=(Secret&&) noexcept;
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { wipe(); }

    [[nodiscard]] std::string_view view() const { return { text_.get(), size_ }; }
    [[nodiscard]] bool empty() const { return size_ == 0; }

private:
    void wipe();

    // on the heap, so that a move leaves no second copy
    std::unique_ptr<char[]> text_;
    std::size_t size_ = 0;
};

/// The one line of a file, without its newline. Refused unless it is a regular file (not a link) that
/// belongs to root or to us, is closed to others and not writable by its group, and holds 1 to 4096
/// bytes without control characters. Errors name the file, never what is in it.
Result<Secret> read_secret(const std::filesystem::path& file);

/// The same of a systemd credential (`LoadCredential=`), from $CREDENTIALS_DIRECTORY.
Result<Secret> read_credential(std::string_view name);

} // namespace site
