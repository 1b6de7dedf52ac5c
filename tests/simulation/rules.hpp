#pragma once

#include <optional>
#include <string>

namespace site::simulation {

/// A rule of the design (§3) that was seen broken.
struct Violation {
    int rule = 0;
    std::string text;
};

/// What rule `n`, 1 to 10, says, in a line.
const char* rule_text(int n);

/// Keeps the first violation; what follows from it is noise.
class Verdict {
public:
    void broken(int rule, std::string text)
    {
        if (!first_)
            first_ = Violation { rule, std::move(text) };
    }
    [[nodiscard]] const std::optional<Violation>& first() const { return first_; }

private:
    std::optional<Violation> first_;
};

} // namespace site::simulation
