@NullMarked
package dev.scrip.testing;

import org.jspecify.annotations.NullMarked;
