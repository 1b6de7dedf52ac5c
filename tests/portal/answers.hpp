#pragma once
// The shapes in which the portal answers: JSON, empty, and its framework's errors.
#include "http.hpp"

#include <boost/json/value.hpp>

#include <string_view>

namespace site {

Response json_answer(int status, const boost::json::value& body);
/// Without body and without Content-Type.
Response empty_answer(int status);
Response html_answer(int status, std::string_view title, std::string_view text);
/// `{"detail": text}`
Response detail(int status, std::string_view text);
/// `{"status": text}`
Response status_text(std::string_view text);
Response not_found();

/// 400 `{"name": ["text"]}`
Response field_error(std::string_view name, std::string_view text);
/// `["text"]`, the value under a field's name.
boost::json::value texts(std::string_view text);

} // namespace site
