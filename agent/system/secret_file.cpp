#include "system/secret_file.hpp"

#include "api/fd.hpp"
#include "model/identifier.hpp"
#include "system/os_error.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <utility>

namespace site {
namespace {

constexpr std::size_t most_bytes = 4096;

/// A buffer that is overwritten when it goes.
struct Buffer {
    std::array<char, most_bytes + 3> bytes {}; // with its newline, and one more to see that it is too long
    ~Buffer() { ::explicit_bzero(bytes.data(), bytes.size()); }
};

Result<void> check_owner_and_mode(int fd)
{
    struct stat info { };
    if (::fstat(fd, &info) != 0)
        return os_error("looking at it", errno);
    if (!S_ISREG(info.st_mode))
        return Error { Errc::refused, "it is no regular file" };
    if (info.st_uid != 0 && info.st_uid != ::geteuid())
        return Error { Errc::refused,
            "it belongs to uid " + std::to_string(info.st_uid) + ", not to root or us" };
    if ((info.st_mode & (S_IRWXO | S_IWGRP)) != 0)
        return Error { Errc::refused, "others may read or change it (chmod 0600, or 0640)" };
    return {};
}

Result<std::size_t> read_into(Buffer& buffer, int fd)
{
    std::size_t size = 0;
    while (size < buffer.bytes.size()) {
        const auto got = ::read(fd, buffer.bytes.data() + size, buffer.bytes.size() - size);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return os_error("reading it", errno);
        if (got == 0)
            break;
        size += static_cast<std::size_t>(got);
    }
    return size;
}

Result<Secret> line_of(std::string_view text)
{
    if (text.ends_with('\n'))
        text.remove_suffix(1);
    if (text.ends_with('\r'))
        text.remove_suffix(1);
    if (text.empty())
        return Error { Errc::invalid, "it is empty" };
    if (text.size() > most_bytes)
        return Error { Errc::invalid, "it is longer than " + std::to_string(most_bytes) + " bytes" };
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (std::any_of(text.begin(), text.end(), control))
        return Error { Errc::invalid, "it has more than one line, or a control character" };
    return Secret(text);
}

Result<Secret> read_checked(const std::filesystem::path& file)
{
    // O_NONBLOCK: a fifo must not hold us up before we see that it is one
    const Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd && errno == ELOOP)
        return Error { Errc::refused, "it is a symbolic link" };
    if (!fd)
        return os_error("opening it", errno);
    if (auto safe = check_owner_and_mode(fd.number()); !safe)
        return safe.error();
    Buffer buffer;
    const auto size = read_into(buffer, fd.number());
    if (!size)
        return size.error();
    return line_of({ buffer.bytes.data(), *size });
}

} // namespace

Secret::Secret(std::string_view text) : text_(std::make_unique<char[]>(text.size())), size_(text.size())
{
    std::copy(text.begin(), text.end(), text_.get());
}

Secret::Secret(Secret&& other) noexcept : text_(std::move(other.text_)), size_(std::exchange(other.size_, 0))
{
}

Secret& Secret::operator=(Secret&& other) noexcept
{
    if (this != &other) {
        wipe();
        text_ = std::move(other.text_);
        size_ = std::exchange(other.size_, 0);
    }
    return *this;
}

void Secret::wipe()
{
    if (text_)
        ::explicit_bzero(text_.get(), size_);
    text_.reset();
    size_ = 0;
}

Result<Secret> read_secret(const std::filesystem::path& file)
{
    auto secret = read_checked(file);
    if (!secret)
        return secret.error().in("reading the secret in " + cited(file.native(), 4096));
    return secret;
}

Result<Secret> read_credential(std::string_view name)
{
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string_view::npos)
        return Error { Errc::invalid, "credential " + cited(name) + ": that is no name of one" };
    const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
    if (!folder || *folder != '/')
        return Error { Errc::not_found,
            "credential " + cited(name)
                + ": the service manager passed none (CREDENTIALS_DIRECTORY is not set)" };
    return read_secret(std::filesystem::path(folder) / name);
}

} // namespace site
