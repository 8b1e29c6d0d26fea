@NullMarked
package dev.scrip.postgres;

import org.jspecify.annotations.NullMarked;
