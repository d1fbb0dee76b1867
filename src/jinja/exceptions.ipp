// Bodies of exceptions.hpp.
#include "jinja/exceptions.hpp"

#include "core/config.hpp"
#include "core/text.hpp"

namespace microflask {

MICROFLASK_INLINE void TemplateError::locate(std::string_view name, std::string_view filename,
                                             int lineno) {
    if (lineno_ != 0 || lineno <= 0) return;
    name_ = name;
    filename_ = filename;
    lineno_ = lineno;
    text_ = detail::concat({message_, " (", name.empty() ? "template" : name, ", line "});
    detail::append_signed(text_, lineno);
    text_ += ')';
}

MICROFLASK_INLINE TemplatesNotFound::TemplatesNotFound(std::vector<std::string> names)
    : TemplateNotFound("TemplatesNotFound", names, [&names] {
          std::string message = "none of the templates given were found: ";
          for (std::size_t i = 0; i < names.size(); ++i) {
              if (i > 0) message += ", ";
              message += names[i];
          }
          return message;
      }()) {}

}  // namespace microflask
