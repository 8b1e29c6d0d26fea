/** The REST API for operators: holds, usage, balances, grants and limits of organizations. */
@NullMarked
package dev.scrip.management;

import org.jspecify.annotations.NullMarked;
