#pragma once
// Which name is which UUID while a world is filled in.
#include "database.hpp"

#include <map>
#include <string>

namespace site {

class WorldNames {
public:
    explicit WorldNames(Database& database) : database_(database) { }
    /// The UUID of a new thing: that which is given, or one made from its kind and its name.
    std::string named(const std::string& kind, const std::string& uuid, const std::string& name);
    /// The UUID of a thing in this world or in the database. What is not there is remembered as wrong.
    std::string known(const std::string& kind, const std::string& name);
    /// The first thing that was wrong.
    const std::string& wrong() const { return wrong_; }

private:
    Database& database_;
    std::map<std::string, std::string> uuids_;
    std::string wrong_;
};

} // namespace site
