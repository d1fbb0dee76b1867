// The blog's command line: ./blog init-db, then ./blog run.
#include "blog_app.hpp"

int main(int argc, char** argv) {
    return create_app().run(argc, argv);
}
