@NullMarked
package dev.scrip.identity;

import org.jspecify.annotations.NullMarked;
