#include "system/secret_file.hpp"
#include "fuzz/input.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace site;
using namespace site::fuzz;

// A token file: one line of text, or an error that holds nothing of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static const auto file = "/tmp/site-fuzz-secret-" + std::to_string(::getpid());
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    must(fd >= 0 && ::write(fd, data, size) == static_cast<ssize_t>(size), "the file is written");
    ::close(fd);
    const auto secret = read_secret(file);
    ::unlink(file.c_str());
    auto text = text_of(data, size);
    if (secret) {
        must(!secret->empty() && secret->view().size() <= 4096, "a secret of 1 to 4096 bytes");
        for (const char c : secret->view())
            must(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f, "no control character");
        must(text.starts_with(secret->view()) && text.size() - secret->view().size() <= 2, "the line itself");
    } else if (size > 8 && file.find(text) == std::string::npos) {
        must(secret.error().text.find(text) == std::string::npos, "an error holds nothing of it");
    }
    return 0;
}
