#pragma once

#include "config/config.hpp"

#include <string>

namespace site::test {

inline EndpointConfig listening(const std::string& where)
{
    EndpointConfig config;
    config.listen = where;
    return config;
}

} // namespace site::test
