@NullMarked
package dev.scrip.app;

import org.jspecify.annotations.NullMarked;
