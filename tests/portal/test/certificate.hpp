#pragma once
#include <string>

namespace site {

/// Writes a self-signed certificate for 127.0.0.1 and its key as PEM files.
void write_certificate(const std::string& certificate_file, const std::string& key_file);

} // namespace site
