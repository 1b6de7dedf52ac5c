#include "cli/csv.hpp"

#include <string_view>

namespace site {
namespace {

std::string csv_field(std::string field)
{
    if (!field.empty() && std::string_view("=+-@\t\r").find(field.front()) != std::string_view::npos)
        field.insert(0, "'");
    if (field.find_first_of(",\"\r\n") == std::string::npos)
        return field;
    for (auto at = field.find('"'); at != std::string::npos; at = field.find('"', at + 2))
        field.insert(at, "\"");
    return "\"" + field + "\"";
}

} // namespace

std::string csv_line(const std::vector<std::string>& fields)
{
    std::string line;
    for (const auto& field : fields)
        line += csv_field(field) + ",";
    line.back() = '\r';
    return line + "\n";
}

} // namespace site
