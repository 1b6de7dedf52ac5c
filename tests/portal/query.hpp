#pragma once
// The query string of a request, and forms, which are written the same way.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace site {

class Query {
public:
    explicit Query(std::string_view text);
    /// The last value of a parameter, as the framework takes it where one is wanted.
    std::optional<std::string> last(std::string_view name) const;
    std::vector<std::string> all(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }

private:
    std::vector<std::pair<std::string, std::string>> items_;
};

std::string percent_encoded(std::string_view text);
/// Without the query string's `+` for a blank: for paths.
std::string percent_decoded(std::string_view text);

} // namespace site
