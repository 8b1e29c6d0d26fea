@NullMarked
package dev.scrip.bench;

import org.jspecify.annotations.NullMarked;
