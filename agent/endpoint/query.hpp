#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace site {

/// The parameters of a query string, decoded as the portal's framework does: a bad escape stays as it is.
class Query {
public:
    explicit Query(std::string_view text);

    /// The last value of a parameter; none when it is missing.
    [[nodiscard]] std::optional<std::string> last(std::string_view name) const;
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }

private:
    std::vector<std::pair<std::string, std::string>> items_;
};

} // namespace site
