#pragma once
// Reads a short text from left to right.
#include <string>
#include <string_view>

namespace site {

class Scan {
public:
    explicit Scan(std::string_view text) : rest_(text) { }
    bool done() const { return rest_.empty(); }
    /// Takes the next character when it is one of `these`; 0 otherwise.
    char one_of(std::string_view these)
    {
        if (rest_.empty() || these.find(rest_.front()) == std::string_view::npos)
            return 0;
        const char taken = rest_.front();
        rest_.remove_prefix(1);
        return taken;
    }
    /// Takes up to `most` digits.
    std::string digits(std::size_t most)
    {
        std::string taken;
        while (taken.size() < most)
            if (const char digit = one_of("0123456789"))
                taken += digit;
            else
                break;
        return taken;
    }
    void blanks()
    {
        while (one_of(" \t\r\n") != 0) { }
    }

private:
    std::string_view rest_;
};

} // namespace site
