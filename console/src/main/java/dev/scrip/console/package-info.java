@NullMarked
package dev.scrip.console;

import org.jspecify.annotations.NullMarked;
